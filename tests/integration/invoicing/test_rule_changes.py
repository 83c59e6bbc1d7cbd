"""The other contact rule is shown with all that it changes before it is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from factories import (
    NOW,
    make_access,
    make_company,
    make_contact,
    make_deal,
    make_payment,
)
from integration.invoicing.books import american_books, hold

from counterfoil.connections.automations import Automated, automations
from counterfoil.connections.models import Connection, ContactRule
from counterfoil.connections.qualification import Judge, qualifiers
from counterfoil.core.errors import Invalid
from counterfoil.crm import associations
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Contact, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event
from counterfoil.invoicing import match, payers, rule_changes
from counterfoil.invoicing.lookups import Gathered
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(access: Access) -> Connection:
    books = american_books(access.workspace)
    hold(
        books,
        "customers",
        "61",
        "Ada Okafor",
        email="ada@okafor.example",
        given_name="Ada",
        family_name="Okafor",
        currency="USD",
    )
    return books


@pytest.fixture
def picky() -> Iterator[None]:
    """Who has no phone is not synced."""

    class Picky:
        key = "picky"

        def judge(self, connection: Connection, *, now: Any) -> Judge:
            return lambda each: "" if each.phone else f"{each.title} does not qualify."

    qualifiers.add(Picky())
    yield
    qualifiers._entries.pop("picky")


def of(record: Record, contact: Contact) -> Record:
    associations.associate(
        workspace=record.workspace,
        left=Ref.of(record),
        right=Ref.of(contact),
        now=NOW,
    )
    return record


def shown(connection: Connection) -> dict[Record, tuple[str, str]]:
    other = rule_changes.other(connection.contact_rule)
    found = rule_changes.preview(connection, other, now=NOW)
    return {each.record: (each.before, each.after) for each in found.differences}


def test_who_is_kept_out_by_the_filters_would_become_a_customer(
    connection: Connection, picky: None
) -> None:
    person = make_contact(connection.workspace, first_name="Bo", last_name="Berg")
    deal = of(make_deal(connection.workspace), person)
    payment = of(make_payment(connection.workspace, source="payment_link"), person)
    differences = shown(connection)
    assert set(differences) == {deal, payment}
    before, after = differences[deal]
    assert before == "No document: Bo Berg does not qualify."
    assert after == "A new customer, Bo Berg"
    connection.contact_rule = ContactRule.CLASSIC
    connection.save()
    assert shown(connection)[deal] == (after, before)


def test_a_match_that_only_one_rule_makes_is_shown(connection: Connection) -> None:
    namesake = make_contact(
        connection.workspace, first_name="Ada", last_name="Okafor", email="other@x.io"
    )
    deal = of(make_deal(connection.workspace), namesake)
    assert shown(connection)[deal] == (
        "Customer Ada Okafor (number 61)",
        "A new customer, Ada Okafor",
    )


def test_what_both_rules_agree_on_is_not_listed(connection: Connection) -> None:
    ada = make_contact(
        connection.workspace,
        first_name="Ada",
        last_name="Okafor",
        email="ada@okafor.example",
    )
    of(make_deal(connection.workspace), ada)
    make_deal(connection.workspace)  # nobody's
    found = rule_changes.preview(connection, ContactRule.CLASSIC, now=NOW)
    assert (found.looked_at, found.there_are, found.differing) == (2, 2, 0)


def test_payments_that_the_books_know_are_left_out(
    connection: Connection, picky: None
) -> None:
    person = make_contact(connection.workspace, first_name="Bo", last_name="Berg")
    for source in ("books", "invoice"):
        of(make_payment(connection.workspace, source=source), person)
    assert shown(connection) == {}


def test_a_thousand_deals_are_not_all_asked_about(
    connection: Connection, picky: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_changes, "MOST", 2)
    person = make_contact(connection.workspace, first_name="Bo", last_name="Berg")
    deals = [of(make_deal(connection.workspace), person) for _each in range(3)]
    found = rule_changes.preview(connection, ContactRule.CLASSIC, now=NOW)
    assert (found.looked_at, found.there_are) == (2, 3)
    assert {each.record for each in found.differences} == set(deals[1:])


def test_automations_are_named(connection: Connection) -> None:
    class Workflows:
        key = "workflows of a test"

        def of(self, connection: Connection) -> list[Automated]:
            return [Automated("Invoice on deal won", "invoices")]

    automations.add(Workflows())
    try:
        found = rule_changes.preview(connection, ContactRule.CLASSIC, now=NOW)
    finally:
        automations._entries.pop(Workflows.key)
    assert [each.name for each in found.automated] == ["Invoice on deal won"]


def test_the_choice_is_kept_with_who_made_it(
    access: Access, connection: Connection, picky: None
) -> None:
    person = make_contact(connection.workspace, first_name="Bo", last_name="Berg")
    of(make_deal(connection.workspace), person)
    rule_changes.change(
        access=access, connection=connection, rule=ContactRule.CLASSIC, now=NOW
    )
    connection.refresh_from_db()
    assert connection.contact_rule == ContactRule.CLASSIC
    [kept] = rule_changes.changes(connection)
    assert (kept.before, kept.after) == ("qualified", "classic")
    assert (kept.looked_at, kept.differing) == (1, 1)
    assert kept.actor_label == access.user.name
    assert Event.objects.filter(kind="contact_rule_changed").count() == 1


def test_choosing_what_is_chosen_already_changes_nothing(
    access: Access, connection: Connection
) -> None:
    with pytest.raises(Invalid, match="the rule already"):
        rule_changes.change(
            access=access, connection=connection, rule=ContactRule.QUALIFIED, now=NOW
        )
    assert rule_changes.changes(connection) == []


def test_who_may_not_manage_integrations_changes_nothing(
    access: Access, connection: Connection
) -> None:
    member = make_access(access.workspace, role=Role.SALES)
    with pytest.raises(PermissionDenied):
        rule_changes.change(
            access=member, connection=connection, rule=ContactRule.CLASSIC, now=NOW
        )


def test_looking_costs_the_same_however_many_records_there_are(
    connection: Connection,
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(database) as made:
            rule_changes.preview(connection, ContactRule.CLASSIC, now=NOW)
        return len(made)

    for each in range(2):
        one_more(connection, each)
    few = statements()
    for each in range(2, 12):
        one_more(connection, each)

    assert statements() == few < 70


def one_more(connection: Connection, number: int) -> None:
    """A deal, a payment of a deal and a payment of a company, each of somebody else."""
    workspace = connection.workspace
    person = make_contact(workspace, email=f"who.{number}@example.com")
    deal = of(make_deal(workspace), person)
    payment = make_payment(workspace, source="payment_link")
    company = make_company(workspace, name=f"Bakery {number}")
    for left, right in (
        (payment, deal),
        (make_payment(workspace, source="payment_link"), company),
    ):
        associations.associate(
            workspace=workspace, left=Ref.of(left), right=Ref.of(right), now=NOW
        )
    hold(connection, "customers", f"9{number}", f"BAKERY {number}", currency="USD")


@pytest.mark.parametrize("rule", list(ContactRule))
def test_many_are_answered_as_each_alone(
    connection: Connection, rule: ContactRule
) -> None:
    workspace = connection.workspace
    for each in range(3):
        one_more(connection, each)
    hold(
        connection,
        "customers",
        "70",
        "Bakery 1",
        currency="USD",
        parent_id="61",
        full_name="Ada Okafor:Bakery 1",
    )
    ada = make_contact(
        workspace, first_name="Ada", last_name="Okafor", email=" ADA@okafor.example"
    )
    of(make_deal(workspace), ada)
    make_deal(workspace)
    records = [
        record
        for noun in rule_changes.SOURCES
        for record in object_types[noun].model._default_manager.order_by("pk")
    ]
    parties = match.parties_of_many(workspace, records)
    people = {who for each in parties.values() for who in each.records}
    look = Gathered(connection, people, now=NOW)
    found = []
    for record in records:
        alone = match.parties_of(workspace, record)
        assert alone == parties[Ref.of(record)]
        how = {"currency": "USD", "now": NOW, "rule": rule}
        one = payers.choose(connection, alone, **how)
        assert one == payers.choose(connection, alone, **how, look=look)
        found.append(one.match.customer.customer_id if one.match else one.problem)
    assert {"61", "90", "92"} <= set(found)
