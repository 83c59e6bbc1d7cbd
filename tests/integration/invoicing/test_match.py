"""Which customer of the books a deal's people and companies are taken for."""

from __future__ import annotations

import pytest
from factories import NOW, make_company, make_contact, make_deal
from integration.invoicing.books import hold, ready_draft

from counterfoil.crm import associations
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import company as companies, drafts, match
from counterfoil.invoicing.content import Content, NewCustomer

pytestmark = pytest.mark.django_db
EMAIL = "ines@breakwater.example"


@pytest.fixture
def deal(access):
    """Ines of the Breakwater Hotel orders breakfasts."""
    workspace = access.workspace
    deal = make_deal(workspace, name="Spring conference breakfasts")
    people = make_contact(workspace, first_name="Ines", last_name="Duarte", email=EMAIL)
    company = make_company(workspace, name="Breakwater Hotel", email="")
    for other in (people, company):
        associations.associate(
            workspace=workspace, left=Ref.of(deal), right=Ref.of(other), now=NOW
        )
    return deal


def customer(connection, remote_id, name, *, parent="", full_name="", **content):
    return hold(
        connection,
        "customers",
        remote_id,
        name,
        full_name=full_name or name,
        parent_id=parent,
        email=EMAIL,
        currency="USD",
        **content,
    )


def matched(access, connection, deal):
    parties = match.parties_of(access.workspace, deal)
    return [
        (each.customer.name, each.reason)
        for each in match.customers(connection, parties)
    ]


def test_of_customers_that_share_an_address_the_one_on_top_comes_first(
    access, connection, deal
):
    customer(
        connection,
        "70",
        "Restaurant",
        parent="72",
        full_name="Breakwater Hotel:Restaurant",
    )
    customer(connection, "71", "Harbour Events")
    customer(connection, "72", "Breakwater Hotel")
    assert matched(access, connection, deal) == [
        ("Breakwater Hotel", "email"),
        ("Harbour Events", "email"),
        ("Breakwater Hotel:Restaurant", "email"),
    ]


def test_a_sub_customer_alone_is_still_a_match_and_shows_its_full_name(
    access, connection, deal
):
    customer(
        connection,
        "70",
        "Restaurant",
        parent="72",
        full_name="Breakwater Hotel:Restaurant",
    )
    draft = ready_draft(access, connection, deal, source="scratch")
    content = drafts.content_of(draft)
    assert (content.customer_id, content.customer_reason) == ("70", "email")
    assert matched(access, connection, deal) == [
        ("Breakwater Hotel:Restaurant", "email")
    ]


def test_a_sub_customers_own_name_is_neither_a_match_nor_taken(
    access, connection, deal
):
    sub = hold(
        connection,
        "customers",
        "70",
        "Breakwater Hotel",
        full_name="Hotel Group:Breakwater Hotel",
        parent_id="69",
    )
    assert matched(access, connection, deal) == []
    new = Content(
        customer="new", new_customer=NewCustomer(display_name="Breakwater Hotel")
    )
    read = companies.read(connection, access.workspace, new, now=NOW)
    assert read.name_holder == ""
    hold(connection, "customers", "71", sub.name)
    assert matched(access, connection, deal) == [("Breakwater Hotel", "name")]
    read = companies.read(connection, access.workspace, new, now=NOW)
    assert read.name_holder == "customers"
