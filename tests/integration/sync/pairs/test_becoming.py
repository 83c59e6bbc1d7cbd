"""What customers and items become here."""

from __future__ import annotations

import pytest
from factories import make_company, make_connection, make_contact
from support.pairs import (
    NOW,
    again,
    customer,
    gone,
    item,
    link_of,
    read,
    turn_on,
)

from counterfoil.connections.models import Connection, Link
from counterfoil.crm import associations
from counterfoil.crm.models import Association, Company, Contact, Product
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.engine.verdict import Reason

pytestmark = pytest.mark.django_db


def both_on(connection: Connection) -> None:
    turn_on(connection, "contacts")
    turn_on(connection, "companies")


AMY = {
    "given_name": "Amy",
    "family_name": "Lauterbach",
    "company_name": "Amy's Bird Sanctuary",
    "display_name": "Amy's Bird Sanctuary",
    "email": "birds@example.com",
    "phone": "(650) 555-3311",
    "mobile": "(650) 555-3312",
    "website": "http://www.birds.example.com/shop",
    "bill_address": {"street": "4581 Finch St.", "city": "Bayshore"},
}


def test_a_person_becomes_a_contact_with_what_is_known(connection: Connection) -> None:
    both_on(connection)

    tally = read(
        connection,
        customer(
            "7",
            given_name="Kate",
            family_name="Whelan",
            email="Kate@Whelan.example, k@x.example",
            phone="(445) 888-4444",
            website="whelan.example",
            bill_address={"street": "45 First St.", "city": "Menlo Park"},
        ),
    )

    kate = Contact.objects.get()
    assert (kate.first_name, kate.last_name) == ("Kate", "Whelan")
    assert (kate.email, kate.phone) == ("Kate@Whelan.example", "(445) 888-4444")
    assert (kate.website, kate.city) == ("https://whelan.example", "Menlo Park")
    assert link_of(kate).remote_id == "7"
    assert link_of(kate).reason == "created"
    assert (tally.created, tally.left) == (1, {Reason.IS_PERSON: 1})
    assert not Company.objects.exists()


def test_an_organisation_becomes_a_company(connection: Connection) -> None:
    both_on(connection)

    read(
        connection,
        customer(company_name="Cool Cars", website="http://www.cool.example"),
    )

    cars = Company.objects.get()
    assert (cars.name, cars.domain) == ("Cool Cars", "cool.example")
    assert not Contact.objects.exists()


def test_an_organisation_with_its_person_becomes_both_tied_together(
    connection: Connection,
) -> None:
    both_on(connection)

    read(connection, customer("1", **AMY))

    company, person = Company.objects.get(), Contact.objects.get()
    assert (company.name, company.phone) == ("Amy's Bird Sanctuary", "(650) 555-3311")
    assert (company.city, company.email) == ("Bayshore", "")
    assert (person.title, person.phone) == ("Amy Lauterbach", "(650) 555-3312")
    assert (person.email, person.city) == ("birds@example.com", "")
    assert link_of(company).remote_id == link_of(person).remote_id == "1"
    tied = associations.refs_of(connection.workspace, Ref.of(company), "contact")
    assert tied == [Ref.of(person)]


def test_contacts_alone_cover_every_customer(connection: Connection) -> None:
    turn_on(connection, "contacts")

    read(connection, customer("1", **AMY), customer("2", display_name="Cool Cars"))

    assert sorted(Contact.objects.values_list("title", flat=True)) == [
        "Amy Lauterbach",
        "Cool Cars",
    ]
    assert Contact.objects.get(first_name="Amy").phone == "(650) 555-3311"


def test_a_customer_below_another_is_a_record_of_its_own_tied_to_its_parent(
    connection: Connection,
) -> None:
    both_on(connection)

    read(
        connection,
        customer("1", company_name="Freeman Sporting Goods"),
        customer(
            "2",
            display_name="0969 Ocean View Road",
            parent_id="1",
            is_job=True,
            level=1,
        ),
    )

    parent, job = Company.objects.order_by("pk")
    assert labels(connection, job, parent) == ["parent"]
    assert labels(connection, parent, job) == ["child"]


def test_a_parent_that_comes_later_finds_its_children(connection: Connection) -> None:
    both_on(connection)
    read(connection, customer("2", display_name="55 Twin Lane", parent_id="1", level=1))

    read(connection, customer("1", company_name="Freeman Sporting Goods"))

    job, parent = Company.objects.order_by("pk")
    assert labels(connection, job, parent) == ["parent"]


