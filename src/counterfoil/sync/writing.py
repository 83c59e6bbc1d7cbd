"""Writes what was read through the one door, so that one bad row spoils no others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.crm import records
from counterfoil.crm.records import Change, Written
from counterfoil.events.origin import Actor, Origin

log = structlog.get_logger()


def write_all(
    connection: Connection,
    changes: Sequence[Change],
    *,
    origin: Origin,
    now: datetime,
) -> dict[str, Written]:
    """What was written, by the key of its change.

    All in one go; where the catalogue refuses one, the rest one by one. What cannot be
    written is logged with its sentences and left out.
    """
    if not changes:
        return {}
    try:
        with transaction.atomic():
            return _write(connection, changes, origin, now)
    except Invalid:
        found: dict[str, Written] = {}
        for change in changes:
            try:
                with transaction.atomic():
                    found |= _write(connection, [change], origin, now)
            except Invalid as error:
                log.warning(
                    "observation_refused",
                    connection=connection.pk,
                    object_type=change.object_type,
                    remote_id=change.key,
                    why=str(error),
                )
        return found


def _write(
    connection: Connection, changes: Sequence[Change], origin: Origin, now: datetime
) -> dict[str, Written]:
    written = records.write(
        workspace=connection.workspace,
        changes=changes,
        actor=Actor.connection(connection.pk, connection.name),
        origin=origin,
        now=now,
    )
    return {one.key: one for one in written if one.key is not None}
