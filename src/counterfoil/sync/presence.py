"""Whether somebody alive is at a piece of work: a lock that dies with its session.

A lease alone would keep the work of a killed worker from everybody until it runs out. The
database notices at once that a session has ended; whoever comes next takes the work over.
Not for correctness: effects are committed under a token, whatever this says.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import Error, connection

LANES, PARTS, PREVIEWS = 0x43460001, 0x43460002, 0x43460003
_MOST = 1 << 31


def arrive(space: int, key: int) -> bool:
    """Be at it, unless somebody else is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, key % _MOST])
        (is_alone,) = cursor.fetchone()
    return bool(is_alone)


def leave(space: int, key: int) -> None:
    """Be at it no more; a session that is gone has left already."""
    with suppress(Error), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, key % _MOST])
