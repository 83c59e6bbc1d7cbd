"""Every way in which a write there can end, and what comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from factories.records import make_contact
from support.desk import (
    START,
    desk_of,
    linked,
    mirrored,
    turn_on,
)

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core.errors import (
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import issues, marking
from counterfoil.sync.engine.fields import FieldKind, Rule, Wins
from counterfoil.sync.engine.settings import Archived, NameTaken
from counterfoil.sync.models import (
    Conflict,
    FieldWrite,
    Issue,
    IssueState,
    Lane,
    Outgoing,
    Quarantine,
    Run,
    RunChange,
    RunKind,
)
from counterfoil.sync.outgoing.tasks import run_pushes

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=30)


def a_pair(connection: Connection, **values: Any) -> tuple[Contact, str]:
    """A contact and its customer, in step."""
    contact = make_contact(
        connection.workspace, first_name="Ada", last_name="King", phone="555-0001"
    )
    number = linked(
        connection,
        contact,
        given_name="Ada",
        family_name="King",
        email=contact.email,
        phone="555-0001",
    )
    if values:
        edit(contact, **values)
        mark(connection, contact)
    return contact, number


def edit(contact: Contact, *, archived: bool | None = None, **values: object) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk, archived)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=START,
    )
    contact.refresh_from_db()


def mark(connection: Connection, contact: Contact, run: Run | None = None) -> None:
    run_id = run.pk if run else None
    marking.mark(connection, "contacts", [contact.pk], run_id=run_id, now=START)


def link_of(contact: Contact) -> Link:
    return Link.objects.get(object_type="contact", record_id=contact.pk)


def test_a_change_is_written_once_and_then_agreed(connection: Connection) -> None:
    contact, number = a_pair(connection, phone="555-0002")
    assert run_pushes(START) == 1
    desk = desk_of(connection)
    assert desk.writes == [(number, {"phone": "555-0002"})]
    assert desk.reads == []
    link = link_of(contact)
    assert link.base_local["phone"] == link.base_remote["phone"] == "555-0002"
    assert (link.version, link.pushed_at) == ("1", START)
    mark(connection, contact)
    run_pushes(START)
    assert len(desk.writes) == 1
    assert not Outgoing.objects.exists()


def test_what_the_other_side_makes_of_a_value_is_no_edit(
    connection: Connection,
) -> None:
    contact, number = a_pair(connection, first_name="Wilhelmina-Charlotte")
    run_pushes(START)
    assert desk_of(connection).held[number]["given_name"] == "Wilhelmina-C"
    for _again in range(3):
        mark(connection, contact)
        run_pushes(START)
    contact.refresh_from_db()
    assert contact.first_name == "Wilhelmina-Charlotte"
    assert len(desk_of(connection).writes) == 1


def test_who_was_quicker_there_is_read_and_both_edits_stay(
    connection: Connection,
) -> None:
    contact, number = a_pair(connection, phone="555-0002")
    desk = desk_of(connection)
    desk.edit(number, given_name="Augusta")
    run_pushes(START)
    assert desk.reads == [number]
    assert desk.held[number]["given_name"] == "Augusta"
    assert desk.held[number]["phone"] == "555-0002"
    contact.refresh_from_db()
    assert (contact.first_name, contact.phone) == ("Augusta", "555-0002")


def test_a_version_that_moved_without_a_change_is_learnt(
    connection: Connection,
) -> None:
    contact, number = a_pair(connection, phone="555-0002")
    desk = desk_of(connection)
    desk.edit(number)
    run_pushes(START)
    assert desk.held[number]["phone"] == "555-0002"
    assert len(desk.reads) == 1
    edit(contact, phone="555-0003")
    mark(connection, contact)
    run_pushes(START)
    assert len(desk.reads) == 1


def test_who_is_always_quicker_is_left_for_later_and_then_for_a_person(
    connection: Connection,
) -> None:
    contact, _number = a_pair(connection, phone="555-0002")
    desk_of(connection).errors = [Stale("quicker")] * 100
    run_pushes(START)
    waiting = Outgoing.objects.get()
    assert (waiting.attempts, len(desk_of(connection).writes)) == (1, 5)
    assert waiting.next_at > START
    for again in range(1, 6):
        run_pushes(START + timedelta(hours=again))
    assert not Outgoing.objects.exists()
    assert Issue.objects.get(record_id=contact.pk).category == "busy"


def test_a_lost_answer_is_looked_up_and_not_written_twice(
    connection: Connection,
) -> None:
    contact, number = a_pair(connection, phone="555-0002")
    desk = desk_of(connection)
    desk.after = [Unclear("no answer")]
    run_pushes(START)
    assert len(desk.writes) == 1
    assert desk.reads == [number]
    assert link_of(contact).base_remote["phone"] == "555-0002"
    assert not Outgoing.objects.exists()


def test_a_lost_request_is_sent_again(connection: Connection) -> None:
    _contact, number = a_pair(connection, phone="555-0002")
    desk = desk_of(connection)
    desk.errors = [Unclear("no answer")]
    run_pushes(START)
    assert desk.held[number]["phone"] == "555-0002"
    assert len(desk.writes) == 2


def test_a_refusal_is_told_and_not_repeated(connection: Connection) -> None:
    contact, _number = a_pair(connection, phone="555-0002")
    desk = desk_of(connection)
    desk.errors = [Rejected("No such number.", field="phone", code="2040", detail="x")]
    run_pushes(START)
    run_pushes(LATER)
    assert len(desk.writes) == 1
    issue = Issue.objects.get()
    assert issue.subject == f"out:contact:{contact.pk}"
    assert (issue.category, issue.sentence) == ("characters", "No such number.")
    issues.retry(issue, now=LATER)
    run_pushes(LATER)
    assert len(desk.writes) == 2
    assert not Issue.objects.exists()


def test_what_a_person_ignores_is_written_no_more(connection: Connection) -> None:
    contact, _number = a_pair(connection, phone="555-0002")
    desk = desk_of(connection)
    desk.errors = [Rejected("No.", code="2040")]
    run_pushes(START)
    issues.ignore(Issue.objects.get())
    edit(contact, phone="555-0003")
    mark(connection, contact)
    run_pushes(LATER)
    assert len(desk.writes) == 1
    assert Issue.objects.get().state == IssueState.IGNORED
    issues.retry(Issue.objects.get(), now=LATER)
    run_pushes(LATER)
    assert len(desk.writes) == 2


def test_a_company_that_cannot_be_reached_is_left_alone_for_a_while(
    connection: Connection,
) -> None:
    a_pair(connection, phone="555-0002")
    desk = desk_of(connection)
    desk.errors = [Retryable("throttled", after=timedelta(minutes=1))]
    run_pushes(START)
    assert Lane.objects.get().resume_at == START + timedelta(minutes=1)
    run_pushes(START + timedelta(seconds=30))
    assert len(desk.writes) == 1
    run_pushes(START + timedelta(seconds=90))
    assert len(desk.writes) == 2
    assert not Outgoing.objects.exists()
    assert not Issue.objects.exists()


def test_an_ended_connection_keeps_what_waits(connection: Connection) -> None:
    a_pair(connection, phone="555-0002")
    desk_of(connection).errors = [NeedsReconnect("ended")]
    run_pushes(START)
    assert Outgoing.objects.count() == 1
    assert not Issue.objects.exists()


def test_a_subscription_that_ended_is_no_records_fault(
    connection: Connection,
) -> None:
    a_pair(connection, phone="555-0002")
    desk_of(connection).errors = [Rejected("ended", code="6190")]
    run_pushes(START)
    assert Outgoing.objects.count() == 1
    assert not Issue.objects.exists()
    assert Lane.objects.get().error == "ended"


def test_what_is_gone_there_is_treated_as_deleted_there(
    connection: Connection,
) -> None:
    contact, number = a_pair(connection, phone="555-0002")
    del desk_of(connection).held[number]
    run_pushes(START)
    assert RemoteObject.objects.get(remote_id=number).active is False
    assert not Outgoing.objects.exists()
    contact.refresh_from_db()
    assert contact.archived_at is None


def test_a_bug_of_ours_stops_no_other_record(connection: Connection) -> None:
    a_pair(connection, phone="555-0002")
    _other, number = a_pair(connection, phone="555-0003")
    desk = desk_of(connection)
    desk.errors = [ZeroDivisionError("a bug")]
    run_pushes(START)
    assert desk.held[number]["phone"] == "555-0003"
    assert Outgoing.objects.get().attempts == 1


def test_an_edit_made_while_the_first_is_on_its_way_is_not_lost(
    connection: Connection,
) -> None:
    contact, number = a_pair(connection, phone="555-0002")
    mark(connection, contact)
    edit(contact, phone="555-0003")
    mark(connection, contact)
    run_pushes(START)
    assert desk_of(connection).held[number]["phone"] == "555-0003"


def test_a_run_says_what_it_changed_there(connection: Connection) -> None:
    contact, number = a_pair(connection)
    run = Run.objects.create(
        connection=connection, kind=RunKind.SETTINGS, name="contacts", began_at=START
    )
    edit(contact, phone="555-0002")
    mark(connection, contact, run)
    run_pushes(START)
    change = RunChange.objects.get(run=run)
    assert (change.side, change.remote_id) == ("there", number)
    assert change.before == {"phone": "555-0001"}
    assert change.after == {"phone": "555-0002"}


def test_an_edit_there_that_the_mapping_overrules_is_kept(
    connection: Connection,
) -> None:
    rule = Rule("phone", "phone", FieldKind.PHONE, wins=Wins.LOCAL)
    turn_on(connection, rules=(rule,))
    _contact, number = a_pair(connection, phone="555-0002")
    desk_of(connection).edit(number, phone="555-0009")
    mirrored(connection, number)
    run_pushes(START)
    assert desk_of(connection).held[number]["phone"] == "555-0002"
    kept = Conflict.objects.get()
    assert (kept.resolution, kept.remote_value) == ("rule_local", "555-0009")


def test_a_field_that_flips_is_written_no_more(connection: Connection) -> None:
    contact, _number = a_pair(connection)
    for number in range(6):
        edit(contact, phone=f"555-00{number % 2}9")
        mark(connection, contact)
        run_pushes(START + timedelta(seconds=number))
    assert Quarantine.objects.get().field == "phone"
    assert len(desk_of(connection).writes) < 6
    assert FieldWrite.objects.filter(side="there").exists()


def test_a_name_that_is_taken_meanwhile_gives_way(connection: Connection) -> None:
    rule = Rule("last_name", "display_name", FieldKind.NAME)
    turn_on(connection, rules=(rule,))
    contact, number = a_pair(connection, last_name="Lovelace")
    desk = desk_of(connection)
    desk.errors = [Rejected("taken", field="name", code="6240")]
    run_pushes(START)
    assert desk.held[number]["display_name"] == "Lovelace (2)"
    mark(connection, contact)
    run_pushes(START)
    contact.refresh_from_db()
    assert (contact.last_name, len(desk.writes)) == ("Lovelace", 2)


def test_a_name_that_is_taken_is_told_where_nobody_shall_be_renamed(
    connection: Connection,
) -> None:
    rule = Rule("last_name", "display_name", FieldKind.NAME)
    turn_on(connection, rules=(rule,), name_taken=NameTaken.LINK)
    a_pair(connection, last_name="Lovelace")
    desk = desk_of(connection)
    desk.errors = [Rejected("taken", field="name", code="6240")]
    run_pushes(START)
    assert len(desk.writes) == 1
    assert Issue.objects.get().category == "name_taken"


@pytest.mark.parametrize(
    ("wish", "is_active", "is_linked"),
    [
        (Archived.KEEP, True, True),
        (Archived.DEACTIVATE, False, True),
        (Archived.UNLINK, True, False),
    ],
)
def test_archiving_here_does_there_what_was_chosen(
    connection: Connection, wish: Archived, *, is_active: bool, is_linked: bool
) -> None:
    turn_on(connection, on_archived=wish)
    contact, number = a_pair(connection)
    edit(contact, archived=True)
    mark(connection, contact)
    run_pushes(START)
    assert (number not in desk_of(connection).inactive) is is_active
    assert Link.objects.filter(record_id=contact.pk).exists() is is_linked


def test_only_what_was_made_inactive_from_here_is_made_active_from_here(
    connection: Connection,
) -> None:
    turn_on(connection, on_archived=Archived.DEACTIVATE)
    contact, number = a_pair(connection)
    desk = desk_of(connection)
    desk.inactive.add(number)
    desk.edit(number)
    mirrored(connection, number)
    edit(contact, phone="555-0002")
    mark(connection, contact)
    run_pushes(START)
    assert desk.writes == []
