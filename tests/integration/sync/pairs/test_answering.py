"""People answer: conflicts, reviews, links that they make and end."""

from __future__ import annotations

import pytest
from factories import make_connection, make_contact, make_workspace
from support.pairs import NOW, again, customer, link_of, read, turn_on

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Contact, TimelineEntry
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.marking import mark
from counterfoil.sync.models import Conflict, Outgoing, Review
from counterfoil.sync.outgoing.tasks import run_pushes
from counterfoil.sync.pairs import conflicts, linking, reviews
from counterfoil.sync.ports import pairings

pytestmark = pytest.mark.django_db
ADA = Actor.user(1, "Ada")


@pytest.fixture
def connection() -> Connection:
    connection = make_connection(make_workspace())
    turn_on(connection, "contacts")
    return connection


def in_conflict(connection: Connection) -> Conflict:
    kate = customer("1", given_name="Kate", email="kate@example.com")
    read(connection, kate)
    contact = Contact.objects.get()
    write(
        workspace=connection.workspace,
        changes=[Change("contact", {"first_name": "Cathy"}, contact.pk)],
        actor=ADA,
        origin=Origin.system(),
        now=NOW,
    )
    read(connection, again(kate, given_name="Katherine"))
    Outgoing.objects.all().delete()
    return Conflict.objects.get()


def asked(connection: Connection) -> tuple[Review, Contact, Contact]:
    first = make_contact(connection.workspace, email="office@example.com")
    second = make_contact(connection.workspace, email="office@example.com")
    read(connection, customer("9", given_name="Bo", email="office@example.com"))
    return Review.objects.get(), first, second


def test_keeping_the_value_there_writes_it_here(connection: Connection) -> None:
    conflict = in_conflict(connection)

    conflicts.answer(conflict, Wins.REMOTE, by=ADA, now=NOW)

    assert Contact.objects.get().first_name == "Katherine"
    conflict.refresh_from_db()
    assert (conflict.resolution, conflict.resolved_by) == ("remote", "Ada")
    assert conflict.local_value == "Cathy"
    assert not Conflict.objects.filter(resolved_at=None).exists()
    assert not Outgoing.objects.exists()


def test_keeping_the_value_here_sends_it_there(connection: Connection) -> None:
    conflict = in_conflict(connection)

    conflicts.answer(conflict, Wins.LOCAL, by=ADA, now=NOW)

    contact = Contact.objects.get()
    assert contact.first_name == "Cathy"
    assert Outgoing.objects.get().record_id == contact.pk
    assert not Conflict.objects.filter(resolved_at=None).exists()


def type_here(connection: Connection, first_name: str) -> None:
    write(
        workspace=connection.workspace,
        changes=[
            Change("contact", {"first_name": first_name}, Contact.objects.get().pk)
        ],
        actor=ADA,
        origin=Origin.system(),
        now=NOW,
    )
    mark(connection, "contacts", [Contact.objects.get().pk], now=NOW)
    run_pushes(NOW)


def test_a_conflict_shows_what_is_typed_here_while_it_is_open(
    connection: Connection,
) -> None:
    conflict = in_conflict(connection)

    type_here(connection, "Kitty")

    conflict.refresh_from_db()
    assert (conflict.local_value, conflict.remote_value) == ("Kitty", "Katherine")
    assert conflict.resolved_at is None


def test_typing_here_what_they_have_there_settles_a_conflict(
    connection: Connection,
) -> None:
    conflict = in_conflict(connection)

    type_here(connection, "Katherine")

    conflict.refresh_from_db()
    assert (conflict.resolution, conflict.resolved_at) == ("agreed", NOW)
    assert not Outgoing.objects.exists()


def test_emptying_here_what_is_asked_takes_the_value_they_have_there(
    connection: Connection,
) -> None:
    conflict = in_conflict(connection)

    type_here(connection, "")

    assert Contact.objects.get().first_name == "Katherine"
    conflict.refresh_from_db()
    assert (conflict.resolution, conflict.resolved_at) == ("remote", NOW)
    assert not Outgoing.objects.exists()


def test_a_conflict_is_answered_once(connection: Connection) -> None:
    conflict = in_conflict(connection)
    conflicts.answer(conflict, Wins.REMOTE, by=ADA, now=NOW)

    with pytest.raises(Invalid, match="settled already"):
        conflicts.answer(conflict, Wins.LOCAL, by=ADA, now=NOW)

    assert Contact.objects.get().first_name == "Katherine"


def test_a_conflict_cannot_be_answered_with_a_question(connection: Connection) -> None:
    conflict = in_conflict(connection)

    with pytest.raises(Invalid, match="Choose which value"):
        conflicts.answer(conflict, Wins.ASK, by=ADA, now=NOW)