def test_a_customer_that_is_moved_below_another_changes_its_parent(
    connection: Connection,
) -> None:

    both_on(connection)
    job = customer("3", display_name="55 Twin Lane", parent_id="1", level=1)
    read(
        connection,
        customer("1", company_name="Freeman"),
        customer("2", company_name="Cool Cars"),
        job,
    )

    read(connection, again(job, parent_id="2"))

    freeman, cars, lane = Company.objects.order_by("pk")
    assert labels(connection, lane, freeman) == labels(connection, freeman, lane) == []
    assert labels(connection, lane, cars) == ["parent"]
    assert labels(connection, cars, lane) == ["child"]


def test_a_customer_without_a_parent_keeps_the_one_it_has_in_another_company(
    connection: Connection,
) -> None:
    elsewhere = make_connection(connection.workspace)
    turn_on(connection, "companies")
    turn_on(elsewhere, "companies")
    read(
        connection,
        customer("1", company_name="Freeman"),
        customer("2", display_name="55 Twin Lane", parent_id="1", level=1),
    )
    alone = customer("7", display_name="55 Twin Lane")
    read(elsewhere, alone)

    read(elsewhere, again(alone, phone="555 010 9999"))

    freeman, lane = Company.objects.order_by("pk")
    assert lane.phone == "555 010 9999"
    assert labels(connection, lane, freeman) == ["parent"]
    assert labels(connection, freeman, lane) == ["child"]


def labels(connection: Connection, left: Company, right: Company) -> list[str]:
    return list(
        Association.objects.filter(
            workspace=connection.workspace,
            from_type="company",
            from_id=left.pk,
            to_type="company",
            to_id=right.pk,
        ).values_list("label", flat=True)
    )


def test_an_item_becomes_a_product_and_a_category_does_not(
    connection: Connection,
) -> None:
    turn_on(connection, "products")

    tally = read(
        connection,
        item("1", name="Gardening", sku="G-1", unit_price="12.3456789", taxable=True),
        item("2", name="Design", type="category"),
        item("3", name="Set", type="bundle"),
        item("4", name="Pump", type="inventory", description="Big\nand loud"),
    )

    gardening, pump = Product.objects.order_by("pk")
    assert (gardening.name, gardening.sku, str(gardening.unit_price)) == (
        "Gardening",
        "G-1",
        "12.3456789",
    )
    assert (gardening.kind, gardening.currency) == ("service", "USD")
    assert (pump.kind, pump.description) == ("inventory", "Big\nand loud")
    assert tally.left == {Reason.NOT_A_PRODUCT: 2}


def test_new_ones_are_left_where_only_changes_are_taken(connection: Connection) -> None:
    turn_on(connection, "contacts", incoming=Taking.UPDATE)
    held = make_contact(connection.workspace, email="kate@example.com")

    tally = read(
        connection,
        customer("1", given_name="Kate", email="kate@example.com"),
        customer("2", given_name="Bill", email="bill@example.com"),
    )

    assert tally.left == {Reason.UPDATE_ONLY: 1}
    assert [link.record_id for link in Link.objects.all()] == [held.pk]


def test_nothing_comes_in_where_only_the_way_out_is_on(connection: Connection) -> None:

    turn_on(connection, "contacts", direction=Direction.OUT)

    tally = read(connection, customer(given_name="Kate"))

    assert tally.left == {Reason.ONE_WAY: 1}
    assert not Contact.objects.exists()


def test_an_object_that_is_off_is_left_alone(connection: Connection) -> None:
    assert read(connection, customer(given_name="Kate")).left == {}
    assert not Contact.objects.exists()


def test_filters_decide_who_qualifies(connection: Connection) -> None:
    turn_on(connection, "contacts", filters=(("city", "is", "Bayshore"),))

    tally = read(
        connection,
        customer("1", given_name="Amy", bill_address={"city": "Bayshore"}),
        customer("2", given_name="Bill", bill_address={"city": "Half Moon Bay"}),
    )

    assert [contact.first_name for contact in Contact.objects.all()] == ["Amy"]
    assert tally.left == {Reason.FILTERED: 1}


def test_filters_that_can_no_longer_be_read_let_nobody_through(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts", filters=(("shoe_size", "is", "44"),))

    assert read(connection, customer(given_name="Amy")).left == {Reason.FILTERED: 1}


def test_what_is_inactive_or_deleted_already_does_not_become_a_record(
    connection: Connection,
) -> None:
    both_on(connection)

    there = customer("2", given_name="Bill")
    tally = read(
        connection,
        customer("1", given_name="Amy", active=False),
        gone(there),
    )

    assert not Contact.objects.exists()
    assert tally.left[Reason.INACTIVE] == 2  # neither a contact nor a company


def test_a_record_that_is_archived_is_nobodys_match(connection: Connection) -> None:

    turn_on(connection, "companies")
    old = make_company(connection.workspace, name="Cool Cars")
    write(
        workspace=connection.workspace,
        changes=[Change("company", {}, old.pk, archived=True)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=NOW,
    )

    read(connection, customer(company_name="Cool Cars"))

    assert Company.objects.count() == 2
