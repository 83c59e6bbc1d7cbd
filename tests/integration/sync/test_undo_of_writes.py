"""What a run wrote there more than once is taken back from the newest write on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import make_access
from factories.records import make_contact
from support.changes import undone
from support.desk import START, STREAM, desk_of, linked, make_desk, turn_on
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.sync import marking
from counterfoil.sync.engine.fields import Direction, Rule
from counterfoil.sync.models import Outgoing, Run, RunChange, RunKind, RunState

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    return make_desk()


def settings_run(connection: Connection) -> Run:
    return Run.objects.create(
        connection=connection,
        kind=RunKind.SETTINGS,
        name="contacts",
        state=RunState.DONE,
        began_at=START,
        ended_at=START,
    )


def test_a_field_that_a_run_wrote_twice_holds_what_it_held_before(
    connection: Connection,
) -> None:
    ada = make_access(connection.workspace).user
    contact = make_contact(connection.workspace, first_name="Ada", phone="555-0003")
    number = linked(connection, contact, given_name="Ada", phone="555-0003")
    run = settings_run(connection)
    for before, after in (("555-0001", "555-0002"), ("555-0002", "555-0003")):
        RunChange.objects.create(
            run=run,
            side="there",
            object_type="contact",
            record_id=contact.pk,
            stream=STREAM,
            remote_id=number,
            before={"phone": before},
            after={"phone": after},
        )

    back = undone(run, ada)

    assert desk_of(connection).held[number]["phone"] == "555-0001"
    assert (back.counts["undone"], back.counts["changed_since"]) == (2, 0)
    link = Link.objects.get()
    assert link.base_remote["phone"] == "555-0001"
    assert link.base_local["phone"] == "555-0003"


def test_what_creating_a_record_there_emptied_here_is_put_back(
    connection: Connection,
) -> None:
    mistake = Rule("job_title", "given_name", direction=Direction.IN, may_empty=True)
    turn_on(connection, rules=(mistake, Rule("last_name", "family_name")))
    contact = make_contact(connection.workspace, last_name="King", job_title="Owner")
    Outgoing.objects.all().delete()
    run = settings_run(connection)
    marking.mark(connection, "contacts", [contact.pk], run_id=run.pk, now=START)
    run_until_idle(START + timedelta(days=1))
    contact.refresh_from_db()
    assert contact.job_title == ""

    undone(run, make_access(connection.workspace).user)

    contact.refresh_from_db()
    assert contact.job_title == "Owner"
