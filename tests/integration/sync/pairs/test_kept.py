"""What was kept of two edits stays when the two are linked no more, however that went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from factories import make_access, make_contact
from factories.runs import make_run
from support.changes import switched_on, undone
from support.pairs import NOW, again, customer, gone, link_of, merged, read, turn_on

from counterfoil.connections import links
from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Contact, PropertyChange
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import tasks
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.engine.settings import Archived, Gone
from counterfoil.sync.explain import record as explain, remote as explain_remote
from counterfoil.sync.marking import mark
from counterfoil.sync.models import UNSETTLED, Conflict, RunKind
from counterfoil.sync.outgoing.tasks import run_pushes
from counterfoil.sync.pairs import conflicts, linking
from counterfoil.sync.ports import Observed, pairings
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db
ADA = Actor.user(1, "Ada")
A_YEAR = timedelta(days=366)
Way = Callable[[Connection, Contact, Observed], None]


def in_conflict(connection: Connection) -> tuple[Conflict, Contact, Observed]:
    """One open question about Kate's first name, beside a value a mapping overruled."""
    turn_on(connection, "contacts", on_gone=Gone.UNLINK, on_archived=Archived.UNLINK)
    kate = customer("1", given_name="Kate", title="CEO", email="kate@example.com")
    read(connection, kate)
    contact = Contact.objects.get()
    change(contact, first_name="Cathy")
    kate = again(kate, given_name="Katherine")
    read(connection, kate)
    overruled = Conflict.of(
        link_of(contact),
        local_field="phone",
        remote_field="phone",
        local_value="555 0100",
        remote_value="555 0199",
        opened_at=NOW,
        resolved_at=NOW,
        resolution="rule_remote",
    )
    overruled.save()
    return Conflict.objects.get(UNSETTLED), contact, kate


def change(contact: Contact, *, archived: bool | None = None, **values: object) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk, archived)],
        actor=ADA,
        origin=Origin.user(1),
        now=NOW,
    )


def by_a_merge(connection: Connection, _contact: Contact, kate: Observed) -> None:
    survivor = customer("2", given_name="Bo", email="bo@example.com")
    read(connection, survivor)
    read(connection, merged(kate, survivor))


def by_a_person(connection: Connection, contact: Contact, _kate: Observed) -> None:
    linking.unlink(link_of(contact), ignore=False, by=ADA, now=NOW)


def by_a_deletion_there(
    connection: Connection, _contact: Contact, kate: Observed
) -> None:
    read(connection, gone(kate))


def by_archiving_it(connection: Connection, contact: Contact, _kate: Observed) -> None:
    change(contact, archived=True)
    mark(connection, "contacts", [contact.pk], now=NOW)
    run_pushes(NOW)


def by_another_link(connection: Connection, contact: Contact, _kate: Observed) -> None:
    """As when posting a document makes a customer of it."""
    links.link(
        connection, stream="customers", remote_id="9", ref=Ref.of(contact), now=NOW
    )


WAYS = [by_a_merge, by_a_person, by_a_deletion_there, by_archiving_it, by_another_link]


@pytest.mark.parametrize("way", WAYS)
def test_both_values_stay_and_nobody_is_asked_any_more(
    connection: Connection, way: Way
) -> None:
    asked, contact, kate = in_conflict(connection)

    way(connection, contact, kate)

    assert not Link.objects.filter(remote_id="1").exists()
    assert not Conflict.objects.filter(UNSETTLED).exists()
    asked.refresh_from_db()
    assert (asked.local_value, asked.remote_value) == ("Cathy", "Katherine")
    told = explain.of_record(connection.workspace, Ref.of(contact), NOW)
    [part] = [each for each in told.parts if each.name == "contacts"]
    assert not part.conflicts
    assert {each.local_field for each in part.settled} == {"first_name", "phone"}
    from_there = explain_remote.of_remote(connection, "customers", "1", NOW)
    assert any(asked in each.settled for each in from_there.parts)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("keep", [Wins.LOCAL, Wins.REMOTE])
def test_answering_too_late_is_refused_in_words(
    connection: Connection, way: Way, keep: Wins
) -> None:
    asked, contact, kate = in_conflict(connection)
    way(connection, contact, kate)

    with pytest.raises(Invalid, match="no longer linked"):
        conflicts.answer(asked, keep, by=ADA, now=NOW)

    contact.refresh_from_db()
    assert contact.first_name == "Cathy"


def test_whoever_is_left_alone_is_not_asked_about_and_it_is_said_why(
    connection: Connection,
) -> None:
    asked, contact, _kate = in_conflict(connection)

    linking.unlink(link_of(contact), ignore=True, by=ADA, now=NOW)

    assert not Conflict.objects.filter(UNSETTLED).exists()
    asked.refresh_from_db()
    assert (asked.resolution, asked.resolved_by) == ("parted", ADA.label)
    linking.follow_again(link_of(contact), by=ADA, now=NOW)
    anew = Conflict.objects.get(UNSETTLED)
    assert (anew.local_value, anew.remote_value) == ("Cathy", "Katherine")


