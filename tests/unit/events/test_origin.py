"""Who and by which way, and the order in which events are heard."""

from __future__ import annotations

import pytest

from counterfoil.core.errors import InvariantBroken
from counterfoil.events.dispatch import Subscriber
from counterfoil.events.models import Event
from counterfoil.events.origin import MAX_DEPTH, Actor, Origin
from counterfoil.events.publish import order_key


def test_what_a_change_causes_keeps_its_way_and_goes_one_deeper() -> None:
    origin = Origin.connection(7, historical=True)
    caused = origin.caused()
    assert (caused.kind, caused.origin_id, caused.historical) == (
        "connection",
        "7",
        True,
    )
    assert (origin.depth, caused.depth) == (0, 1)


def test_changes_cause_one_another_only_so_many_times() -> None:
    origin = Origin.user(1)
    for _ in range(MAX_DEPTH):
        origin = origin.caused()
    with pytest.raises(InvariantBroken, match="too many times"):
        origin.caused()


def test_an_event_gives_back_its_actor_and_origin() -> None:
    event = Event(
        kind="record_changed",
        object_type="deal",
        record_id=7,
        actor_kind="user",
        actor_id="1",
        actor_label="Ada",
        origin_kind="connection",
        origin_id="3",
        depth=2,
        historical=True,
    )
    assert event.actor == Actor.user(1, "Ada")
    assert event.origin == Origin("connection", "3", 2, historical=True)
    assert event.ref == ("deal", 7)


def test_one_record_s_events_have_an_order_and_the_others_have_none() -> None:
    assert order_key(1, ("deal", 7)) == order_key(2, ("deal", 7))
    assert order_key(1, None) != order_key(2, None)
    assert Event(pk=1).ref is None


@pytest.mark.parametrize(
    ("object_types", "kind", "object_type", "wanted"),
    [
        ((), "a", "deal", True),
        (("deal",), "a", "deal", True),
        (("deal",), "a", "invoice", False),
        (("deal",), "a", "", False),
        ((), "b", "deal", False),
    ],
)
def test_a_subscriber_wants_its_kinds_of_its_nouns(
    object_types: tuple[str, ...], kind: str, object_type: str, *, wanted: bool
) -> None:
    subscriber = Subscriber(
        "s", frozenset({"a"}), frozenset(object_types), lambda _e, _n: None
    )
    assert subscriber.wants(kind, object_type) is wanted


@pytest.mark.parametrize("asked", [True, False])
def test_only_who_asks_for_the_past_hears_of_it(*, asked: bool) -> None:
    subscriber = Subscriber(
        "s", frozenset({"a"}), frozenset(), lambda _e, _n: None, historical=asked
    )
    assert subscriber.wants("a", "deal", historical=True) is asked
    assert subscriber.wants("a", "deal")
