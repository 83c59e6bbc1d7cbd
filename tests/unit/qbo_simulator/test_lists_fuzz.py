"""Whatever is sent about lists and stock: a fault, or books that are in order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from qbo_simulator.api import exchange_rates, tax_service
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.kinds.preference_groups import GROUPS
from qbo_simulator.seeds.companies import add
from qbo_simulator.storage.store import Store

NOW = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
Body = dict[str, Any]
FLAGS = (True, False)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from(["", "1", "2", "Sales", "EUR", "USD", "2026-01-01", "a:b", "x"]),
    st.sampled_from(["99999999999", "0.0000001", "-99999999999", "1e5"]),
    st.lists(st.integers(0, 2), max_size=2),
    st.dictionaries(st.sampled_from(["value", "name", "Line1"]), st.just("1")),
)


def often(*good: Any) -> st.SearchStrategy[Any]:
    """Mostly what makes sense, sometimes what does not."""
    sound = st.sampled_from(good)
    return st.integers(0, 19).flatmap(lambda number: sound if number else scalars)


def body_of(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Body]:
    return st.fixed_dictionaries({}, optional=parts)


def ref(*ids: int) -> st.SearchStrategy[Any]:
    return often(*({"value": str(id_)} for id_ in ids))


numbers = often(0, 1, 2.5, -3, 10, "99999999999", "0.0000001")
days = often("2026-01-01", "2026-02-03", "2025-12-31", "2026-03-10")
detail = st.one_of(
    st.fixed_dictionaries(
        {
            "TaxRateName": often("City", "County", "State", "Town"),
            "RateValue": often(0, 1, "2.5", 100, 101),
            "TaxAgencyId": often("1", "2"),
            "TaxApplicableOn": often("Sales", "Purchase"),
        }
    ),
    body_of(TaxRateId=often("1", "3", "4"), TaxApplicableOn=often("Sales")),
)
details = st.lists(detail, max_size=3)
rates = body_of(
    SourceCurrencyCode=often("EUR", "GBP", "USD", "SEK"),
    TargetCurrencyCode=often("USD"),
    Rate=often(1, "1.25", 0, -1, "0.0000001", 99999999999),
    AsOfDate=days,
    SyncToken=often("0", "1"),
)
moved = st.fixed_dictionaries({"ItemRef": ref(3, 4, 1), "QtyDiff": numbers})
groups = st.sampled_from([*GROUPS]).flatmap(
    lambda group: st.dictionaries(
        st.sampled_from([*GROUPS[group], "Unknown"]), scalars, max_size=3
    ).map(lambda part: {group: part})
)
stocked = body_of(
    QtyOnHand=numbers,
    PurchaseCost=numbers,
    InvStartDate=days,
    Active=often(*FLAGS),
    TrackQtyOnHand=often(FLAGS[0]),
    SubItem=often(*FLAGS),
    ParentRef=ref(3, 4, 5),
    Type=often("Inventory", "Service", "Category", "NonInventory"),
)
openings = body_of(
    Balance=often(0, 5, "12.34", "99999999999"),
    OpenBalanceDate=days,
    Job=often(*FLAGS),
    ParentRef=ref(1, 2, 3, 4),
    Active=often(*FLAGS),
    CurrencyRef=often({"value": "EUR"}, {"value": "USD"}),
)
accounts = body_of(
    AccountType=often("Bank", "Income", "Fixed Asset", "Credit Card"),
    OpeningBalance=numbers,
    OpeningBalanceDate=days,
    SubAccount=often(*FLAGS),
    ParentRef=ref(35, 79, 91, 92, 93),
    AcctNum=often("1", "2", "3"),
    CurrencyRef=often({"value": "EUR"}, {"value": "USD"}),
    Active=often(*FLAGS),
)
PUMP: Body = {
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 4,
    "InvStartDate": "2026-01-01",
    "IncomeAccountRef": {"value": "79"},
    "ExpenseAccountRef": {"value": "80"},
    "AssetAccountRef": {"value": "81"},
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company of several currencies, with one inventory item."""
    store = Store(tmp_path_factory.mktemp("fuzz") / "s.sqlite3")
    company = add(store, "multi", now=NOW, empty=True)
    company.create("Item", {**PUMP, "Name": "Pump"}, now=NOW)
    return company


def attempt(company: Company, act: Callable[[], Any]) -> None:
    """Do something that may be refused, but leaves the books in balance."""
    with contextlib.suppress(Fault):
        act()
    assert sum(company.trial_balance().values()) == 0


@settings(max_examples=60)
@given(details, often("North", "South", "East", "West"))
def test_any_tax_code_leaves_the_books_in_balance(
    many: Company, rows: list[Body], name: Any
) -> None:
    wish = {"TaxCode": name, "TaxRateDetails": rows}
    attempt(many, lambda: tax_service.create(many, wish, now=NOW))


@settings(max_examples=60)
@given(rates)
def test_any_exchange_rate_leaves_the_books_in_balance(
    many: Company, wish: Body
) -> None:
    attempt(many, lambda: exchange_rates.update(many, wish, now=NOW))
    attempt(many, lambda: exchange_rates.read(many, str(wish), "x", now=NOW))


@settings(max_examples=60)
@given(st.lists(moved, min_size=1, max_size=2), days)
def test_any_inventory_adjustment_leaves_the_books_in_balance(
    many: Company, rows: list[Body], on: Any
) -> None:
    wish = {
        "AdjustAccountRef": {"value": "80"},
        "TxnDate": on,
        "Line": [{"ItemAdjustmentLineDetail": row} for row in rows],
    }
    attempt(many, lambda: many.create("InventoryAdjustment", wish, now=NOW))


@settings(max_examples=60)
@given(groups, st.sampled_from(["true", "false"]))
def test_any_preference_leaves_the_books_in_balance(
    many: Company, wish: Body, sparse: str
) -> None:
    token = many.read("Preferences", "1")["SyncToken"]
    head = {"Id": "1", "SyncToken": token, "sparse": sparse}
    attempt(many, lambda: many.update("Preferences", {**head, **wish}, now=NOW))


@settings(max_examples=80)
@given(st.sampled_from(["Item", "Customer", "Vendor", "Account"]), st.data())
def test_any_entry_of_a_list_leaves_the_books_in_balance(
    many: Company, entity: str, data: st.DataObject
) -> None:
    parts = {"Item": stocked, "Account": accounts}.get(entity, openings)
    name = many.store.setting("count", "0")
    many.store.set_setting("count", str(int(name) + 1))
    known = {"AccountType": "Bank", "Name": name}
    usual = {"Item": {**PUMP, "Name": name}, "Account": known}
    first = {**usual.get(entity, {"DisplayName": name}), **data.draw(parts)}
    second = data.draw(parts)
    made: list[Body] = []
    attempt(many, lambda: made.append(many.create(entity, first, now=NOW)))
    for body in made:
        head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
        wish = {**second, **head}
        attempt(many, lambda wish=wish: many.update(entity, wish, now=NOW))  # type: ignore[misc]


entities = st.sampled_from(["Item", "Customer", "Vendor", "Account"])
places = st.integers(0, 40)


@settings(max_examples=60)
@given(entities, places, places)
def test_any_merge_leaves_the_books_in_balance(
    many: Company, entity: str, loser: int, winner: int
) -> None:
    known = many.query(f"select Id from {entity} maxresults 50").get(entity, [])  # noqa: S608
    ids = [each["Id"] for each in known] or ["1"]
    pair = ids[loser % len(ids)], ids[winner % len(ids)]
    attempt(many, lambda: many.merge(entity, *pair, now=NOW))
