"""Of several contacts the first counts: whose document it is, and whom it is tied to."""

from __future__ import annotations

from typing import Any

import pytest
from factories import NOW, make_access, make_contact
from integration.invoicing.books import hold, oven_deal

from counterfoil.connections import links
from counterfoil.connections.models import Connection, ContactRule
from counterfoil.crm import associations
from counterfoil.crm.models import Contact, Deal
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import drafts, making, match
from counterfoil.invoicing.making import Settings
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db
STEP = Actor("workflow", "1", "Invoice on deal won")


@pytest.fixture
def deal(connection: Connection) -> Deal:
    """A deal of nobody yet."""
    deal = oven_deal(connection.workspace)
    for noun in ("contact", "company"):
        for ref in associations.refs_of(connection.workspace, Ref.of(deal), noun):
            associations.dissociate(
                workspace=connection.workspace, left=Ref.of(deal), right=ref, now=NOW
            )
    return deal


def join(connection: Connection, deal: Deal, remote_id: str, name: str) -> Contact:
    """A contact of the deal; a customer of the same address unless there is no id."""
    email = f"{name.lower()}@marbella.example"
    contact = make_contact(
        connection.workspace, first_name=name, last_name="Park", email=email
    )
    if remote_id:
        hold(
            connection,
            "customers",
            remote_id,
            f"{name} Park",
            email=email,
            given_name=name,
            family_name="Park",
            currency="USD",
        )
    associations.associate(
        workspace=connection.workspace,
        left=Ref.of(deal),
        right=Ref.of(contact),
        now=NOW,
    )
    return contact


def make(connection: Connection, deal: Deal) -> Any:
    return making.make(
        connection=connection,
        source=Ref.of(deal),
        settings=Settings(kind="invoice"),
        key=("step", "1", str(deal.pk)),
        actor=STEP,
        now=NOW,
    )


@pytest.mark.parametrize("rule", ContactRule.values)
def test_the_document_is_the_first_contacts(connection, deal, rule):
    connection.contact_rule = rule
    connection.save()
    first = join(connection, deal, "61", "Ana")
    join(connection, deal, "62", "Bea")
    join(connection, deal, "63", "Cleo")
    made = make(connection, deal)
    assert made.customer_remote_id == "61"
    tied = associations.refs_of(connection.workspace, Ref.of(made), "contact")
    assert tied == [Ref.of(first)]


@pytest.mark.parametrize("rule", ContactRule.values)
def test_a_link_of_another_contact_does_not_make_it_theirs(connection, deal, rule):
    connection.contact_rule = rule
    connection.save()
    join(connection, deal, "61", "Ana")
    second = join(connection, deal, "62", "Bea")
    links.link(
        connection, stream="customers", remote_id="62", ref=Ref.of(second), now=NOW
    )
    assert make(connection, deal).customer_remote_id == "61"


@pytest.mark.parametrize("rule", ContactRule.values)
def test_whom_the_books_do_not_know_is_created_and_no_other_taken(
    connection, deal, rule
):
    connection.contact_rule = rule
    connection.save()
    join(connection, deal, "", "Ana")
    join(connection, deal, "62", "Bea")
    made = make(connection, deal)
    assert (made.customer_name, made.customer_remote_id) == ("Ana Park", "")
    kinds = sorted(Intent.objects.values_list("kind", flat=True))
    assert kinds == ["customer", "invoice"]


def test_the_wizard_proposes_the_first_contact_and_offers_the_others(connection, deal):
    join(connection, deal, "61", "Ana")
    second = join(connection, deal, "62", "Bea")
    links.link(
        connection, stream="customers", remote_id="62", ref=Ref.of(second), now=NOW
    )
    access = make_access(connection.workspace)
    draft = drafts.start(access=access, started=Ref.of(deal), now=NOW)
    content = drafts.choose_source(draft, connection=connection, key="lines", now=NOW)
    assert content.customer_id == "61"
    offered = match.customers(connection, match.parties_of(connection.workspace, deal))
    assert {each.customer.customer_id for each in offered} == {"61", "62"}
