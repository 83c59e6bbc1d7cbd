"""The company of Intuit's sandboxes: found under the ids that clients' tests name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qbo_simulator.company import Company
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

NOW = datetime.fromisoformat("2026-03-10T18:30:00+00:00")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Company:
    store = Store(tmp_path_factory.mktemp("sandbox") / "simulator.sqlite3")
    (company,) = seed(store, now=NOW, profiles=("sandbox",))
    return company


@pytest.mark.parametrize(
    ("entity", "id_", "name"),
    [
        ("Customer", "1", "Amy's Bird Sanctuary"),
        ("Customer", "9", "Freeman Sporting Goods:55 Twin Lane"),
        ("Customer", "29", "Weiskopf Consulting"),
        ("Vendor", "30", "Books by Bessie"),
        ("Vendor", "56", "Bob's Burger Joint"),
        ("Employee", "55", "Emily Platt"),
        ("Item", "1", "Services"),
        ("Item", "10", "Pest Control"),
        ("Item", "11", "Pump"),
        ("Account", "35", "Checking"),
        ("Account", "65", "Job Expenses:Job Materials:Fountain and Garden Lighting"),
        ("TaxCode", "2", "California"),
    ],
)
def test_who_and_what_is_known_stands_under_its_id(
    sandbox: Company, entity: str, id_: str, name: str
) -> None:
    body = sandbox.read(entity, id_)
    called = ("FullyQualifiedName", "DisplayName", "Name")
    assert next(body[each] for each in called if each in body) == name


@pytest.mark.parametrize("entity", ["Invoice", "Payment", "Bill", "BillPayment"])
def test_there_is_business_enough_for_a_page_of_five(
    sandbox: Company, entity: str
) -> None:
    found = sandbox.query(f"select * from {entity} maxresults 5")  # noqa: S608
    assert len(found[entity]) == 5


def test_with_several_currencies_the_canadian_dollar_comes_first(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "simulator.sqlite3")
    (company,) = seed(store, now=NOW, profiles=("sandbox-multi",))
    assert company.read("CompanyCurrency", "1")["Name"] == "Canadian Dollar"
    statement = "select * from ExchangeRate where SourceCurrencyCode = 'EUR'"
    (rate,) = company.query(statement)["ExchangeRate"]
    assert rate["TargetCurrencyCode"] == "USD"
    store.close()
