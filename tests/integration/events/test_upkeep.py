"""The upkeep of the outbox and of the job table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from factories import make_workspace
from support.worker import forget_jobs

from counterfoil.events import tasks
from counterfoil.events.models import DeliveryState, Event, EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish
from counterfoil.events.retention import KEEP, forget_events
from counterfoil.events.wake import TASK_NAME


@pytest.mark.django_db
def test_old_events_are_forgotten_once_everybody_has_heard_them(now: datetime) -> None:
    workspace = make_workspace()
    for at in (now, now, now + KEEP):
        publish(
            workspace=workspace,
            kind="nobody_cares",
            actor=Actor.system(),
            origin=Origin.system(),
            now=at,
        )
    old, unheard, fresh = Event.objects.order_by("id")
    for event, state in [(old, DeliveryState.DONE), (unheard, DeliveryState.FAILED)]:
        EventDelivery.objects.create(
            event=event, subscriber="s", order_key="k", state=state, next_at=now
        )
    assert forget_events(now + KEEP) == 0
    assert forget_events(now + KEEP + timedelta(seconds=1)) == 1
    assert set(Event.objects.all()) == {unheard, fresh}


def jobs() -> list[tuple[str, str, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status::text, queueing_lock FROM procrastinate_jobs"
            " ORDER BY id"
        )
        return cursor.fetchall()


def make_job(task: str, status: str, lock: str | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status,"
            " queueing_lock) VALUES ('drains', %s, %s::procrastinate_job_status, %s)",
            [task, status, lock],
        )


@pytest.mark.django_db(transaction=True)
def test_the_jobs_of_a_killed_worker_run_again_or_give_way_to_their_successors() -> (
    None
):
    forget_jobs()
    make_job(TASK_NAME, "doing")
    make_job("counterfoil.sweep", "doing", "counterfoil.sweep")
    make_job("counterfoil.sweep", "todo", "counterfoil.sweep")
    make_job(TASK_NAME, "doing", "wake:events::7")
    async_to_sync(tasks.rescue_stalled_jobs.func)(timestamp=0)
    assert jobs() == [
        (TASK_NAME, "todo", None),
        ("counterfoil.sweep", "todo", "counterfoil.sweep"),
        (TASK_NAME, "todo", "wake:events::7"),
    ]


@pytest.mark.django_db(transaction=True)
def test_finished_jobs_are_deleted_after_a_day() -> None:
    forget_jobs()
    for status in ("succeeded", "failed", "todo"):
        make_job(TASK_NAME, status)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at)"
            " SELECT id, status::text::procrastinate_job_event_type,"
            " now() - interval '25 hours' FROM procrastinate_jobs"
            " WHERE status <> 'todo'"
        )
    async_to_sync(tasks.delete_finished_jobs.func)(timestamp=0)
    assert jobs() == [(TASK_NAME, "todo", None)]