def test_what_was_asked_since_about_what_an_undone_import_linked_is_closed(
    connection: Connection,
) -> None:
    ada = make_access(connection.workspace).user
    asked, contact, _kate = in_conflict(connection)
    run = make_run(connection, kind=RunKind.IMPORT)
    Link.objects.filter(record_id=contact.pk).update(run_id=run.pk, reason="email")

    undone(run, ada)

    assert link_of(contact).state == LinkState.IGNORED
    asked.refresh_from_db()
    assert (asked.resolution, asked.resolved_by) == ("parted", "Counterfoil")


def test_what_an_undone_run_linked_keeps_what_was_overruled_since(
    connection: Connection,
) -> None:
    ada = make_access(connection.workspace).user
    contact = make_contact(connection.workspace, email="kate@example.com")
    read(connection, customer("1", given_name="Kate", email="kate@example.com"))
    run = switched_on(connection, ada)
    kept = Conflict.of(
        link_of(contact),
        local_field="phone",
        remote_field="phone",
        local_value="555 0100",
        opened_at=NOW,
        resolved_at=NOW,
        resolution="rule_remote",
    )
    kept.save()

    undone(run, ada)

    assert not Link.objects.exists()
    kept.refresh_from_db()
    assert (kept.link_id, kept.record_id) == (None, contact.pk)


def test_a_value_from_there_can_be_used_when_its_customer_is_gone(
    connection: Connection,
) -> None:
    asked, contact, kate = in_conflict(connection)
    by_a_deletion_there(connection, contact, kate)
    asked.refresh_from_db()

    conflicts.use(asked, Wins.REMOTE, by=ADA, now=NOW)

    contact.refresh_from_db()
    assert contact.first_name == "Katherine"
    written = PropertyChange.objects.filter(name="first_name").latest("pk")
    assert (written.actor_label, written.origin_kind) == ("Ada", "user")


def test_only_values_that_the_record_does_not_hold_are_offered(
    connection: Connection,
) -> None:
    asked, contact, kate = in_conflict(connection)
    overruled = Conflict.objects.exclude(pk=asked.pk).get()
    by_a_person(connection, contact, kate)

    def offered() -> frozenset[tuple[int, str]]:
        told = explain.of_record(connection.workspace, Ref.of(contact), NOW)
        [part] = [each for each in told.parts if each.name == "contacts"]
        return part.usable

    both = {(overruled.pk, "local"), (overruled.pk, "remote")}
    assert offered() == {(asked.pk, "remote"), *both}
    conflicts.use(asked, Wins.REMOTE, by=ADA, now=NOW)
    assert offered() == {(asked.pk, "local"), *both}
    change(contact, archived=True)
    assert not offered()


def test_a_kept_value_is_not_put_into_an_archived_record(
    connection: Connection,
) -> None:
    asked, contact, kate = in_conflict(connection)
    by_archiving_it(connection, contact, kate)
    asked.refresh_from_db()

    with pytest.raises(Invalid, match="it is archived"):
        conflicts.use(asked, Wins.REMOTE, by=ADA, now=NOW)

    contact.refresh_from_db()
    assert contact.first_name == "Cathy"


def test_linked_anew_they_are_asked_anew_beside_what_was_kept(
    connection: Connection,
) -> None:
    asked, contact, kate = in_conflict(connection)
    by_a_person(connection, contact, kate)

    linking.link(
        connection,
        pairings["quickbooks.contacts"],
        remote_id="1",
        record_id=contact.pk,
        by=ADA,
        now=NOW,
    )

    asked.refresh_from_db()
    assert asked.link_id is None
    met = Conflict.objects.get(UNSETTLED)
    assert (met.local_value, met.remote_value) == ("Cathy", "Katherine")
    conflicts.answer(met, Wins.LOCAL, by=ADA, now=NOW)
    assert not Conflict.objects.filter(UNSETTLED).exists()


def test_turning_the_sync_off_leaves_what_was_kept(connection: Connection) -> None:
    asked, contact, kate = in_conflict(connection)
    by_a_person(connection, contact, kate)

    settings = replace(choices.of(connection, "contacts"), enabled=False)
    choices.save(connection, settings, by=None, now=NOW)

    told = explain.of_record(connection.workspace, Ref.of(contact), NOW)
    assert any(asked in each.settled for each in told.parts)


def test_what_nobody_decided_is_kept_for_a_year_after_it_was_parted(
    connection: Connection,
) -> None:
    asked, contact, kate = in_conflict(connection)
    Conflict.objects.exclude(pk=asked.pk).delete()
    Conflict.objects.update(opened_at=NOW - 2 * A_YEAR)
    by_a_person(connection, contact, kate)

    tasks.run_cleaning(NOW)

    asked.refresh_from_db()
    assert (asked.resolution, asked.resolved_at) == ("parted", NOW)
    tasks.run_cleaning(NOW + A_YEAR)
    assert not Conflict.objects.exists()


def test_a_question_follows_to_the_survivor_that_takes_the_link(
    connection: Connection,
) -> None:
    asked, contact, kate = in_conflict(connection)
    survivor = customer("2", given_name="Bo", email="bo@example.com")

    read(connection, merged(kate, survivor))

    asked.refresh_from_db()
    assert (asked.remote_id, asked.link) == ("2", link_of(contact))
    assert Conflict.objects.filter(UNSETTLED).get() == asked
