"""What a client sent, made into what an entity holds: cleaning and merging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books.fields import CLEAR, unknown_property
from qbo_simulator.books.kind import HEAD_NAMES
from qbo_simulator.wire import id_of

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body, Kind


def entity_id(value: Any) -> int:
    """An id as a number; 2030 if it is none."""
    text = str(value)
    found = id_of(text)
    if found is None and not (text.isascii() and text.isdecimal()):
        raise faults.bad_id(value)
    return found or 0


def clean(kind: Kind, body: Body) -> tuple[Body, set[str]]:
    """`(values, cleared)` of a body: checked values, and the names to be emptied.

    Nulls count as absent. Read-only fields are passed on as they are: what a client
    echoes is tolerated. A name that no schema knows is refused.
    """
    values: Body = {}
    cleared: set[str] = set()
    for name, value in body.items():
        field = kind.fields.get(name)
        if field is None:
            if name in HEAD_NAMES or name in kind.tolerated:
                continue
            raise unknown_property(name, kind.entity, (*kind.fields, *kind.tolerated))
        if value is None:
            continue
        if field.read_only:
            values[name] = value
            continue
        cleaned = field.type.clean(name, value)
        if cleaned is CLEAR:
            cleared.add(name)
        else:
            values[name] = cleaned
    return values, cleared


def writable(kind: Kind, sent: Body) -> Body:
    """What of the values sent a client may set."""
    return {
        name: value for name, value in sent.items() if not kind.fields[name].read_only
    }


def merge_full(kind: Kind, old: Body, sent: Body, cleared: set[str]) -> Body:
    """A full update: what is omitted is emptied, but for what cannot be."""
    kept = {
        name: old[name] for name in kind.kept if name in old and name not in cleared
    }
    return {**kept, **writable(kind, sent)}


def merge_sparse(kind: Kind, old: Body, sent: Body, cleared: set[str]) -> Body:
    """A sparse update: what is omitted stays, what is sent empty is emptied."""
    kept = {
        name: old[name]
        for name in kind.fields
        if name in old and (name not in cleared or kind.fields[name].read_only)
    }
    return {**kept, **writable(kind, sent)}


def is_unchanged(kind: Kind, old: Body, new: Body) -> bool:
    """Whether an update would leave every field as it was."""
    return all(old.get(name) == new.get(name) for name in kind.fields)
