"""What a run wrote there more than once is taken back from the newest write on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import make_access
from factories.records import make_contact
from support.changes import undone
from support.desk import (
    START,
    STREAM,
    DeskBooks,
    desk_of,
    linked,
    make_desk,
    turn_on,
)
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Gone, Invalid, Rejected, Stale, Unclear
from counterfoil.crm.models import Contact
from counterfoil.events import dispatch
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import EXISTING, State
from counterfoil.sync import issues, marking
from counterfoil.sync.engine.fields import Direction, Rule
from counterfoil.sync.models import Issue, Outgoing, Run, RunChange, RunKind, RunState
from counterfoil.sync.runs import restoring, undo, withdrawing

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


def two_of_a_run(connection: Connection, run: Run) -> list[Contact]:
    """Both have been edited here, and a run is to write that there."""
    made = []
    for name in ("Ada", "Bo"):
        contact = make_contact(connection.workspace, first_name=name, phone="555-0002")
        linked(connection, contact, given_name=name, phone="555-0001")
        Link.objects.filter(record_id=contact.pk).update(
            base_local={"first_name": name, "phone": "555-0001"}
        )
        made.append(contact)
    Outgoing.objects.all().delete()
    marking.mark(
        connection, "contacts", [each.pk for each in made], run_id=run.pk, now=START
    )
    return made


def test_what_is_written_while_the_undo_begins_is_undone_and_no_more_is_written(
    connection: Connection,
) -> None:
    ada = make_access(connection.workspace).user
    run, desk = settings_run(connection), desk_of(connection)
    two_of_a_run(connection, run)
    desk.meanwhile = [lambda: undo.begin(run, by=ada, now=START)]

    for hours in range(1, 4):
        run_until_idle(START + timedelta(hours=hours))

    assert [values.get("phone") for _number, values in desk.writes] == [
        "555-0002",
        "555-0001",
    ]
    assert {held["phone"] for held in desk.held.values()} == {"555-0001"}
    back = Run.objects.get(undoes=run)
    assert (back.state, back.counts["undone"]) == (RunState.DONE, 1)
    assert not run.changes.filter(undone="").exists()


def made_by_a_run(connection: Connection, run: Run) -> Contact:
    contact = make_contact(
        connection.workspace, first_name="Ada", last_name="King", job_title="Owner"
    )
    Outgoing.objects.all().delete()
    marking.mark(connection, "contacts", [contact.pk], run_id=run.pk, now=START)
    return contact


def test_an_answer_that_was_not_heard_of_yet_is_waited_for(
    connection: Connection,
) -> None:
    ada = make_access(connection.workspace).user
    run, desk = settings_run(connection), desk_of(connection)
    made_by_a_run(connection, run)
    run_until_idle(START, without={"events"})
    assert Intent.objects.get().state in EXISTING

    with pytest.raises(Invalid, match="on its way"):
        undo.begin(run, by=ada, now=START)
    run_until_idle(START + timedelta(hours=1))
    undone(run, ada)

    assert desk.inactive == set(desk.held)
    assert run.changes.get().undone == "undone"


def test_what_is_found_while_the_first_page_is_undone_is_undone_too(
    connection: Connection,
) -> None:
    mistake = Rule("job_title", "given_name", direction=Direction.IN, may_empty=True)
    turn_on(connection, rules=(mistake, Rule("last_name", "family_name")))
    ada = make_access(connection.workspace).user
    run, desk = settings_run(connection), desk_of(connection)
    contact = made_by_a_run(connection, run)
    desk.errors = [Unclear("no answer")] * 99
    for day in range(12):
        run_until_idle(START + timedelta(days=day))
    intent = Intent.objects.get()
    assert intent.state == State.ESCALATED
    written_by_a_run(connection, run)
    desk.errors = []
    number = desk.put(display_name="Ada King")
    desk.markers[number] = intent.marker
    desk.meanwhile = [lambda: found(connection, number)]

    undone(run, ada)

    contact.refresh_from_db()
    assert number in desk.inactive
    assert contact.job_title == "Owner"
    assert not run.changes.exclude(undone="undone").exists()
    assert {change.side for change in run.changes.all()} == {"here", "there"}
    back = Run.objects.get(undoes=run)
    assert back.counts["undone"] == run.changes.count()
    assert all(part.rows == part.expected for part in back.streams.all())


def written_by_a_run(connection: Connection, run: Run) -> None:
    """Another contact, whose phone the run has written there."""
    contact = make_contact(connection.workspace, phone="555-0002")
    number = linked(connection, contact, phone="555-0002")
    Outgoing.objects.all().delete()
    RunChange.objects.create(
        run=run,
        side="there",
        object_type="contact",
        record_id=contact.pk,
        stream=STREAM,
        remote_id=number,
        before={"phone": "555-0001"},
        after={"phone": "555-0002"},
    )


def found(connection: Connection, number: str) -> None:
    """Posting comes by what nobody knew to exist, and whoever waits for it hears of it."""
    receipts = [
        each
        for each in DeskBooks(desk_of(connection))
        .marked_since([], START)
        .found["customer"]
        if each.remote_id == number
    ]
    post.record_sighting(
        connection=connection, kind="customer", receipts=receipts, now=START
    )
    dispatch.run(START)


def test_what_is_found_only_after_the_undo_is_no_part_of_what_was_undone(
    connection: Connection,
) -> None:
    ada = make_access(connection.workspace).user
    run, desk = settings_run(connection), desk_of(connection)
    contact = made_by_a_run(connection, run)
    desk.errors = [Unclear("no answer")] * 99
    for day in range(12):
        run_until_idle(START + timedelta(days=day))
    intent = Intent.objects.get()
    assert intent.state == State.ESCALATED
    undone(run, ada)
    desk.errors = []
    number = desk.put(display_name="Ada King", given_name="Ada")
    desk.markers[number] = intent.marker

    issues.retry(Issue.objects.get(), now=START)
    for day in range(12, 15):
        run_until_idle(START + timedelta(days=day))

    assert Link.objects.get(record_id=contact.pk).remote_id == number
    assert desk.inactive == set()
    assert not RunChange.objects.exists()


@pytest.mark.parametrize(
    ("error", "outcome", "phone"),
    [
        (Rejected("no", code="6000"), restoring.CANNOT, "555-0003"),
        (Gone("gone"), restoring.UNDONE, "555-0003"),
        (Stale("old"), restoring.UNDONE, "555-0002"),
    ],
)
def test_what_was_refused_is_not_called_undone(
    connection: Connection, error: Exception, outcome: str, phone: str
) -> None:
    contact = make_contact(connection.workspace, first_name="Ada", phone="555-0003")
    number = linked(connection, contact, given_name="Ada", phone="555-0003")
    change = RunChange(
        run=settings_run(connection),
        side="there",
        object_type="contact",
        record_id=contact.pk,
        stream=STREAM,
        remote_id=number,
        before={"phone": "555-0002"},
        after={"phone": "555-0003"},
    )
    desk = desk_of(connection)
    desk.errors = [error]
    assert withdrawing.withdraw(connection, change, now=START).outcome == outcome
    assert desk.held[number]["phone"] == phone
