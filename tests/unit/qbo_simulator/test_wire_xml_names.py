"""XML knows the type of every property that is declared, so that a new one is told of."""

from __future__ import annotations

from collections.abc import Iterator

from qbo_simulator.api.xml_names import BOOLEANS, LISTS, NUMBERS, REFERENCES
from qbo_simulator.books import fields as types
from qbo_simulator.catalogue import KINDS


def declared() -> Iterator[tuple[str, types.Type]]:
    """Every property of every kind, and the parts of records, with their types."""
    for kind in KINDS.values():
        for field in kind.fields.values():
            yield field.name, field.type
            if isinstance(field.type, types.Record):
                yield from field.type.parts.items()


def named(*kinds: type[types.Type]) -> set[str]:
    return {name for name, type_ in declared() if isinstance(type_, kinds)}


def test_every_number_is_read_as_one() -> None:
    numbers = named(types.Number, types.Amount, types.Whole)
    assert numbers - NUMBERS == set()


def test_every_flag_is_read_as_one() -> None:
    assert named(types.Flag) - BOOLEANS == set()


def test_every_list_is_read_as_one() -> None:
    assert named(types.Lines) - LISTS == set()


def test_every_reference_is_read_as_one() -> None:
    unlike = {name for name in named(types.Ref) if not name.endswith("Ref")}
    assert unlike - REFERENCES == set()
