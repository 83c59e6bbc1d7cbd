"""A second company hears of what a run at the first has made and changed."""

from __future__ import annotations

import pytest
from factories.people import make_connection, make_workspace
from factories.records import make_contact
from support.desk import SERVICE, START, turn_on
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Contact
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.models import Outgoing, Run, RunChange, RunKind, RunState
from counterfoil.sync.runs import carrying

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> Connection:
    return make_connection(make_workspace(), service=SERVICE)


@pytest.fixture
def second(first: Connection) -> Connection:
    other = make_connection(first.workspace, service=SERVICE)
    turn_on(other)
    return other


def a_run_that_made_one_and_changed_one(
    connection: Connection,
) -> tuple[Run, Contact, Contact]:
    made, changed = (make_contact(connection.workspace) for _each in range(2))
    run_until_idle(START)
    Outgoing.objects.all().delete()
    run = Run.objects.create(
        connection=connection, kind=RunKind.SETTINGS, name="contacts", began_at=START
    )
    Link.objects.create(
        connection=connection,
        stream="customers",
        remote_id="7001",
        object_type="contact",
        record_id=made.pk,
        run_id=run.pk,
        created_at=START,
    )
    RunChange.objects.create(
        run=run, side="here", object_type="contact", record_id=changed.pk
    )
    return run, made, changed


def waiting() -> set[tuple[int, int]]:
    return set(Outgoing.objects.values_list("connection_id", "record_id"))


def test_what_a_run_made_and_changed_waits_for_the_other_company(
    first: Connection, second: Connection
) -> None:
    run, made, changed = a_run_that_made_one_and_changed_one(first)
    assert carrying.end(first, run, START) == 1
    assert waiting() == {(second.pk, made.pk), (second.pk, changed.pk)}


def test_what_an_undo_changed_back_waits_for_the_other_company(
    first: Connection, second: Connection
) -> None:
    run, _made, changed = a_run_that_made_one_and_changed_one(first)
    Link.objects.all().delete()
    run.changes.update(undone="undone")
    Run.objects.filter(pk=run.pk).update(ended_at=START, state=RunState.DONE)
    back = Run.objects.create(
        connection=first,
        kind=RunKind.UNDO,
        name="contacts",
        undoes=run,
        began_at=START,
    )
    assert carrying.end(first, back, START) == 1
    assert waiting() == {(second.pk, changed.pk)}


def test_a_company_that_only_gives_hears_of_nothing(
    first: Connection, second: Connection
) -> None:
    turn_on(second, direction=Direction.IN)
    run, _made, _changed = a_run_that_made_one_and_changed_one(first)
    carrying.end(first, run, START)
    assert waiting() == set()


def test_another_workspaces_company_hears_of_nothing(
    first: Connection, second: Connection
) -> None:
    stranger = make_connection(make_workspace(), service=SERVICE)
    turn_on(stranger)
    run, _made, _changed = a_run_that_made_one_and_changed_one(first)
    carrying.end(first, run, START)
    assert {pk for pk, _record in waiting()} == {second.pk}
