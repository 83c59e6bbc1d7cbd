"""What is new here is asked for there: once, under a free name, or left with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from factories.records import make_contact
from support.desk import START, desk_of, linked, mirrored, turn_on
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core.errors import Unclear
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events import dispatch
from counterfoil.events.origin import Actor, Origin
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.sync import issues, marking
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule
from counterfoil.sync.engine.settings import NameTaken, Taking
from counterfoil.sync.engine.verdict import Act, Reason, Verdict
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Issue, Outgoing, Review, Run, RunChange, RunKind
from counterfoil.sync.outgoing.judging import judge_out
from counterfoil.sync.ports import Observed, pairings
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)


def work(now: datetime = LATER) -> None:
    run_until_idle(now)


def ada(connection: Connection, **values: Any) -> Contact:
    wanted = {"first_name": "Ada", "last_name": "King", **values}
    return make_contact(connection.workspace, **wanted)


def edit(contact: Contact, **values: object) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=START,
    )


def verdict_of(connection: Connection, contact: Contact, **settings: Any) -> Verdict:
    chosen = replace(choices.of(connection, "contacts"), **settings)
    pairing = pairings["desk.contacts"]
    [verdict] = judge_out(connection, pairing, chosen, [contact.pk], now=START)
    return verdict


def created(connection: Connection) -> list[str]:
    writes = desk_of(connection).writes
    return [str(values["created"]) for _number, values in writes if "created" in values]


def test_a_new_contact_is_created_once_and_in_step(connection: Connection) -> None:
    contact = ada(connection, phone="555-0001")
    work()
    assert created(connection) == ["Ada King"]
    link = Link.objects.get(record_id=contact.pk)
    assert link.base_local["phone"] == link.base_remote["phone"] == "555-0001"
    assert link.pushed_at is not None
    row = RemoteObject.objects.get(remote_id=link.remote_id)
    assert (row.name, row.version) == ("Ada King", link.version)
    assert not Outgoing.objects.exists()
    for _again in range(3):
        marking.mark(connection, "contacts", [contact.pk], now=START)
        work()
    assert len(desk_of(connection).writes) == 1


def test_an_edit_made_while_it_is_created_follows(connection: Connection) -> None:
    contact = ada(connection, phone="555-0001")
    desk_of(connection).errors = [Unclear("no answer")]
    work()
    assert Intent.objects.get().state == State.UNKNOWN
    edit(contact, phone="555-0002")
    for minutes in (0, 1, 4, 10, 30):
        work(LATER + timedelta(minutes=minutes))
    link = Link.objects.get(record_id=contact.pk)
    assert desk_of(connection).held[link.remote_id]["phone"] == "555-0002"
    assert created(connection) == ["Ada King"]


def test_who_was_merged_away_before_the_answer_came_is_the_survivor(
    connection: Connection,
) -> None:
    desk = desk_of(connection)
    kept = desk.put(display_name="Ada K.", given_name="Ada", phone="555-0009")
    contact = ada(connection, phone="555-0001")
    desk.errors = [Unclear("no answer")]
    work()
    intent = Intent.objects.get()
    assert intent.state == State.UNKNOWN
    made = desk.put(display_name="Ada King", given_name="Ada")
    desk.markers[made] = intent.marker
    gone = Observed("customers", made, deleted=True, active=False, merged_into=kept)
    mirrored(connection, kept)
    applying.apply(connection, "customers", [gone], now=LATER)
    for minutes in (1, 4, 10, 30):
        work(LATER + timedelta(minutes=minutes))
    assert Intent.objects.get().remote_id == made
    link = Link.objects.get()
    assert (link.record_id, link.remote_id) == (contact.pk, kept)
    assert created(connection) == []


def test_a_name_that_is_known_to_be_taken_is_not_even_tried(
    connection: Connection,
) -> None:
    turn_on(connection, match_by=())
    mirrored(connection, desk_of(connection).put(display_name="ADA king"))
    ada(connection)
    work()
    assert created(connection) == ["Ada King (2)"]
    assert Intent.objects.get().generation == 0


@pytest.mark.parametrize("wish", list(NameTaken))
def test_a_name_that_only_an_inactive_one_had_is_free(
    connection: Connection, wish: NameTaken
) -> None:
    turn_on(connection, name_taken=wish)
    desk = desk_of(connection)
    number = desk.put(display_name="Ada King")
    desk.inactive.add(number)
    mirrored(connection, number)
    ada(connection)
    work()
    assert created(connection) == ["Ada King"]
    assert Intent.objects.get().generation == 0


@pytest.mark.parametrize("wish", list(NameTaken))
def test_an_inactive_one_that_kept_its_name_is_not_waited_for(
    connection: Connection, wish: NameTaken
) -> None:
    turn_on(connection, name_taken=wish)
    desk = desk_of(connection)
    number = desk.put(display_name="Ada King")
    desk.inactive.add(number)
    desk.clinging.add(number)
    mirrored(connection, number)
    ada(connection)
    work()
    assert created(connection) == ["Ada King (2)"]
    assert not Issue.objects.exists()


def test_two_of_one_name_get_two_names(connection: Connection) -> None:
    turn_on(connection, match_by=())
    ada(connection)
    ada(connection)
    work()
    assert sorted(created(connection)) == ["Ada King", "Ada King (2)"]
    assert not Issue.objects.exists()


def test_a_rival_that_nobody_knew_gets_the_next_number(
    connection: Connection,
) -> None:
    desk = desk_of(connection)
    desk.put(display_name="Ada King")
    desk.put(display_name="Ada King (2)")
    ada(connection)
    work()
    assert created(connection) == ["Ada King (3)"]
    assert Intent.objects.get().generation == 2
    assert not Issue.objects.exists()


def test_a_namesake_is_linked_where_that_was_chosen(connection: Connection) -> None:
    turn_on(connection, match_by=(), name_taken=NameTaken.LINK)
    number = desk_of(connection).put(display_name="Ada King", given_name="Ada")
    mirrored(connection, number)
    contact = ada(connection, phone="555-0001")
    work()
    assert Link.objects.get(record_id=contact.pk).remote_id == number
    assert created(connection) == []
    assert desk_of(connection).held[number]["phone"] == "555-0001"


def test_two_of_one_name_are_not_both_linked_to_their_one_namesake(
    connection: Connection,
) -> None:
    turn_on(connection, match_by=(), name_taken=NameTaken.LINK)
    number = desk_of(connection).put(display_name="Ada King")
    mirrored(connection, number)
    contacts = [ada(connection), ada(connection)]
    work()
    reviews = Review.objects.filter(side="out").order_by("record_id")
    assert [each.record_id for each in reviews] == [each.pk for each in contacts]
    assert {one["id"] for each in reviews for one in each.candidates} == {number}
    assert not Link.objects.exists()
    assert created(connection) == []


def test_a_rival_that_shall_be_linked_is_waited_for(connection: Connection) -> None:
    turn_on(connection, match_by=(), name_taken=NameTaken.LINK)
    number = desk_of(connection).put(display_name="Ada King")
    contact = ada(connection)
    work(START)
    assert Issue.objects.get().category == "name_taken"
    mirrored(connection, number)
    work(LATER)
    assert Link.objects.get(record_id=contact.pk).remote_id == number
    assert not Issue.objects.exists()


def test_who_is_there_already_is_found_by_e_mail(connection: Connection) -> None:
    contact = ada(connection, email="ada@example.com")
    number = desk_of(connection).put(display_name="Lady A.", email="ada@example.com")
    mirrored(connection, number)
    work()
    link = Link.objects.get(record_id=contact.pk)
    assert (link.remote_id, link.reason) == (number, "email")
    assert desk_of(connection).held[number]["given_name"] == "Ada"


def test_several_who_could_be_it_are_asked_about(connection: Connection) -> None:
    contact = ada(connection, email="ada@example.com")
    desk = desk_of(connection)
    numbers = [
        desk.put(display_name=name, email="ada@example.com") for name in ("A", "B")
    ]
    for number in numbers:
        mirrored(connection, number)
    work()
    review = Review.objects.get(side="out", record_id=contact.pk)
    assert [one["id"] for one in review.candidates] == numbers
    assert created(connection) == []
    review.answer, review.answered_at = {"new": True}, START
    review.save()
    marking.mark(connection, "contacts", [contact.pk], now=START)
    work()
    assert created(connection) == ["Ada King"]


def test_a_refusal_is_told_and_a_correction_is_sent(connection: Connection) -> None:
    contact = ada(connection, last_name="King: Countess")
    work()
    issue = Issue.objects.get()
    assert (issue.category, issue.record_id) == ("name", contact.pk)
    edit(contact, last_name="King")
    work()
    assert created(connection) == ["Ada King"]
    assert not Issue.objects.exists()


def test_nobody_knows_whether_it_was_created(connection: Connection) -> None:
    contact = ada(connection)
    desk_of(connection).errors = [Unclear("no answer")] * 99
    for day in range(12):
        work(LATER + timedelta(days=day))
    assert Intent.objects.get().state == State.ESCALATED
    assert Issue.objects.get().category == "uncertain"
    assert verdict_of(connection, contact).reason is Reason.REFUSED
    desk_of(connection).errors = []
    issues.retry(Issue.objects.get(), now=LATER)
    work(LATER + timedelta(days=20))
    assert Intent.objects.get().state != State.ESCALATED


def test_what_was_unlinked_is_created_anew(connection: Connection) -> None:
    contact = ada(connection)
    work()
    desk = desk_of(connection)
    link = Link.objects.get(record_id=contact.pk)
    del desk.held[link.remote_id]
    RemoteObject.objects.all().delete()
    link.delete()
    marking.mark(connection, "contacts", [contact.pk], now=START)
    work()
    assert created(connection) == ["Ada King", "Ada King"]
    assert Intent.objects.count() == 2


def test_a_run_says_what_it_created_there(connection: Connection) -> None:
    contact = ada(connection)
    Outgoing.objects.all().delete()
    run = Run.objects.create(
        connection=connection, kind=RunKind.SETTINGS, name="contacts", began_at=START
    )
    run.ended_at = START
    run.save()
    marking.mark(connection, "contacts", [contact.pk], run_id=run.pk, now=START)
    work()
    change = RunChange.objects.get(run=run)
    assert (change.created, change.side, change.record_id) == (
        True,
        "there",
        contact.pk,
    )
    assert Link.objects.get(record_id=contact.pk).run_id is None


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"enabled": False}, Reason.OFF),
        ({"direction": Direction.IN}, Reason.ONE_WAY),
        ({"outgoing": Taking.NOTHING}, Reason.NOT_TAKEN),
        ({"outgoing": Taking.UPDATE}, Reason.UPDATE_ONLY),
        ({"filters": (("email", "unknown", None),)}, Reason.FILTERED),
        ({"filters": (("no_such_property", "known", None),)}, Reason.FILTERED),
    ],
)
def test_why_a_contact_is_not_there_always_has_an_answer(
    connection: Connection, settings: dict[str, Any], reason: Reason
) -> None:
    verdict = verdict_of(connection, ada(connection), **settings)
    assert (verdict.there, verdict.reason) == (Act.NOTHING, reason)


def test_an_archived_contact_is_not_created(connection: Connection) -> None:
    contact = ada(connection)
    Contact.objects.filter(pk=contact.pk).update(archived_at=START)
    assert verdict_of(connection, contact).reason is Reason.ARCHIVED


def test_judging_many_takes_as_many_statements_as_judging_few(
    connection: Connection, django_assert_max_num_queries: Any
) -> None:
    contacts = [ada(connection, last_name=f"King {n}") for n in range(60)]
    for contact in contacts[:30]:
        linked(connection, contact, given_name="Ada")
    chosen = choices.of(connection, "contacts")
    ids = [contact.pk for contact in contacts]
    with django_assert_max_num_queries(20):
        verdicts = judge_out(
            connection, pairings["desk.contacts"], chosen, ids, now=START
        )
    assert [each.record_id for each in verdicts] == ids
    assert {each.there for each in verdicts[30:]} == {Act.CREATE}


def test_a_question_that_answers_itself_is_taken_back(connection: Connection) -> None:
    contact = ada(connection, email="ada@example.com")
    desk = desk_of(connection)
    for name in ("A", "B"):
        mirrored(connection, desk.put(display_name=name, email="ada@example.com"))
    work()
    assert Review.objects.filter(side="out").count() == 1
    edit(contact, email="countess@example.com")
    work()
    assert not Review.objects.filter(side="out").exists()
    assert created(connection) == ["Ada King"]


def test_a_change_of_nothing_that_is_mapped_is_not_even_looked_at(
    connection: Connection,
) -> None:
    contact = ada(connection)
    work()
    Outgoing.objects.all().delete()
    edit(contact, job_title="Countess")
    dispatch.run(LATER)
    assert not Outgoing.objects.exists()


def test_a_change_that_came_from_the_company_is_not_sent_back(
    connection: Connection,
) -> None:
    contact = ada(connection)
    work()
    write(
        workspace=contact.workspace,
        changes=[Change("contact", {"phone": "555-0009"}, contact.pk)],
        actor=Actor.connection(connection.pk, connection.name),
        origin=Origin.connection(connection.pk),
        now=START,
    )
    work()
    assert len(desk_of(connection).writes) == 1


def test_a_property_that_only_comes_in_is_not_sent(connection: Connection) -> None:
    rules = (
        Rule("first_name", "given_name", longest=12),
        Rule("phone", "phone", FieldKind.PHONE, direction=Direction.IN),
    )
    turn_on(connection, rules=rules)
    contact = ada(connection, phone="555-0001")
    work()
    link = Link.objects.get(record_id=contact.pk)
    assert "phone" not in desk_of(connection).held[link.remote_id]
