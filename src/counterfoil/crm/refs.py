"""A record's name in the whole house: its noun and its number."""

from __future__ import annotations

from typing import NamedTuple

from counterfoil.crm.models import Record


class Ref(NamedTuple):
    """Points at a record without a foreign key: ``object_type`` is a catalogue key."""

    object_type: str
    record_id: int

    @classmethod
    def of(cls, record: Record) -> Ref:
        return cls(record.object_type, record.pk)

    def __str__(self) -> str:
        return f"{self.object_type}:{self.record_id}"
