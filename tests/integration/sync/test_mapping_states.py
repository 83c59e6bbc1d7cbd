"""The state of each mapping: which linked records differ, counted in a few statements."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import (
    NOW,
    make_connection,
    make_contact,
    make_product,
    troubles,
)
from factories.remote import make_customer, make_item, make_link, turned_on
from support.queries import at_most

from counterfoil.connections.models import Connection, Link
from counterfoil.crm import definitions
from counterfoil.crm.definitions import Wish
from counterfoil.sync import mapping_states
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.mapping_states import Standing, standing
from counterfoil.sync.models import Quarantine
from counterfoil.sync.ports import pairings

pytestmark = pytest.mark.django_db


def states(
    connection: Connection, settings: Settings, name: str = "contacts"
) -> dict[tuple[str, str], Standing]:
    pairing = pairings[f"quickbooks.{name}"]
    found = standing(connection, pairing, settings, now=NOW)
    return {(rule.local, rule.remote): each for rule, each in found.items()}


def pair(connection: Connection, **content: str) -> Link:
    """A contact and its customer, with the same values but for ``content``."""
    contact = make_contact(
        connection.workspace, phone="555-0100", website="https://dora.example.com"
    )
    held = make_customer(
        connection,
        **{
            "given_name": contact.first_name,
            "family_name": contact.last_name,
            "email": contact.email,
            "phone": contact.phone,
            "website": contact.website,
            **content,
        },
    )
    return make_link(connection, contact, held, "contacts")


def test_what_is_only_spelled_differently_is_in_step(connection: Connection) -> None:
    settings = turned_on(connection, "contacts")
    link = pair(connection, phone="(555) 0100", website="dora.example.com/")
    assert set(states(connection, settings).values()) == {Standing()}
    assert link.state == "ok"


def test_records_that_differ_are_counted_by_mapping(connection: Connection) -> None:
    settings = turned_on(connection, "contacts")
    pair(connection)
    pair(connection, email="other@example.com")
    pair(connection, email="another@example.com", family_name="Other")
    found = states(connection, settings)
    assert found["email", "email"].differing == 2
    assert found["last_name", "family_name"].differing == 1
    assert found["first_name", "given_name"] == Standing()


def test_parts_of_an_address_are_found_inside_it(connection: Connection) -> None:
    settings = turned_on(connection, "contacts")
    contact = make_contact(connection.workspace, city="Porto")
    held = make_customer(connection, bill_address={"city": "Lisbon", "street": ""})
    make_link(connection, contact, held, "contacts")
    found = states(connection, settings)
    assert found["city", "bill_address.city"].differing == 1
    assert found["street", "bill_address.street"].differing == 0


def test_a_price_is_the_same_with_and_without_its_zeros(connection: Connection) -> None:
    settings = turned_on(connection, "products", direction=Direction.IN)
    product = make_product(connection.workspace)
    same = make_item(connection, name=product.name, unit_price="45.500")
    make_link(connection, product, same, "products")
    dearer = make_product(connection.workspace)
    other = make_item(connection, name=dearer.name, unit_price="46")
    make_link(connection, dearer, other, "products")
    found = states(connection, settings, "products")
    assert found["unit_price", "unit_price"].differing == 1
    assert found["name", "name"] == Standing()


def test_a_custom_property_counts_like_any_other(connection: Connection) -> None:
    definitions.define(
        workspace=connection.workspace,
        object_type="contact",
        wish=Wish("Fax", "phone"),
        now=NOW,
    )
    settings = turned_on(connection, "contacts")
    rule = Rule("fax", "fax", FieldKind.PHONE)
    settings = replace(settings, rules=(*settings.rules, rule))
    contact = make_contact(connection.workspace, fax="555-0101")
    make_link(connection, contact, make_customer(connection, fax="1"), "contacts")
    assert states(connection, settings)["fax", "fax"].differing == 1


def test_conflicts_and_stopped_fields_are_told_apart(connection: Connection) -> None:
    settings = turned_on(connection, "contacts")
    link = pair(connection)
    troubles.make_conflict(link, local_field="email", remote_field="email")
    Quarantine.objects.create(
        link=link, connection=connection, field="phone", why="too_often", since=NOW
    )
    found = states(connection, settings)
    assert found["email", "email"] == Standing(conflicts=1)
    assert found["phone", "phone"] == Standing(stopped=1)


def test_another_companys_pairs_do_not_count(connection: Connection) -> None:
    settings = turned_on(connection, "contacts")
    other = make_connection(connection.workspace)
    turned_on(other, "contacts")
    contact = make_contact(connection.workspace)
    make_link(other, contact, make_customer(other, email="x@example.com"), "contacts")
    assert states(connection, settings)["email", "email"] == Standing()


def test_a_great_many_are_counted_up_to_a_limit(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping_states, "MOST_COMPARED", 2)
    settings = turned_on(connection, "contacts")
    for number in range(3):
        pair(connection, email=f"other.{number}@example.com")
    with at_most(9):
        found = states(connection, settings)["email", "email"]
    assert (found.differing, found.is_more) == (2, True)