def test_choosing_a_candidate_links_it_and_brings_both_in_step(
    connection: Connection,
) -> None:
    review, _first, second = asked(connection)

    reviews.answer(review, {"id": second.pk}, by=ADA, now=NOW)

    link = link_of(second)
    assert (link.remote_id, link.reason) == ("9", "picked")
    assert link.base_remote["email"] == "office@example.com"
    review.refresh_from_db()
    assert (review.answered_by, review.answer) == ("Ada", {"id": second.pk})
    told = TimelineEntry.objects.get(kind="linked")
    assert (told.record_id, told.actor_label) == (second.pk, "Ada")
    assert told.content["there"] == "Bo"


def test_saying_it_is_a_new_one_makes_a_record(connection: Connection) -> None:
    review, _first, _second = asked(connection)

    reviews.answer(review, {"new": True}, by=ADA, now=NOW)

    assert link_of(Contact.objects.get(first_name="Bo")).remote_id == "9"
    assert Contact.objects.count() == 3


def test_leaving_it_alone_is_remembered_and_can_be_reconsidered(
    connection: Connection,
) -> None:
    review, first, _second = asked(connection)

    reviews.answer(review, {"ignore": True}, by=ADA, now=NOW)
    tally = read(connection, customer("9", given_name="Bo", email="office@example.com"))
    assert tally.left == {Reason.IGNORED: 1}
    assert not Link.objects.exists()

    reviews.answer(review, {"id": first.pk}, by=ADA, now=NOW)
    assert link_of(first).remote_id == "9"


def test_a_question_is_answered_once(connection: Connection) -> None:
    review, first, second = asked(connection)
    reviews.answer(review, {"id": first.pk}, by=ADA, now=NOW)

    with pytest.raises(Invalid, match="answered already"):
        reviews.answer(review, {"id": second.pk}, by=ADA, now=NOW)


def test_what_has_been_taken_back_meanwhile_cannot_be_answered(
    connection: Connection,
) -> None:
    conflict = in_conflict(connection)
    Conflict.objects.all().delete()
    with pytest.raises(Invalid, match="settled already"):
        conflicts.answer(conflict, Wins.LOCAL, by=ADA, now=NOW)

    review, _first, _second = asked(connection)
    Review.objects.all().delete()
    with pytest.raises(Invalid, match="answered already"):
        reviews.answer(review, {"new": True}, by=ADA, now=NOW)


@pytest.mark.parametrize("given", [{}, {"id": "x"}, {"id": ""}])
def test_an_answer_that_makes_no_sense_changes_nothing(
    connection: Connection, given: dict[str, object]
) -> None:
    review, _first, _second = asked(connection)

    with pytest.raises(Invalid, match="Choose one from the list"):
        reviews.answer(review, given, by=ADA, now=NOW)

    review.refresh_from_db()
    assert review.answered_at is None


def test_a_record_of_another_workspace_cannot_be_chosen(connection: Connection) -> None:
    review, _first, _second = asked(connection)
    stranger = make_contact(make_workspace("Elsewhere"))

    with pytest.raises(Invalid, match="does not exist"):
        reviews.answer(review, {"id": stranger.pk}, by=ADA, now=NOW)

    review.refresh_from_db()
    assert review.answered_at is None
    assert not Link.objects.exists()


def test_a_record_that_is_linked_already_cannot_be_linked_again(
    connection: Connection,
) -> None:
    read(connection, customer("1", given_name="Kate"), customer("2", given_name="Bo"))
    kate = Contact.objects.get(first_name="Kate")

    with pytest.raises(Invalid, match="linked in"):
        linking.link(
            connection,
            pairings["quickbooks.contacts"],
            remote_id="2",
            record_id=kate.pk,
            by=ADA,
            now=NOW,
        )


def test_unlinking_ends_it_and_is_told(connection: Connection) -> None:
    read(connection, customer("1", given_name="Kate"))
    contact = Contact.objects.get()

    linking.unlink(link_of(contact), ignore=False, by=ADA, now=NOW)

    assert not Link.objects.exists()
    told = TimelineEntry.objects.get(kind="unlinked")
    assert (told.content["there"], told.actor_label) == ("Kate", "Ada")


def test_an_ignored_link_is_left_alone_until_it_is_followed_again(
    connection: Connection,
) -> None:
    kate = customer("1", given_name="Kate")
    read(connection, kate)
    contact = Contact.objects.get()

    linking.unlink(link_of(contact), ignore=True, by=ADA, now=NOW)
    tally = read(connection, again(kate, given_name="Katherine"))
    contact.refresh_from_db()
    assert contact.first_name == "Kate"
    assert tally.left == {Reason.IGNORED: 1}
    assert link_of(contact).state == LinkState.IGNORED

    linking.follow_again(link_of(contact), by=ADA, now=NOW)
    contact.refresh_from_db()
    assert contact.first_name == "Katherine"
