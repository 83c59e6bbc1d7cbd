"""Products that are made or changed here, in a running QuickBooks company."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from factories.records import make_product
from support import simulator as simulated
from support.books_there import as_if_imported
from support.worker import run_until_idle

from counterfoil.connections.models import CallCount, Connection, Link
from counterfoil.crm.models import Product
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import issues
from counterfoil.sync.models import Issue, Outgoing
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(1)


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return as_if_imported(simulator)


def turn_on(connection: Connection, books: simulated.Bookkeeper, **values: Any) -> None:
    options = {"income_account_id": an_income_account(books)}
    settings = replace(
        choices.of(connection, "products"),
        **{"enabled": True, "options": options, **values},
    )
    choices.save(connection, settings, by=None, now=datetime.now(UTC))


def an_income_account(books: simulated.Bookkeeper) -> str:
    path = f"/v3/company/{books.realm}/query?query=select%20*%20from%20Account"
    rows = books.simulator.call("GET", path, token=books.token)["QueryResponse"]
    return next(
        str(row["Id"]) for row in rows["Account"] if row["AccountType"] == "Income"
    )


def work() -> None:
    run_until_idle(datetime.now(UTC))


def edit(product: Product, **values: object) -> None:
    write(
        workspace=product.workspace,
        changes=[Change("product", values, product.pk)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=datetime.now(UTC),
    )


def item_of(books: simulated.Bookkeeper, product: Product) -> dict[str, Any]:
    link = Link.objects.get(object_type="product", record_id=product.pk)
    return books.get("Item", link.remote_id)


def a_product(connection: Connection, **values: Any) -> Product:
    wanted = {"name": f"Gear {next(NUMBERS)}", "description": "A gear", **values}
    product = make_product(connection.workspace, **wanted)
    work()
    product.refresh_from_db()
    return product


def test_a_product_becomes_an_item_with_its_account(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    turn_on(connection, books)
    product = a_product(connection, unit_price=Decimal("12.3456"))
    item = item_of(books, product)
    assert (item["Name"], item["Sku"]) == (product.name, product.sku)
    assert item["IncomeAccountRef"]["value"] == an_income_account(books)
    assert Decimal(str(item["UnitPrice"])) == Decimal("12.3456")
    assert item["Description"] == "A gear"
    assert not Outgoing.objects.exists()


def test_a_new_price_is_written_and_nothing_else(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    turn_on(connection, books)
    product = a_product(connection)
    before = item_of(books, product)
    edit(product, unit_price=Decimal("99.5"))
    work()
    after = item_of(books, product)
    moved = {name for name in after if after[name] != before.get(name)}
    assert moved - {"MetaData"} == {"UnitPrice", "SyncToken"}
    counted = CallCount.objects.filter(connection=connection).order_by("minute")
    calls = [(row.reads, row.writes) for row in counted]
    work()
    assert [(row.reads, row.writes) for row in counted.all()] == calls


def test_without_an_account_nothing_is_made_and_somebody_is_told(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    turn_on(connection, books, options={})
    product = a_product(connection)
    issue = Issue.objects.get()
    assert (issue.category, issue.record_id) == ("needs_choice", product.pk)
    assert not Link.objects.exists()
    turn_on(connection, books)
    issues.retry(issue, now=datetime.now(UTC))
    work()
    assert item_of(books, product)["Name"] == product.name
    assert not Issue.objects.exists()


def test_an_item_of_that_name_that_nobody_knew_gives_it_a_number(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    turn_on(connection, books)
    name = f"Cog {next(NUMBERS)}"
    account = {"value": an_income_account(books)}
    books.post("Item", {"Name": name, "Type": "Service", "IncomeAccountRef": account})
    product = a_product(connection, name=name)
    assert item_of(books, product)["Name"] == f"{name} (2)"
    product.refresh_from_db()
    assert product.name == name


def test_prices_in_another_currency_stay_here(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    turn_on(connection, books)
    a_product(connection, currency="EUR")
    assert not Link.objects.exists()
    assert not Outgoing.objects.exists()
