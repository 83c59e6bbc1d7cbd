"""What a connection's people chose for each object of sync; defaults where they did not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from counterfoil.connections.models import Connection
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Settings, packed, unpacked
from counterfoil.sync.models import ObjectSetting
from counterfoil.sync.ports import pairings, pairings_of
from counterfoil.workspaces.models import User

DOCUMENTS = (
    "invoices",
    "estimates",
    "sales_receipts",
    "credit_memos",
    "refund_receipts",
    "payments",
)
"""Read one way: the books have the last word on them."""


def names(connection: Connection) -> list[str]:
    """The objects of sync of a connection, those with two sides first."""
    return [each.name for each in pairings_of(connection.service)] + list(DOCUMENTS)


def of(connection: Connection, name: str) -> Settings:
    """The settings of one object."""
    row = ObjectSetting.objects.filter(connection=connection, name=name).first()
    return _read(connection, name, row)


def all_of(connection: Connection) -> dict[str, Settings]:
    """The settings of every object, in one query."""
    rows = {row.name: row for row in connection.object_settings.all()}
    return {name: _read(connection, name, rows.get(name)) for name in names(connection)}


def defaults(connection: Connection, name: str) -> Settings:
    """Documents are read from the start; what has two sides is turned on by a person."""
    if name in DOCUMENTS:
        return Settings(name, enabled=True, direction=Direction.IN)
    return pairings[f"{connection.service}.{name}"].defaults(connection)


@transaction.atomic
def save(
    connection: Connection, settings: Settings, *, by: User | None, now: datetime
) -> ObjectSetting:
    """Keep new settings; what follows from them is the caller's."""
    row, _created = ObjectSetting.objects.select_for_update().get_or_create(
        connection=connection,
        name=settings.name,
        defaults={"changed_at": now, "version": 0},
    )
    was_on = bool(row.values.get("enabled"))
    row.values = packed(settings)
    row.version += 1
    row.changed_at, row.changed_by = now, by
    if settings.enabled and not (was_on and row.turned_on_at):
        row.turned_on_at = now
    row.save()
    return row


def _read(connection: Connection, name: str, row: ObjectSetting | None) -> Settings:
    found = defaults(connection, name)
    return unpacked(row.values, found) if row is not None else found
