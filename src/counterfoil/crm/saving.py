"""Save many records in one statement each way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from django.db import connection

from counterfoil.core import rows
from counterfoil.crm.models import Record


def insert(model: type[Record], records: Sequence[Record]) -> None:
    """Insert new rows; their keys are filled in."""
    for record, key in zip(records, rows.take_keys(model, len(records)), strict=True):
        record.pk = key
    fields = model._meta.concrete_fields
    row_of = attrgetter(*(field.attname for field in fields))
    rows.insert(model, [field.name for field in fields], list(map(row_of, records)))
    for record in records:
        record._state.adding = False
        record._state.db = connection.alias


def update(
    model: type[Record], records: Sequence[Record], columns: Iterable[str]
) -> None:
    """Write the named fields of rows that are locked, in one statement."""
    names = sorted(set(columns))
    row_of = attrgetter("pk", *(rows.field_of(model, name).attname for name in names))
    rows.update(model, names, list(map(row_of, records)))
