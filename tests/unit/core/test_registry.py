"""Registries and errors."""

from __future__ import annotations

import pytest

from counterfoil.core.errors import (
    Invalid,
    InvariantBroken,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
    invariant,
)
from counterfoil.core.registry import Registry


class Thing:
    def __init__(self, key: str = "thing") -> None:
        self.key = key


def test_a_registry_keeps_things_by_key_in_the_order_of_their_coming() -> None:
    registry: Registry[Thing] = Registry("thing")
    assert registry.register(Thing) is Thing
    second = registry.add(Thing("second"))
    assert [thing.key for thing in registry] == ["thing", "second"]
    assert registry["second"] is registry.get("second") is second
    assert ("thing" in registry, "third" in registry, len(registry)) == (True, False, 2)


def test_a_registry_says_what_it_knows_and_takes_a_key_once() -> None:
    registry: Registry[Thing] = Registry("thing")
    with pytest.raises(KeyError, match="known: none"):
        registry["third"]
    registry.register(Thing)
    with pytest.raises(KeyError, match="known: thing"):
        registry["third"]
    with pytest.raises(ValueError, match="already has 'thing'"):
        registry.add(Thing())
    assert registry.get("third") is None


@pytest.mark.parametrize("kind", [Retryable, Unclear, Stale, NeedsReconnect, Rejected])
def test_an_error_reads_as_its_message(
    kind: type[Retryable | Unclear | Stale | NeedsReconnect | Rejected],
) -> None:
    assert str(kind("It did not work.")) == "It did not work."


def test_invalid_reads_as_all_of_its_sentences() -> None:
    error = Invalid({"name": ["Give a name."], "": ["Nothing was saved."]})
    assert str(error) == "Give a name. Nothing was saved."


def test_a_broken_invariant_stops() -> None:
    invariant([1], "there is one")
    with pytest.raises(InvariantBroken, match="there is one"):
        invariant([], "there is one")
