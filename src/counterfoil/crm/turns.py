"""One after another: for what must be looked up and then written by nobody else."""

from __future__ import annotations

from django.db import connection


def take_turn(what: str) -> None:
    """Let nobody else do ``what`` until our transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
