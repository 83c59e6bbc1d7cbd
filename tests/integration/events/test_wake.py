"""Wake-ups: coalesced, part of the caller's transaction, never in its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event as Signal, Thread

import pytest
from django.db import connection, transaction
from factories import make_workspace
from support.worker import forget_jobs, wake_ups

from counterfoil.core.registry import Registry
from counterfoil.events import tasks
from counterfoil.events.wake import Drain, absorb, wake
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_jobs(transactional_db: None) -> None:
    forget_jobs()


def test_one_transaction_leaves_one_wake_up_per_drain() -> None:
    with transaction.atomic():
        for _ in range(3):
            wake("events")
            wake("posting")
    assert wake_ups() == ["events", "posting"]


def test_a_wake_up_lost_with_its_savepoint_is_made_again() -> None:
    with transaction.atomic():
        try:
            with transaction.atomic():
                wake("events")
                raise ZeroDivisionError  # noqa: TRY301
        except ZeroDivisionError:
            pass
        wake("events")
    assert wake_ups() == ["events"]


def test_a_wake_up_that_stands_already_neither_blocks_nor_aborts_a_transaction() -> (
    None
):
    """Another transaction has made one, committed or not: this one makes its own."""
    woken, finish = Signal(), Signal()

    def hold_one_open() -> None:
        try:
            with transaction.atomic():
                wake("events")
                woken.set()
                finish.wait(timeout=20)
        finally:
            connection.close()

    other = Thread(target=hold_one_open)
    other.start()
    assert woken.wait(timeout=20)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
            wake("events")
            workspace = make_workspace()
    finally:
        finish.set()
        other.join(timeout=20)
    wake("events")
    assert Workspace.objects.filter(pk=workspace.pk).exists()
    assert wake_ups() == ["events"] * 3
    assert absorb("posting") == 0
    assert absorb("events") == 3
    assert wake_ups() == []


def test_a_wake_up_in_a_moment_waits_for_its_second_and_far_ones_are_not_made() -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        soon = (now + timedelta(seconds=30)).replace(microsecond=100)
        wake("events", at=soon)
        wake("events", at=soon + timedelta(milliseconds=400))
        wake("events", at=now + timedelta(days=3))
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs")
        [[scheduled_at]] = cursor.fetchall()
    assert timedelta() < scheduled_at - soon <= timedelta(seconds=1)
    assert scheduled_at.microsecond == 0
    assert absorb("events") == 0


def test_a_drain_that_breaks_does_not_break_its_wake_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def run(_now: datetime) -> int:
        raise ZeroDivisionError

    registry: Registry[Drain] = Registry("drain")
    registry.add(Drain("broken", run))
    monkeypatch.setattr(tasks, "drains", registry)
    wake("broken")
    wake("broken")
    tasks.run_drain("broken")
    assert wake_ups() == []
    tasks.sweep(timestamp=0)
    assert wake_ups() == ["broken"]
