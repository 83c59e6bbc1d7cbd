"""What was archived here comes back there, also when somebody has its name by now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories.records import make_contact
from support.desk import START, desk_of, linked, make_desk, mirrored, turn_on

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Rejected, Unclear
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import issues, marking, reference
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.engine.settings import Archived, NameTaken
from counterfoil.sync.models import Conflict, Issue, Outgoing, Review
from counterfoil.sync.outgoing.tasks import run_pushes

pytestmark = pytest.mark.django_db
NAMED = Rule("last_name", "display_name", FieldKind.NAME)


@pytest.fixture
def connection() -> Connection:
    return make_desk(on_archived=Archived.DEACTIVATE, rules=(NAMED,))


def write_here(
    contact: Contact, *, archived: bool | None = None, **values: object
) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk, archived)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=START,
    )
    contact.refresh_from_db()


def push(connection: Connection, contact: Contact) -> None:
    marking.mark(connection, "contacts", [contact.pk], run_id=None, now=START)
    run_pushes(START)


def put_away(connection: Connection, name: str = "Lovelace") -> tuple[Contact, str]:
    """A contact that is archived here, whose customer is inactive for that reason."""
    contact = make_contact(connection.workspace, first_name="", last_name=name)
    number = linked(connection, contact)
    write_here(contact, archived=True)
    push(connection, contact)
    assert number in desk_of(connection).inactive
    return contact, number


def rival(connection: Connection, name: str = "Lovelace", *, stream: str = "") -> str:
    """Somebody else there who has the name by now; ``stream``: it was read already."""
    desk = desk_of(connection)
    number = desk.put(display_name=name)
    if stream:
        seen = replace(desk.observed(number), stream=stream)
        reference.keep(connection, stream, [seen], now=START)
    return number


def restore(connection: Connection, contact: Contact) -> None:
    write_here(contact, archived=False)
    push(connection, contact)


def settled(connection: Connection) -> bool:
    """Whether nothing is left to do, and nobody is asked anything."""
    left = (Outgoing, Issue, Conflict, Review)
    return not any(each.objects.exists() for each in left)


def test_it_comes_back_under_its_own_name_where_that_is_free(
    connection: Connection,
) -> None:
    contact, number = put_away(connection)
    restore(connection, contact)
    desk = desk_of(connection)
    assert number not in desk.inactive
    assert desk.held[number]["display_name"] == "Lovelace"
    assert settled(connection)


@pytest.mark.parametrize("known_as", ["", "customers", "vendors", "employees"])
def test_it_comes_back_under_the_next_name_where_its_own_was_taken(
    connection: Connection, known_as: str
) -> None:
    contact, number = put_away(connection)
    rival(connection, stream=known_as)
    restore(connection, contact)
    desk = desk_of(connection)
    assert number not in desk.inactive
    assert desk.held[number]["display_name"] == "Lovelace (2)"
    contact.refresh_from_db()
    assert contact.last_name == "Lovelace"
    assert settled(connection)


def test_a_next_name_that_is_taken_too_gives_way_to_another(
    connection: Connection,
) -> None:
    contact, number = put_away(connection)
    rival(connection)
    rival(connection, "Lovelace (2)")
    restore(connection, contact)
    assert desk_of(connection).held[number]["display_name"] == "Lovelace (3)"
    assert settled(connection)


def test_nothing_more_is_written_once_it_is_back_under_another_name(
    connection: Connection,
) -> None:
    contact, number = put_away(connection)
    rival(connection)
    restore(connection, contact)
    desk = desk_of(connection)
    written = len(desk.writes)
    for _again in range(3):
        push(connection, contact)
    assert len(desk.writes) == written
    assert desk.held[number]["display_name"] == "Lovelace (2)"


def test_who_was_renamed_while_archived_comes_back_under_the_new_name(
    connection: Connection,
) -> None:
    contact, number = put_away(connection)
    rival(connection)
    write_here(contact, last_name="Byron")
    restore(connection, contact)
    assert number not in desk_of(connection).inactive
    assert desk_of(connection).held[number]["display_name"] == "Byron"
    assert settled(connection)


def test_a_name_that_the_record_does_not_give_gives_way_all_the_same() -> None:
    connection = make_desk(on_archived=Archived.DEACTIVATE)
    contact, number = put_away(connection)
    rival(connection)
    restore(connection, contact)
    assert desk_of(connection).held[number]["display_name"] == "Lovelace (2)"
    assert settled(connection)


def test_a_lost_answer_is_no_edit_of_the_name(connection: Connection) -> None:
    contact, number = put_away(connection)
    rival(connection)
    desk_of(connection).after = [Unclear("lost")]
    restore(connection, contact)
    desk = desk_of(connection)
    assert number not in desk.inactive
    assert desk.held[number]["display_name"] == "Lovelace (2)"
    contact.refresh_from_db()
    assert contact.last_name == "Lovelace"
    assert Link.objects.get(record_id=contact.pk).base_local == {
        "last_name": "Lovelace"
    }
    assert settled(connection)


def test_a_name_that_it_did_not_get_was_never_agreed_on(
    connection: Connection,
) -> None:
    contact, number = put_away(connection)
    agreed = Link.objects.values("base_local", "base_remote")
    (before,) = agreed
    rival(connection)
    write_here(contact, last_name="Byron", archived=False)
    taken, refused = Rejected("Taken.", code="6240"), Rejected("No.", code="6000")
    desk_of(connection).errors = [taken, refused]
    marking.mark(connection, "contacts", [contact.pk], run_id=None, now=START)
    run_pushes(START)
    assert number in desk_of(connection).inactive
    assert list(agreed) == [before]
    assert Issue.objects.get().code == "6000"


@pytest.mark.parametrize("known_as", ["vendors", "employees"])
def test_the_name_of_somebody_who_cannot_be_linked_gives_way_all_the_same(
    connection: Connection, known_as: str
) -> None:
    turn_on(connection, name_taken=NameTaken.LINK)
    contact, number = put_away(connection)
    rival(connection, stream=known_as)
    restore(connection, contact)
    assert desk_of(connection).held[number]["display_name"] == "Lovelace (2)"
    assert settled(connection)


def test_a_new_name_that_a_vendor_has_gives_way_where_customers_are_linked(
    connection: Connection,
) -> None:
    turn_on(connection, name_taken=NameTaken.LINK)
    contact = make_contact(connection.workspace, first_name="", last_name="Byron")
    number = linked(connection, contact)
    rival(connection, stream="vendors")
    write_here(contact, last_name="Lovelace")
    push(connection, contact)
    assert desk_of(connection).held[number]["display_name"] == "Lovelace (2)"
    contact.refresh_from_db()
    assert contact.last_name == "Lovelace"
    assert settled(connection)


@pytest.mark.parametrize("known_as", ["", "customers"])
def test_where_nobody_shall_be_renamed_a_person_is_told_and_nothing_is_lost(
    connection: Connection, known_as: str
) -> None:
    turn_on(connection, name_taken=NameTaken.LINK)
    contact, number = put_away(connection)
    rival(connection, stream=known_as)
    restore(connection, contact)
    desk = desk_of(connection)
    issue = Issue.objects.get()
    assert (issue.category, issue.code) == ("name_taken", "6240")
    assert not Outgoing.objects.exists()
    assert number in desk.inactive
    assert Link.objects.filter(record_id=contact.pk, remote_id=number).exists()
    written = len(desk.writes)
    run_pushes(START)
    assert len(desk.writes) == written
    contact.refresh_from_db()
    assert contact.archived_at is None


def test_another_name_here_and_a_second_try_help_where_nobody_is_renamed(
    connection: Connection,
) -> None:
    turn_on(connection, name_taken=NameTaken.LINK)
    contact, number = put_away(connection)
    rival(connection)
    restore(connection, contact)
    write_here(contact, last_name="Byron")
    issues.retry(Issue.objects.get(), now=START)
    run_pushes(START)
    assert number not in desk_of(connection).inactive
    assert desk_of(connection).held[number]["display_name"] == "Byron"
    assert settled(connection)


def test_what_somebody_made_active_there_is_not_ours_to_make_active_again(
    connection: Connection,
) -> None:
    contact, number = put_away(connection)
    desk = desk_of(connection)
    desk.inactive.discard(number)
    desk.edit(number)
    mirrored(connection, number)
    restore(connection, contact)
    desk.inactive.add(number)
    desk.edit(number)
    mirrored(connection, number)
    write_here(contact, last_name="Byron")
    push(connection, contact)
    assert number in desk.inactive
