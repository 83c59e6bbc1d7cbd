"""What could not be taken over, one row per object, so that it holds up no others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.connections.wording import stream_label
from counterfoil.sync.models import Refusal
from counterfoil.sync.ports import Observed

log = structlog.get_logger()


def note(
    connection: Connection, observed: Observed, error: Exception | str, *, now: datetime
) -> None:
    """Keep why an object was left out until it is read again and fits."""
    is_bug = isinstance(error, Exception)
    log.error(
        "observation_refused",
        connection=connection.pk,
        stream=observed.stream,
        remote_id=observed.remote_id,
        exc_info=error if is_bug else None,
    )
    Refusal.objects.update_or_create(
        connection=connection,
        stream=observed.stream,
        remote_id=observed.remote_id[:64],
        defaults={"why": str(error)[:1000], "at": now},
    )


def forget(connection: Connection, stream: str, remote_ids: Collection[str]) -> None:
    """What was taken over after all is refused no longer."""
    Refusal.objects.filter(
        connection=connection, stream=stream, remote_id__in=remote_ids
    ).delete()


def sentence(connection: Connection) -> str:
    """How many objects are left out, and the last of them; ``""`` when none are."""
    rows = Refusal.objects.filter(connection=connection)
    last = rows.order_by("-at", "-id").first()
    if last is None:
        return ""
    return _(
        "Left out because they do not fit here: %(count)s. The last one (%(stream)s, "
        "number %(number)s): %(why)s"
    ) % {
        "count": rows.count(),
        "number": last.remote_id,
        "stream": stream_label(last.stream),
        "why": last.why,
    }
