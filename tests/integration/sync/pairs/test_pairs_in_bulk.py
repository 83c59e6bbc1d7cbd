"""A page of a thousand costs a handful of statements, whatever becomes of it."""

from __future__ import annotations

import pytest
from support.pairs import NOW, again, customer, item, read, rows, turn_on
from support.queries import at_most

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Company, Contact, Product
from counterfoil.sync import reference
from counterfoil.sync.pairs import incoming, judging
from counterfoil.sync.ports import Observed, pairings
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db
MANY = 1000


def people(count: int = MANY) -> list[Observed]:
    return [
        customer(
            str(number),
            given_name="Kate",
            family_name=f"Whelan {number}",
            company_name=f"Field & Sons {number}" if number % 4 == 0 else "",
            email=f"kate.{number}@example.com",
            phone=f"(650) 555-{number:04}",
            website="http://field.example",
            bill_address={
                "street": f"{number} Finch St.",
                "city": "Bayshore",
                "region": "CA",
                "postal_code": "94326",
            },
        )
        for number in range(1, count + 1)
    ]


def test_a_page_of_new_customers_costs_a_handful_of_statements(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    turn_on(connection, "companies")
    found = people()
    reference.keep(connection, "customers", found, now=NOW)

    with at_most(70):
        incoming.apply(
            connection, "customers", found, historical=True, run=None, now=NOW
        )

    assert (Contact.objects.count(), Company.objects.count()) == (1000, 250)
    assert Link.objects.count() == 1250


def test_a_page_of_changes_costs_a_handful_of_statements(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    turn_on(connection, "companies")
    found = people()
    read(connection, *found, historical=True)
    changed = [again(each, given_name="Katherine") for each in found]
    reference.keep(connection, "customers", changed, now=NOW)

    with at_most(70):
        tally = incoming.apply(
            connection, "customers", changed, historical=False, run=None, now=NOW
        )

    assert tally.updated == 1000
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"Katherine"}


def test_a_page_without_news_is_hardly_looked_at(connection: Connection) -> None:
    turn_on(connection, "contacts")
    found = people()
    read(connection, *found, historical=True)

    with at_most(3):
        tally = incoming.apply(
            connection, "customers", found, historical=True, run=None, now=NOW
        )

    assert (tally.created, tally.updated, tally.left) == (0, 0, {})


def test_judging_a_page_reads_only_and_in_a_handful_of_statements(
    connection: Connection,
) -> None:
    turn_on(connection, "products")
    found = [item(str(n), name=f"Cake {n}", sku=f"C-{n}") for n in range(1, MANY + 1)]
    reference.keep(connection, "items", found, now=NOW)
    pairing = pairings["quickbooks.products"]
    settings = choices.of(connection, "products")

    with at_most(12):
        verdicts = judging.judge_in(
            connection, pairing, settings, rows(connection, "items"), now=NOW
        )

    assert len(verdicts) == MANY
    assert not Product.objects.exists()
