"""A bookkeeper who enters whatever comes into an empty company over a year and a half."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from qbo_simulator.company import Company
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

NOW = datetime(2026, 12, 31, 20, tzinfo=UTC)
FIRST = date(2025, 7, 1)
CHECKING, RECEIVABLE, EXPENSES = "35", "84", ("7", "8", "9")
Json = dict[str, Any]
ACTS = (
    *("invoice", "invoice", "credit", "receipt", "refund", "bill", "bill"),
    *("vendor_credit", "purchase", "journal", "pay", "pay", "pay_bill", "prepay"),
)
amounts = st.decimals("0.01", "999.99", places=2)
days = st.integers(0, 540).map(lambda number: (FIRST + timedelta(number)).isoformat())
act = st.tuples(
    st.sampled_from(ACTS),
    days,
    st.lists(amounts, min_size=1, max_size=3),
    st.integers(0, 99),
)


class Bookkeeper:
    """Enters random transactions into an empty company."""

    def __init__(self, books: Company) -> None:
        self.books = books
        self.linked: set[str] = set()
        self.customers = [self._name("Customer", f"Customer {i}") for i in range(3)]
        self.customers.append(
            self._name("Customer", "Job", ParentRef={"value": self.customers[0]})
        )
        self.vendors = [self._name("Vendor", f"Vendor {i}") for i in range(2)]
        self.open: dict[str, list[Json]] = {
            kind: [] for kind in ("Invoice", "Bill", "CreditMemo", "VendorCredit")
        }

    def _name(self, entity: str, name: str, **more: Any) -> str:
        body = {"DisplayName": name, **more}
        return str(self.books.create(entity, body, now=NOW)["Id"])

    def do(self, what: str, on: str, values: list[Decimal], pick: int) -> None:
        """One act; those that make no sense now are left out."""
        getattr(self, what)(on, values, pick)

    def enter(self, entity: str, on: str, body: Json) -> Json:
        for line in body.get("Line", []):
            self.linked |= {each["TxnType"] for each in line.get("LinkedTxn", [])}
        return self.books.create(entity, {**body, "TxnDate": on}, now=NOW)

    def customer(self, pick: int) -> Json:
        return {"value": self.customers[pick % len(self.customers)]}

    def vendor(self, pick: int) -> Json:
        return {"value": self.vendors[pick % len(self.vendors)]}

    def sale(self, values: list[Decimal], pick: int) -> Json:
        lines = [
            {
                "Amount": value,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": str(1 + index % 2)},
                    "TaxCodeRef": {"value": ("TAX", "NON")[(pick + index) % 2]},
                },
            }
            for index, value in enumerate(values)
        ]
        tax = {"TxnTaxCodeRef": {"value": "3"}}
        return {"CustomerRef": self.customer(pick), "Line": lines, "TxnTaxDetail": tax}

    def spent(self, values: list[Decimal]) -> list[Json]:
        return [
            {
                "Amount": value,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": EXPENSES[index % 3]}
                },
            }
            for index, value in enumerate(values)
        ]

    def invoice(self, on: str, values: list[Decimal], pick: int) -> None:
        self.open["Invoice"].append(self.enter("Invoice", on, self.sale(values, pick)))

    def credit(self, on: str, values: list[Decimal], pick: int) -> None:
        made = self.enter("CreditMemo", on, self.sale(values, pick))
        self.open["CreditMemo"].append(made)

    def receipt(self, on: str, values: list[Decimal], pick: int) -> None:
        self.enter("SalesReceipt", on, self.sale(values, pick))

    def refund(self, on: str, values: list[Decimal], pick: int) -> None:
        where = {"DepositToAccountRef": {"value": CHECKING}}
        self.enter("RefundReceipt", on, {**self.sale(values, pick), **where})

    def bill(self, on: str, values: list[Decimal], pick: int) -> None:
        body = {"VendorRef": self.vendor(pick), "Line": self.spent(values)}
        self.open["Bill"].append(self.enter("Bill", on, body))

    def vendor_credit(self, on: str, values: list[Decimal], pick: int) -> None:
        body = {"VendorRef": self.vendor(pick), "Line": self.spent(values)}
        self.open["VendorCredit"].append(self.enter("VendorCredit", on, body))

    def purchase(self, on: str, values: list[Decimal], pick: int) -> None:
        kind = ("Check", "Cash")[pick % 2]
        account = {"PaymentType": kind, "AccountRef": {"value": CHECKING}}
        self.enter("Purchase", on, {**account, "Line": self.spent(values)})

    def journal(self, on: str, values: list[Decimal], pick: int) -> None:
        sides = (("Debit", RECEIVABLE), ("Credit", "1"))
        lines = []
        for side, account in sides:
            detail: Json = {"PostingType": side, "AccountRef": {"value": account}}
            if account == RECEIVABLE:
                detail["Entity"] = {
                    "Type": "Customer",
                    "EntityRef": self.customer(pick),
                }
            lines.append(
                {
                    "Amount": values[0],
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": detail,
                }
            )
        self.enter("JournalEntry", on, {"Line": lines})

    def pay(self, on: str, values: list[Decimal], pick: int) -> None:
        if not self.open["Invoice"]:
            return self.prepay(on, values, pick)
        at = pick % len(self.open["Invoice"])
        held = self.books.read("Invoice", self.open["Invoice"][at]["Id"])
        share = (held["Balance"] * Decimal(pick + 1) / 100).quantize(Decimal("0.01"))
        if not share:
            return None
        lines = [link(share, "Invoice", held["Id"])]
        mine = [
            memo
            for memo in self.open["CreditMemo"]
            if memo["CustomerRef"]["value"] == held["CustomerRef"]["value"]
        ]
        used = Decimal(0)
        if mine and pick % 3 == 0:
            memo = self.books.read("CreditMemo", mine[0]["Id"])
            used = min(Decimal(memo.get("RemainingCredit", 0)), share)
        if used:
            lines.append(link(used, "CreditMemo", mine[0]["Id"]))
        more = values[0] if pick % 2 else Decimal(0)
        body = {
            "CustomerRef": held["CustomerRef"],
            "TotalAmt": share - used + more,
            "Line": lines,
        }
        self.enter("Payment", on, body)
        return None

    def prepay(self, on: str, values: list[Decimal], pick: int) -> None:
        body = {"CustomerRef": self.customer(pick), "TotalAmt": values[0]}
        self.enter("Payment", on, body)

    def pay_bill(self, on: str, values: list[Decimal], pick: int) -> None:
        if not self.open["Bill"]:
            return
        held = self.books.read(
            "Bill", self.open["Bill"][pick % len(self.open["Bill"])]["Id"]
        )
        if not held["Balance"]:
            return
        lines = [link(held["Balance"], "Bill", held["Id"])]
        used = Decimal(0)
        for credit in self.open["VendorCredit"]:
            left = self.books.read("VendorCredit", credit["Id"])["Balance"]
            if credit["VendorRef"] == held["VendorRef"] and left and pick % 2:
                used = min(Decimal(left), Decimal(held["Balance"]))
                lines.append(link(used, "VendorCredit", credit["Id"]))
                break
        body = {
            "VendorRef": held["VendorRef"],
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": CHECKING}},
            "TotalAmt": held["Balance"] - used,
            "Line": lines,
        }
        self.enter("BillPayment", on, body)


def link(amount: Decimal, kind: str, number: str) -> Json:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": number, "TxnType": kind}]}


@contextmanager
def company() -> Iterator[Company]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "books.sqlite3")
        yield seed(store, now=datetime(2025, 6, 1, 12, tzinfo=UTC), empty=True)[0]
        store.close()
