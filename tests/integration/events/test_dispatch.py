"""The outbox: who hears what, in which order, and what a failure does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from factories import make_workspace
from support.worker import forget_jobs, wake_ups

from counterfoil.core.errors import InvariantBroken
from counterfoil.core.registry import Registry
from counterfoil.events import dispatch
from counterfoil.events.dispatch import DRAIN, Subscriber, run
from counterfoil.events.models import DeliveryState, Event, EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import Fact, publish, publish_many
from counterfoil.workspaces.models import Workspace

Hear = Callable[..., None]


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


@pytest.mark.django_db
def test_every_subscriber_hears_what_it_asked_for_and_nothing_else(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    heard: list[tuple[str, str | None]] = []
    workspace = make_workspace()
    dispatch.subscribe("deals", kinds=["record_changed"], object_types=["deal"])(
        lambda event, _now: heard.append(("deals", event.object_type))
    )
    dispatch.subscribe("all", kinds=["record_changed"])(
        lambda event, _now: heard.append(("all", event.object_type))
    )
    tell(workspace, now, 1)
    tell(workspace, now, 1, kind="record_created")
    publish(
        workspace=workspace,
        kind="record_changed",
        ref=("contact", 5),
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    assert run(now) == 3
    assert sorted(heard) == [("all", "contact"), ("all", "deal"), ("deals", "deal")]
    assert run(now) == 0


@pytest.mark.django_db
def test_one_that_fails_harms_no_other_and_is_tried_again_later(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    workspace = make_workspace()
    attempts: list[datetime] = []

    def fail_once(_event: Event, at: datetime) -> None:
        attempts.append(at)
        Workspace.objects.filter(pk=workspace.pk).update(name="half done")
        if len(attempts) == 1:
            raise ValueError("no luck")

    dispatch.subscribe("unlucky", kinds=["record_changed"])(fail_once)
    dispatch.subscribe("lucky", kinds=["record_changed"])(lambda _e, _n: None)
    tell(workspace, now, 1)
    run(now)
    workspace.refresh_from_db()
    assert workspace.name == "Harbour Bakery"
    delivery = EventDelivery.objects.get(subscriber="unlucky")
    assert (delivery.state, delivery.error) == ("due", "ValueError: no luck")
    assert EventDelivery.objects.get(subscriber="lucky").state == "done"
    assert run(now) == 0
    assert run(delivery.next_at) == 1
    assert attempts == [now, delivery.next_at]
    workspace.refresh_from_db()
    assert workspace.name == "half done"


@pytest.mark.django_db
def test_one_that_always_fails_ends_as_failed_and_lets_the_next_event_pass(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    def fail_on_first(event: Event, _now: datetime) -> None:
        if event.payload["n"] == 1:
            raise ValueError("never")

    workspace = make_workspace()
    dispatch.subscribe("stubborn", kinds=["record_changed"])(fail_on_first)
    for number in (1, 2):
        publish(
            workspace=workspace,
            kind="record_changed",
            ref=("deal", 5),
            payload={"n": number},
            actor=Actor.system(),
            origin=Origin.system(),
            now=now,
        )
    for hour in range(dispatch.MAX_ATTEMPTS):
        assert states() == ["due", "due"]
        run(now + timedelta(hours=hour))
    assert states() == ["failed", "done"]
    assert EventDelivery.objects.order_by("id")[0].attempts == dispatch.MAX_ATTEMPTS


@pytest.mark.django_db
def test_one_record_s_events_arrive_in_order_even_when_the_first_has_to_wait(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    heard: list[int] = []

    def receive(event: Event, at: datetime) -> None:
        if event.payload["n"] == 0 and at == now:
            raise ValueError("not yet")
        heard.append(event.payload["n"])

    workspace = make_workspace()
    dispatch.subscribe("orderly", kinds=["record_changed"])(receive)
    facts = [Fact("record_changed", ("deal", 1), {"n": n}) for n in range(3)]
    facts.append(Fact("record_changed", ("deal", 2), {"n": 99}))
    publish_many(
        workspace=workspace,
        facts=facts,
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    run(now)
    assert heard == [99]
    run(now + timedelta(minutes=1))
    assert heard == [99, 0, 1, 2]


@pytest.mark.django_db
def test_a_circle_of_causes_is_stopped(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    workspace = make_workspace()

    def answer(event: Event, at: datetime) -> None:
        tell(workspace, at, 1, origin=event.origin.caused())

    dispatch.subscribe("echo", kinds=["record_changed"])(answer)
    tell(workspace, now, 1)
    run(now)
    assert states().count(DeliveryState.FAILED) == 1
    assert states().count(DeliveryState.DUE) == 0
    assert "too many times" in EventDelivery.objects.get(state="failed").error
    with pytest.raises(InvariantBroken):
        Origin("user", depth=8).caused()


@pytest.mark.django_db
def test_a_subscriber_that_no_longer_exists_is_retried_as_a_failure(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    dispatch.subscribe("gone", kinds=["record_changed"])(lambda _e, _n: None)
    tell(make_workspace(), now, 1)
    listeners._entries.clear()
    run(now)
    assert "gone" in EventDelivery.objects.get().error


@pytest.mark.django_db
def test_whoever_lost_the_lease_undoes_its_effects(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    workspace = make_workspace()

    def receive(_event: Event, _now: datetime) -> None:
        Workspace.objects.filter(pk=workspace.pk).update(name="twice")
        # Meanwhile the lease ran out and another worker claimed the delivery.
        EventDelivery.objects.update(token="00000000-0000-0000-0000-000000000001")

    dispatch.subscribe("slow", kinds=["record_changed"])(receive)
    tell(workspace, now, 1)
    assert run(now) == 0
    workspace.refresh_from_db()
    assert workspace.name == "Harbour Bakery"
    assert states() == ["due"]


@pytest.mark.django_db
def test_a_delivery_whose_worker_died_is_claimed_again_after_its_lease(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    heard: list[int] = []
    dispatch.subscribe("d", kinds=["record_changed"])(
        lambda event, _now: heard.append(event.pk)
    )
    tell(make_workspace(), now, 1)
    [claimed] = dispatch._claim(now)
    assert run(now) == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_eventdelivery SET leased_until = clock_timestamp()"
            " - interval '1 second', next_at = %s",
            [now],
        )
    assert run(now) == 1
    assert heard == [claimed.event_id]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_publishes_nothing(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    dispatch.subscribe("d", kinds=["record_changed"])(lambda _e, _n: None)
    forget_jobs()
    workspace = make_workspace()

    def try_to_publish() -> None:
        with transaction.atomic():
            tell(workspace, now, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        try_to_publish()
    assert (Event.objects.count(), wake_ups()) == (0, [])
    tell(workspace, now, 1)
    assert wake_ups() == [DRAIN]


@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_each_event_once(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    heard: list[int] = []
    dispatch.subscribe("d", kinds=["record_changed"])(
        lambda event, _now: heard.append(event.payload["n"])
    )
    tell(make_workspace(), now, *range(100))

    def work() -> None:
        try:
            run(now)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    start_and_join(workers)
    assert sorted(heard) == list(range(100))
    assert set(states()) == {"done"}


def start_and_join(threads: Sequence[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


@pytest.mark.django_db
def test_a_long_queue_is_worked_off_in_turns(
    listeners: Registry[Subscriber],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "BATCH", 2)
    monkeypatch.setattr(dispatch, "TURN", 4)
    dispatch.subscribe("d", kinds=["record_changed"])(lambda _e, _n: None)
    forget_jobs()
    tell(make_workspace(), now, *range(7))
    forget_jobs()
    assert run(now) == 4
    assert wake_ups() == [DRAIN]
    assert run(now) == 3


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (10, 1024), (50, 3600)]
)
def test_the_wait_after_a_failure_doubles_up_to_an_hour(
    attempts: int, seconds: int
) -> None:
    assert dispatch.backoff(attempts) == timedelta(seconds=seconds)


@pytest.mark.django_db
def test_what_was_given_up_is_counted_by_subscriber_and_can_be_told_again(
    listeners: Registry[Subscriber], now: datetime
) -> None:
    is_broken = True

    def hear(event: Event, at: datetime) -> None:
        if is_broken:
            raise InvariantBroken("not now")

    listeners.add(Subscriber("frail", frozenset({"record_changed"}), frozenset(), hear))
    tell(make_workspace(), now, 1, 2)
    run(now)
    assert dispatch.failed() == {"frail": 2}

    is_broken = False
    forget_jobs()
    assert dispatch.retry_failed(now) == 2
    assert wake_ups() == [DRAIN]
    run(now)
    assert states() == [DeliveryState.DONE, DeliveryState.DONE]
    assert dispatch.failed() == {}
    assert dispatch.retry_failed(now) == 0
