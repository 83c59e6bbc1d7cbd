"""Who hears what: of the past, by what it says, and many at one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from factories import make_workspace
from support.queries import at_most

from counterfoil.core.registry import Registry
from counterfoil.events import dispatch
from counterfoil.events.dispatch import Subscriber, run
from counterfoil.events.models import Event, EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import Fact, publish_many
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def tell(
    workspace: Workspace,
    now: datetime,
    *numbers: int,
    kind: str = "record_changed",
    origin: Origin | None = None,
) -> None:
    publish_many(
        workspace=workspace,
        facts=[Fact(kind, ("deal", number), {"n": number}) for number in numbers],
        actor=Actor.system(),
        origin=origin or Origin.system(),
        now=now,
    )


def states() -> list[str]:
    return list(EventDelivery.objects.order_by("id").values_list("state", flat=True))


def test_an_event_of_the_past_is_heard_by_who_asked_for_it_and_carries_its_origin(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    heard: list[Event] = []
    deaf: list[Event] = []
    dispatch.subscribe("all", kinds=["record_changed"], historical=True)(
        lambda event, _now: heard.append(event)
    )
    dispatch.subscribe("now", kinds=["record_changed"])(
        lambda event, _now: deaf.append(event)
    )
    origin = Origin.connection(7, historical=True).caused()
    tell(make_workspace(), now, 1, origin=origin)
    run(now)
    assert heard[0].origin == origin
    assert (heard[0].historical, heard[0].depth) == (True, 1)
    assert deaf == []


def test_the_past_that_nobody_asked_for_is_not_written(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    dispatch.subscribe("now", kinds=["record_changed"])(lambda _e, _n: None)
    workspace = make_workspace()
    tell(workspace, now, 1, origin=Origin.connection(7, historical=True))
    assert Event.objects.count() == 0
    tell(workspace, now, 1, kind="heard_by_nobody")
    tell(workspace, now, 1)
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == [
        "heard_by_nobody",
        "record_changed",
    ]
    assert EventDelivery.objects.count() == 1


def test_who_looks_at_the_payload_gets_only_what_it_wants(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    heard: list[int] = []
    dispatch.subscribe(
        "even",
        kinds=["record_changed"],
        when=lambda noun, payload: noun == "deal" and payload["n"] % 2 == 0,
    )(lambda event, _now: heard.append(event.payload["n"]))
    tell(make_workspace(), now, *range(5))
    assert EventDelivery.objects.count() == 3
    run(now)
    assert sorted(heard) == [0, 2, 4]


def test_who_does_many_at_one_go_hears_them_together_and_each_record_in_order(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    heard: list[list[tuple[int, int]]] = []
    dispatch.subscribe_many("bulk", kinds=["record_changed"], object_types=["deal"])(
        lambda events, _now: heard.append(
            [(event.record_id or 0, event.payload["n"]) for event in events]
        )
    )
    facts = [Fact("record_changed", ("deal", n % 50), {"n": n}) for n in range(100)]
    facts.append(Fact("record_changed", ("contact", 1), {"n": 0}))
    publish_many(
        workspace=make_workspace(),
        facts=facts,
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    # To claim, to read, to settle: twice, and once to see that nothing is left.
    with at_most(7):
        assert run(now) == 100
    first, second = heard
    assert sorted(first) == [(n, n) for n in range(50)]
    assert sorted(second) == [(n, n + 50) for n in range(50)]
    assert set(states()) == {"done"}


def test_of_many_at_one_go_only_the_one_that_fails_has_to_wait(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    workspace = make_workspace()
    heard: list[int] = []

    def receive(events: Sequence[Event], _now: datetime) -> None:
        Workspace.objects.filter(pk=workspace.pk).update(name=f"{len(events)} at once")
        if any(event.payload["n"] == 7 for event in events):
            raise ValueError("not this one")
        heard.extend(event.payload["n"] for event in events)

    dispatch.subscribe_many("bulk", kinds=["record_changed"])(receive)
    tell(workspace, now, *range(20))
    assert run(now) == 20
    assert sorted(heard) == [n for n in range(20) if n != 7]
    failed = EventDelivery.objects.get(state="due")
    assert (failed.error, failed.attempts) == ("ValueError: not this one", 1)
    workspace.refresh_from_db()
    assert workspace.name == "1 at once"


def test_many_whose_lease_was_lost_are_undone_together(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    workspace = make_workspace()

    def receive(events: Sequence[Event], _now: datetime) -> None:
        Workspace.objects.filter(pk=workspace.pk).update(name="twice")
        taken = EventDelivery.objects.filter(event=events[0])
        taken.update(token="00000000-0000-0000-0000-000000000001")

    dispatch.subscribe_many("slow", kinds=["record_changed"])(receive)
    tell(workspace, now, 1, 2, 3)
    assert run(now) == 0
    workspace.refresh_from_db()
    assert workspace.name == "Harbour Bakery"
    assert states() == ["due", "due", "due"]
