"""Random business: whatever happens, the books balance and say the same everywhere."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)

from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

EPOCH = datetime(2026, 1, 1, 12, tzinfo=UTC)
amounts = st.decimals("0.01", "9999.99", places=2)
RECEIVABLE, UNDEPOSITED = 84, 4


class Business(RuleBasedStateMachine):
    """A bookkeeper who does anything at any time."""

    customers = Bundle("customers")
    invoices = Bundle("invoices")
    payments = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "books.sqlite3")
        self.now = EPOCH
        self.names = 0
        self.seen: set[str] = set()

    @initialize(british=st.booleans())
    def found(self, *, british: bool) -> None:
        companies = seed(self.store, now=EPOCH, empty=True)
        self.books = companies[int(british)]
        self.british = british

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def tick(self) -> datetime:
        self.now += timedelta(seconds=7)
        return self.now

    def current(self, entity: str, number: str) -> dict[str, Any] | None:
        try:
            return self.books.read(entity, number)
        except Fault:
            return None

    def remember(self, body: dict[str, Any]) -> str:
        number = str(body["Id"])
        assert number not in self.seen, "an id was used twice"
        self.seen.add(number)
        return number

    @rule(target=customers)
    def new_customer(self) -> str:
        self.names += 1
        body = {"DisplayName": f"Customer {self.names}"}
        return str(self.books.create("Customer", body, now=self.tick())["Id"])

    @rule(target=customers, parent=customers)
    def new_sub_customer(self, parent: str) -> str:
        self.names += 1
        body = {"DisplayName": f"Job {self.names}", "ParentRef": {"value": parent}}
        try:
            return str(self.books.create("Customer", body, now=self.tick())["Id"])
        except Fault as fault:
            if fault.code != "6180":
                raise
            return parent

    def lines(self, values: list[Decimal], discount: int) -> list[dict[str, Any]]:
        codes = ("2", "3", "4") if self.british else ("TAX", "NON", "TAX")
        lines: list[dict[str, Any]] = [
            {
                "Amount": value,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": str(1 + index % 2)},
                    "TaxCodeRef": {"value": codes[index % 3]},
                },
            }
            for index, value in enumerate(values)
        ]
        if discount:
            detail = {"PercentBased": True, "DiscountPercent": discount}
            lines.append(
                {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
            )
        return lines

    def sales_form(
        self, values: list[Decimal], discount: int, *, inclusive: bool
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "Line": self.lines(values, 0 if inclusive else discount)
        }
        if self.british:
            mode = "TaxInclusive" if inclusive else "TaxExcluded"
            body["GlobalTaxCalculation"] = mode
        else:
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": "3"}}
        return body

    @rule(
        target=invoices,
        customer=customers,
        values=st.lists(amounts, min_size=1, max_size=4),
        discount=st.sampled_from((0, 0, 7, 100)),
        inclusive=st.booleans(),
    )
    def new_invoice(
        self, customer: str, values: list[Decimal], discount: int, *, inclusive: bool
    ) -> str:
        body = self.sales_form(values, discount, inclusive=inclusive)
        body["CustomerRef"] = {"value": customer}
        invoice = self.books.create("Invoice", body, now=self.tick())
        if self.british and inclusive:
            assert invoice["TotalAmt"] == sum(values)
        return self.remember(invoice)

    @rule(
        invoice=invoices,
        values=st.lists(amounts, min_size=1, max_size=3),
        discount=st.sampled_from((0, 15)),
    )
    def edit_invoice(self, invoice: str, values: list[Decimal], discount: int) -> None:
        body = self.current("Invoice", invoice)
        if body is None:
            return
        wish = {
            "Id": invoice,
            "SyncToken": body["SyncToken"],
            "sparse": True,
            "Line": self.lines(values, discount),
        }
        if self.british:
            wish["GlobalTaxCalculation"] = "TaxExcluded"
        self.books.update("Invoice", wish, now=self.tick())

    @rule(target=payments, invoice=invoices, share=st.integers(1, 130))
    def pay(self, invoice: str, share: int) -> str:
        body = self.current("Invoice", invoice) or {"Balance": 0}
        balance = Decimal(body["Balance"])
        amount = (balance * share / 100).quantize(Decimal("0.01"))
        applied = min(amount, balance)
        customer = body.get("CustomerRef", {"value": "1"})
        wish: dict[str, Any] = {"CustomerRef": customer, "TotalAmt": amount}
        if applied:
            link = [{"TxnId": invoice, "TxnType": "Invoice"}]
            wish["Line"] = [{"Amount": applied, "LinkedTxn": link}]
        try:
            payment = self.books.create("Payment", wish, now=self.tick())
        except Fault:
            assert "CustomerRef" not in body
            return ""
        assert payment["UnappliedAmt"] == amount - applied
        return self.remember(payment)

    @rule(payment=payments, amount=amounts)
    def edit_payment(self, payment: str, amount: Decimal) -> None:
        body = self.current("Payment", payment) if payment else None
        if body is None:
            return
        applied = sum(
            (Decimal(line["Amount"]) for line in body["Line"]), start=Decimal(0)
        )
        wish = {**body, "sparse": True, "TotalAmt": amount}
        try:
            self.books.update("Payment", wish, now=self.tick())
        except Fault as fault:
            if fault.code != "6000" or amount >= applied:
                raise

    @rule(invoice=invoices)
    def void_invoice(self, invoice: str) -> None:
        body = self.current("Invoice", invoice)
        if body is not None:
            voided = self.books.void("Invoice", body, now=self.tick())
            assert voided["TotalAmt"] == voided["Balance"] == 0

    @rule(payment=payments)
    def void_payment(self, payment: str) -> None:
        body = self.current("Payment", payment) if payment else None
        if body is not None:
            self.books.void("Payment", body, now=self.tick())

    @rule(invoice=consumes(invoices))
    def delete_invoice(self, invoice: str) -> None:
        body = self.current("Invoice", invoice)
        if body is None:
            return
        paid = any(each["TxnType"] == "Payment" for each in body["LinkedTxn"])
        try:
            self.books.delete("Invoice", body, now=self.tick())
        except Fault as fault:
            if fault.code != "6000" or not paid:
                raise
        else:
            assert not paid

    @rule(payment=consumes(payments))
    def delete_payment(self, payment: str) -> None:
        body = self.current("Payment", payment) if payment else None
        if body is not None:
            self.books.delete("Payment", body, now=self.tick())

    def rows(self, entity: str) -> list[dict[str, Any]]:
        found = self.books.query(f"select * from {entity} maxresults 1000")  # noqa: S608
        return list(found.get(entity, []))

    @invariant()
    def the_ledger_is_in_balance(self) -> None:
        if not hasattr(self, "books"):
            return
        assert sum(self.books.trial_balance().values()) == 0

    @invariant()
    def receivables_are_what_is_open(self) -> None:
        if not hasattr(self, "books"):
            return
        invoices, payments = self.rows("Invoice"), self.rows("Payment")
        owed = sum(Decimal(each["Balance"]) for each in invoices)
        unapplied = sum(Decimal(each["UnappliedAmt"]) for each in payments)
        ledger = self.books.trial_balance()
        assert ledger.get(RECEIVABLE, 0) == owed - unapplied
        received = sum(Decimal(each["TotalAmt"]) for each in payments)
        assert ledger.get(UNDEPOSITED, 0) == received
        assert all(Decimal(each["Balance"]) >= 0 for each in invoices)
        assert all(Decimal(each["UnappliedAmt"]) >= 0 for each in payments)

    @invariant()
    def customers_show_what_they_owe(self) -> None:
        if not hasattr(self, "books"):
            return
        customers = self.rows("Customer")
        total = sum(Decimal(each["Balance"]) for each in customers)
        roots = [each for each in customers if "ParentRef" not in each]
        ledger = self.books.trial_balance().get(RECEIVABLE, 0)
        assert total == ledger
        assert sum(Decimal(each["BalanceWithJobs"]) for each in roots) == ledger
        account = self.books.read("Account", str(RECEIVABLE))
        assert account["CurrentBalance"] == ledger


Business.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
)
TestRandomBusiness = Business.TestCase
