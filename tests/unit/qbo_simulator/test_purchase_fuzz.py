"""Good bodies with one part made bad: refused with a fault, or the books stay in order."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.seeds import seed
from qbo_simulator.store import Store

NOW = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
Body = dict[str, Any]
Path_ = tuple[str | int, ...]
bad = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 200),
    st.decimals("-1000", "1000", places=4),
    st.just("9" * 40),
    st.sampled_from(["", " ", "0", "x", "Bill", "PurchaseOrder", "2020-01-01", "EUR"]),
    st.text(max_size=6),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just({"value": []}),
    st.just({"value": "999"}),
    st.just([{"TxnId": {}, "TxnType": []}]),
    st.just([{"TxnId": "1", "TxnType": "Bill", "TxnLineId": "1"}]),
)


def spent(account: str, **more: Any) -> Body:
    detail = {
        "AccountRef": {"value": account, "name": "x"},
        "BillableStatus": "NotBillable",
        "TaxCodeRef": {"value": "NON"},
    }
    return {
        "Id": "1",
        "Description": "Boards",
        "Amount": Decimal("12.5"),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
        **more,
    }


def bought(item: str, **more: Any) -> Body:
    detail = {
        "ItemRef": {"value": item},
        "Qty": 2,
        "UnitPrice": 5,
        "MarkupInfo": {"Percent": 10},
    }
    return {
        "Amount": 10,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": detail,
        **more,
    }


class Stock:
    """A company in which everything that is bought has been bought once."""

    def __init__(self, books: Company) -> None:
        self.books = books
        vendor = {"value": self.enter("Vendor", DisplayName="Norton Lumber")["Id"]}
        item = self.enter(
            "Item",
            Name="Bricks",
            Type="Inventory",
            TrackQtyOnHand=True,
            QtyOnHand=0,
            InvStartDate="2026-01-01",
            AssetAccountRef={"value": "81"},
            ExpenseAccountRef={"value": "80"},
            IncomeAccountRef={"value": "79"},
        )["Id"]
        lines = [spent("7"), bought(item)]
        payable = {"value": "33"}
        shared = {
            "VendorRef": vendor,
            "DocNumber": "D-1",
            "TxnDate": "2026-03-01",
            "PrivateNote": "x",
            "CurrencyRef": {"value": "USD"},
            "APAccountRef": payable,
            "TxnTaxDetail": {"TotalTax": 0},
        }
        order = self.enter("PurchaseOrder", **shared, Line=lines)["Id"]
        link = {"TxnId": order, "TxnType": "PurchaseOrder", "TxnLineId": "1"}
        bill = self.enter("Bill", **shared, Line=lines)["Id"]
        del shared["TxnTaxDetail"]
        self.good: dict[str, Body] = {
            "PurchaseOrder": {
                **shared,
                "POEmail": {"Address": "a@b.example"},
                "POStatus": "Open",
                "Line": lines,
            },
            "Bill": {
                **shared,
                "LinkedTxn": [{"TxnId": order, "TxnType": "PurchaseOrder"}],
                "Line": [spent("7", LinkedTxn=[link]), bought(item)],
            },
            "VendorCredit": {**shared, "Line": lines},
            "BillPayment": {
                **shared,
                "PayType": "Check",
                "CheckPayment": {
                    "BankAccountRef": {"value": "35"},
                    "PrintStatus": "NotSet",
                },
                "TotalAmt": 1,
                "Line": [
                    {"Amount": 1, "LinkedTxn": [{"TxnId": bill, "TxnType": "Bill"}]}
                ],
            },
            "Purchase": {
                "PaymentType": "Check",
                "AccountRef": {"value": "35"},
                "EntityRef": {**vendor, "type": "Vendor"},
                "Credit": False,
                "PrintStatus": "NotSet",
                "RemitToAddr": {"Line1": "x"},
                "Line": lines,
            },
        }

    def enter(self, entity: str, **body: Any) -> Body:
        return self.books.create(entity, body, now=NOW)


def paths(value: Any, above: Path_ = ()) -> Iterator[Path_]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in pairs:
        yield (*above, key)
        if isinstance(part, dict | list):
            yield from paths(part, (*above, key))


def spoilt(body: Body, path: Path_, value: Any) -> Body:
    found = copy.deepcopy(body)
    holder: Any = found
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return found


@pytest.fixture(scope="module")
def stock() -> Iterator[Stock]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "books.sqlite3")
        yield Stock(seed(store, now=NOW, empty=True)[0])
        store.close()


@pytest.mark.parametrize(
    "entity", ["Purchase", "Bill", "BillPayment", "VendorCredit", "PurchaseOrder"]
)
def test_one_bad_part_is_refused_or_leaves_the_books_in_order(
    stock: Stock, entity: str
) -> None:
    good = stock.good[entity]
    places = list(paths(good))

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(path=st.sampled_from(places), value=bad, sparse=st.booleans())
    def attempt(path: Path_, value: Any, *, sparse: bool) -> None:
        body = spoilt(good, path, value)
        try:
            made = stock.books.create(entity, body, now=NOW)
        except Fault:
            made = stock.books.create(entity, {**good, "DocNumber": None}, now=NOW)
        head = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": sparse}
        with suppress(Fault):
            stock.books.update(entity, {**body, **head}, now=NOW)
        made = stock.books.read(entity, made["Id"])
        # What was kept can be sent back as it is, and taken out again.
        assert stock.books.update(entity, made, now=NOW) == made
        stock.books.delete(entity, made, now=NOW)
        assert sum(stock.books.trial_balance().values()) == 0

    attempt()
