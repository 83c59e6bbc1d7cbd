"""What is deactivated, deleted and merged there, and what becomes of it here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import (
    make_deal,
    make_invoice,
)
from support.pairs import (
    NOW,
    again,
    customer,
    gone,
    item,
    link_of,
    merged,
    read,
    turn_on,
)

from counterfoil.connections.models import Connection, Link
from counterfoil.connectors.quickbooks import mapping, wire
from counterfoil.crm import associations
from counterfoil.crm.models import Company, Contact, Product, TimelineEntry
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.settings import Gone, Taking
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Outgoing, Run, RunChange
from counterfoil.sync.pairs import merging
from counterfoil.sync.ports import Observed
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db


def linked(connection: Connection, on_gone: Gone) -> Observed:
    turn_on(connection, "contacts", on_gone=on_gone)
    kate = customer("1", given_name="Kate", family_name="Whelan")
    read(connection, kate)
    return kate


def archive(record: Contact) -> None:
    write(
        workspace=record.workspace,
        changes=[Change("contact", {}, record.pk, archived=True)],
        actor=Actor.user(1, "Ada"),
        origin=Origin.system(),
        now=NOW,
    )


def test_a_deactivated_customer_archives_its_contact_and_an_active_one_restores_it(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.ARCHIVE)

    off = again(kate, active=False)
    read(connection, off)
    assert Contact.objects.get().archived_at == NOW
    read(connection, again(off, notes="Gone"))
    assert Contact.objects.get().archived_at == NOW

    tally = read(connection, again(off, active=True, given_name="Katherine"))
    back = Contact.objects.get()
    assert (back.archived_at, back.first_name) == (None, "Katherine")
    assert tally.updated == 1


def test_what_a_person_archived_stays_archived(connection: Connection) -> None:
    kate = linked(connection, Gone.ARCHIVE)
    archive(Contact.objects.get())

    tally = read(connection, again(kate, given_name="Katherine"))

    held = Contact.objects.get()
    assert held.archived_at is not None
    assert held.first_name == "Kate"
    assert tally.left == {Reason.ARCHIVED: 1}


def test_what_was_archived_here_before_it_was_deactivated_there_is_not_restored(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.ARCHIVE)
    archive(Contact.objects.get())

    off = again(kate, active=False)
    read(connection, off)
    read(connection, again(off, active=True))

    assert Contact.objects.get().archived_at is not None


def test_a_deactivated_customer_can_be_unlinked_and_is_recognised_when_it_is_back(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.UNLINK)

    off = again(kate, active=False)
    read(connection, off)
    assert not Link.objects.exists()
    assert Contact.objects.get().archived_at is None

    read(connection, again(off, active=True))
    assert Contact.objects.count() == 1
    assert link_of(Contact.objects.get()).reason == "name"


def test_a_deactivated_customer_can_keep_its_contact_in_step(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.KEEP)
    held = Contact.objects.get()

    off = again(kate, active=False, given_name="Katherine")
    read(connection, off)

    held.refresh_from_db()
    assert (held.first_name, held.archived_at) == ("Katherine", None)
    assert link_of(held).remote_id == "1"
    assert not Outgoing.objects.exists()


def test_the_name_of_a_deactivated_customer_is_read_without_its_ending() -> None:
    held = wire.Customer(id="1", display_name="Emily Platt (deleted)", active=False)

    assert mapping.customer(held)["display_name"] == "Emily Platt"


def test_a_deactivated_company_keeps_its_name(connection: Connection) -> None:
    turn_on(connection, "companies")
    cars = customer("1", company_name="Cool Cars")
    read(connection, cars)

    read(connection, again(cars, active=False))

    assert Company.objects.get().name == "Cool Cars"


def test_a_deactivated_item_makes_its_product_inactive(connection: Connection) -> None:
    turn_on(connection, "products")
    cake = item("1", name="Cake", active=True)
    read(connection, cake)

    read(connection, again(cake, active=False))

    assert Product.objects.get().active is False
    assert Product.objects.get().archived_at is None


def test_a_deleted_item_archives_its_product_once(connection: Connection) -> None:
    turn_on(connection, "products", on_gone=Gone.ARCHIVE)
    cake = item("1", name="Cake")
    read(connection, cake)

    assert read(connection, gone(cake)).updated == 1
    assert Product.objects.get().archived_at == NOW
    assert read(connection, gone(cake)).updated == 0


def test_a_deleted_customer_that_is_kept_changes_nothing(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.KEEP)

    tally = read(connection, gone(kate))

    assert tally.left == {Reason.ELSEWHERE: 1}
    assert Link.objects.count() == 1


def test_nothing_is_archived_where_nothing_is_taken(connection: Connection) -> None:
    kate = linked(connection, Gone.ARCHIVE)
    turn_on(connection, "contacts", on_gone=Gone.ARCHIVE, incoming=Taking.NOTHING)

    read(connection, again(kate, active=False))

    assert Contact.objects.get().archived_at is None


def test_what_a_run_archives_can_be_told_from_what_it_found(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.ARCHIVE)
    run = Run.objects.create(connection=connection, kind="settings", began_at=NOW)

    read(connection, again(kate, active=False), run=run)

    change = RunChange.objects.get()
    assert (change.archived, change.record_id) == (False, Contact.objects.get().pk)


def test_the_link_of_a_merged_customer_moves_to_the_survivor(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.ARCHIVE)
    turn_on(connection, "contacts", filters=(("last_name", "is", "Whelan"),))
    other = customer("2", given_name="Katherine", family_name="Smith")
    read(connection, other)

    read(connection, merged(kate, other), again(other, phone="555-123-4567"))

    held = Contact.objects.get()
    assert link_of(held).remote_id == "2"
    assert (held.first_name, held.phone) == ("Katherine", "555-123-4567")
    assert held.archived_at is None


def test_whoever_seemed_to_be_gone_comes_back_as_the_survivor(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.ARCHIVE)
    turn_on(connection, "contacts", filters=(("last_name", "is", "Whelan"),))
    other = customer("2", given_name="Katherine", family_name="Smith")
    read(connection, other)
    read(connection, gone(kate))  # the feed does not say into what it went
    assert Contact.objects.get().archived_at == NOW

    read(connection, merged(kate, other), again(other, phone="555-123-4567"))

    held = Contact.objects.get()
    assert link_of(held).remote_id == "2"
    assert held.archived_at is None


def test_of_two_merged_customers_with_records_the_survivors_stays(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.KEEP)
    bo = customer("2", given_name="Bo")
    read(connection, bo)
    loser, survivor = Contact.objects.order_by("pk")
    deal = make_deal(connection.workspace)
    invoice = make_invoice(connection.workspace)
    for other in (deal, invoice):
        associations.associate(
            workspace=connection.workspace,
            left=Ref.of(loser),
            right=Ref.of(other),
            label="billing",
            now=NOW,
        )

    read(connection, merged(kate, bo))

    loser.refresh_from_db()
    survivor.refresh_from_db()
    assert loser.archived_at == NOW
    assert survivor.archived_at is None
    assert link_of(survivor).remote_id == "2"
    assert Link.objects.count() == 1
    for other in (deal, invoice):
        tied = associations.refs_of(connection.workspace, Ref.of(other), "contact")
        assert tied == [Ref.of(survivor)]
    left = Event.objects.filter(kind="dissociated", record_id=loser.pk)
    assert {tuple(event.payload["with"]) for event in left} == {
        ("deal", deal.pk),
        ("invoice", invoice.pk),
    }
    told = TimelineEntry.objects.filter(kind="merged_there")
    assert {entry.record_id for entry in told} == {loser.pk, survivor.pk}
    assert told[0].content["survivor"] == "Bo"
    assert merging.survivor_of(loser) == survivor


def test_a_merge_that_is_told_twice_changes_nothing_more(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.KEEP)
    bo = customer("2", given_name="Bo")
    read(connection, bo)

    read(connection, merged(kate, bo))
    read(connection, merged(kate, bo))

    assert TimelineEntry.objects.filter(kind="merged_there").count() == 2
    assert Link.objects.count() == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_merges_one_after_the_other_are_followed_in_whatever_order_they_arrive(
    connection: Connection, *, at_once: bool
) -> None:
    kate = linked(connection, Gone.KEEP)
    bo, cy = customer("2", given_name="Bo"), customer("3", given_name="Cy")
    read(connection, bo, cy)
    first, second = merged(kate, bo), merged(bo, cy)

    for told in [[second, first]] if at_once else [[second], [first]]:
        applying.apply(connection, "customers", told, now=NOW)

    survivor = Contact.objects.get(archived_at=None)
    assert survivor.first_name == "Cy"
    assert list(Link.objects.values_list("remote_id", flat=True)) == ["3"]


@pytest.mark.parametrize("is_read", [True, False])
def test_a_merge_is_remembered_of_whoever_was_read_since_or_never(
    connection: Connection, *, is_read: bool
) -> None:
    kate = linked(connection, Gone.KEEP)
    bo, cy = customer("2", given_name="Bo"), customer("3", given_name="Cy")
    read(connection, cy)
    applying.apply(connection, "customers", [merged(bo, cy)], now=NOW)
    if is_read:
        put_away = again(bo, active=False, display_name="Bo (deleted)")
        applying.apply(connection, "customers", [put_away], now=NOW)

    applying.apply(connection, "customers", [merged(kate, bo)], now=NOW)

    assert list(Link.objects.values_list("remote_id", flat=True)) == ["3"]


def test_whoever_came_back_after_a_merge_is_followed_no_further(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.KEEP)
    bo, cy = customer("2", given_name="Bo"), customer("3", given_name="Cy")
    read(connection, bo, cy)
    applying.apply(connection, "customers", [merged(bo, cy)], now=NOW)
    applying.apply(connection, "customers", [again(bo, phone="555-0100")], now=NOW)

    applying.apply(connection, "customers", [merged(kate, bo)], now=NOW)

    remote_ids = Link.objects.order_by("remote_id").values_list("remote_id", flat=True)
    assert list(remote_ids) == ["2", "3"]


def test_merges_in_a_circle_come_to_an_end(connection: Connection) -> None:
    kate = linked(connection, Gone.KEEP)
    bo = customer("2", given_name="Bo")
    read(connection, bo)

    told = [merged(kate, bo), merged(bo, kate)]
    applying.apply(connection, "customers", told, now=NOW)

    assert Link.objects.count() == 1


def test_links_follow_a_merge_also_where_nothing_is_synced(
    connection: Connection,
) -> None:
    kate = linked(connection, Gone.KEEP)
    turn_on(connection, "contacts")
    settings_off(connection)
    bo = customer("2", given_name="Bo")
    read(connection, bo)

    applying.apply(connection, "customers", [merged(kate, bo)], now=NOW)

    assert link_of(Contact.objects.get()).remote_id == "2"


def settings_off(connection: Connection) -> None:
    settings = replace(choices.of(connection, "contacts"), enabled=False)
    choices.save(connection, settings, by=None, now=NOW)
