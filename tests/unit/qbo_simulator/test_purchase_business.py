"""Random buying in two currencies: the books balance and say the same everywhere."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

EPOCH = datetime(2026, 1, 5, 12, tzinfo=UTC)
Body = dict[str, Any]
amounts = st.decimals("0.01", "999.99", places=2)
quantities = st.decimals("0.5", "40", places=1)
rates = st.decimals("0.5", "1.9", places=4)
ASSET = 81
BILLS: Bundle[str] = Bundle("bills")
PAYMENTS: Bundle[str] = Bundle("payments")
ORDERS: Bundle[str] = Bundle("orders")
FORMS: Bundle[str] = Bundle("forms")
spendings = st.lists(amounts, min_size=1, max_size=2)
purchases = st.lists(quantities, max_size=3)
currencies = st.sampled_from(("USD", "EUR"))
counts = st.integers(0, 4)
shares = st.sampled_from((33, 50, 100))
FROM = {"Cash": "35", "Check": "35", "CreditCard": "42"}


class Buying(RuleBasedStateMachine):
    """A bookkeeper who buys, pays, gives back, edits and deletes at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "books.sqlite3")
        self.now = EPOCH
        self.seen: set[str] = set()
        self.known: dict[str, list[str]] = {}

    @initialize()
    def found(self) -> None:
        self.books = seed(self.store, now=EPOCH, empty=True, profiles=("multi",))[0]
        self.vendors = {
            code: self.enter(
                "Vendor", DisplayName=f"Vendor {code}", CurrencyRef={"value": code}
            )["Id"]
            for code in ("USD", "EUR")
        }
        self.goods = [self.stocked(name) for name in ("Bricks", "Tiles")]

    def stocked(self, name: str) -> str:
        body = self.enter(
            "Item",
            Name=name,
            Type="Inventory",
            TrackQtyOnHand=True,
            QtyOnHand=0,
            InvStartDate="2026-01-01",
            PurchaseCost=2,
            AssetAccountRef={"value": str(ASSET)},
            ExpenseAccountRef={"value": "80"},
            IncomeAccountRef={"value": "79"},
        )
        return str(body["Id"])

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def tick(self) -> datetime:
        self.now += timedelta(seconds=7)
        return self.now

    def enter(self, entity: str, **body: Any) -> Body:
        return self.books.create(entity, body, now=self.tick())

    def current(self, form: str) -> Body | None:
        entity, _, number = form.partition("/")
        try:
            return self.books.read(entity, number)
        except Fault:
            return None

    def remember(self, entity: str, body: Body) -> str:
        number = str(body["Id"])
        assert number not in self.seen, "an id was used twice"
        self.seen.add(number)
        self.known.setdefault(entity, []).append(f"{entity}/{number}")
        return f"{entity}/{number}"

    def lines(self, spent: list[Decimal], bought: list[Decimal]) -> list[Body]:
        lines: list[Body] = [
            {
                "Amount": amount,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
            }
            for amount in spent
        ]
        for position, quantity in enumerate(bought):
            detail = {
                "ItemRef": {"value": self.goods[position % 2]},
                "Qty": quantity,
                "UnitPrice": 3,
            }
            lines.append(
                {
                    "Amount": quantity * 3,
                    "DetailType": "ItemBasedExpenseLineDetail",
                    "ItemBasedExpenseLineDetail": detail,
                }
            )
        return lines

    def head(self, currency: str, rate: Decimal) -> Body:
        found: Body = {"VendorRef": {"value": self.vendors[currency]}}
        found["CurrencyRef"] = {"value": currency}
        return found if currency == "USD" else {**found, "ExchangeRate": rate}

    @rule(
        targets=(BILLS, FORMS),
        spent=spendings,
        bought=purchases,
        currency=currencies,
        rate=rates,
    )
    def new_bill(
        self, spent: list[Decimal], bought: list[Decimal], currency: str, rate: Decimal
    ) -> str:
        lines = self.lines(spent, bought)
        bill = self.enter("Bill", **self.head(currency, rate), Line=lines)
        return self.remember("Bill", bill)

    @rule(
        target=FORMS,
        spent=spendings,
        bought=purchases,
        currency=currencies,
        rate=rates,
    )
    def new_credit(
        self, spent: list[Decimal], bought: list[Decimal], currency: str, rate: Decimal
    ) -> str:
        lines = self.lines(spent, bought)
        credit = self.enter("VendorCredit", **self.head(currency, rate), Line=lines)
        return self.remember("VendorCredit", credit)

    @rule(
        targets=(ORDERS, FORMS),
        spent=spendings,
        bought=purchases,
        currency=currencies,
        rate=rates,
    )
    def new_order(
        self, spent: list[Decimal], bought: list[Decimal], currency: str, rate: Decimal
    ) -> str:
        head = self.head(currency, rate)
        bill = self.enter("Bill", **head, Line=self.lines(spent, []))
        self.remember("Bill", bill)
        order = self.enter(
            "PurchaseOrder",
            **head,
            APAccountRef=bill["APAccountRef"],
            Line=self.lines(spent, bought),
        )
        return self.remember("PurchaseOrder", order)

    @rule(targets=(BILLS, FORMS), order=ORDERS, rate=rates)
    def bill_order(self, order: str, rate: Decimal) -> Any:
        body = self.current(order)
        if body is None:
            return multiple()
        lines = self.lines([Decimal(1)], [])
        if body["POStatus"] == "Open":
            lines = body["Line"]
            for line in lines:
                link = {"TxnId": body["Id"], "TxnType": "PurchaseOrder"}
                line["LinkedTxn"] = [{**link, "TxnLineId": line["Id"]}]
        head = self.head(body["CurrencyRef"]["value"], rate)
        bill = self.remember("Bill", self.enter("Bill", **head, Line=lines))
        after = self.current(order)
        assert after is not None
        assert after["POStatus"] == "Closed"
        return bill

    @rule(
        target=FORMS,
        paid=st.sampled_from(tuple(FROM)),
        credit=st.booleans(),
        spent=spendings,
        bought=purchases,
        currency=currencies,
        rate=rates,
    )
    def new_expense(
        self,
        spent: list[Decimal],
        bought: list[Decimal],
        currency: str,
        rate: Decimal,
        paid: str,
        *,
        credit: bool,
    ) -> str:
        more: Body = {"Credit": True} if credit and paid == "CreditCard" else {}
        if currency == "EUR":
            more["ExchangeRate"] = rate
        expense = self.enter(
            "Purchase",
            PaymentType=paid,
            AccountRef={"value": FROM[paid]},
            EntityRef={"value": self.vendors[currency], "type": "Vendor"},
            CurrencyRef={"value": currency},
            Line=self.lines(spent, bought),
            **more,
        )
        return self.remember("Purchase", expense)

    def open_links(self, forms: list[str], currency: str) -> list[Body]:
        found = []
        for form in forms:
            body = self.current(form)
            if body is None or body["CurrencyRef"]["value"] != currency:
                continue
            if body["Balance"]:
                link = {"TxnId": body["Id"], "TxnType": form.partition("/")[0]}
                found.append({"Amount": body["Balance"], "LinkedTxn": [link]})
        return found

    def settlement(
        self, paid: list[str], used: list[str], share: int, currency: str
    ) -> tuple[Decimal, list[Body]]:
        """Parts of bills and what credits pay of them; the rest is money."""
        lines = self.open_links(paid, currency)
        for line in lines:
            part = (Decimal(line["Amount"]) * share / 100).quantize(Decimal("0.01"))
            line["Amount"] = max(part, Decimal("0.01"))
        left = sum((line["Amount"] for line in lines), start=Decimal(0))
        for line in self.open_links(used, currency):
            line["Amount"] = min(Decimal(line["Amount"]), left)
            left -= line["Amount"]
            if line["Amount"]:
                lines.append(line)
        return left, lines

    def chosen(self, entity: str, many: int) -> list[str]:
        return self.known.get(entity, [])[-many:] if many else []

    @rule(
        targets=(PAYMENTS, FORMS),
        bill=BILLS,
        many=counts,
        used=counts,
        share=shares,
        over=st.sampled_from((Decimal(0), Decimal("7.77"))),
        rate=rates,
    )
    def new_payment(
        self, bill: str, many: int, used: int, share: int, over: Decimal, rate: Decimal
    ) -> Any:
        first = self.current(bill)
        if first is None:
            return multiple()
        currency = first["CurrencyRef"]["value"]
        paid = list({bill, *self.chosen("Bill", many)})
        credits_ = self.chosen("VendorCredit", used)
        total, lines = self.settlement(paid, credits_, share, currency)
        if not lines:
            return multiple()
        payment = self.enter(
            "BillPayment",
            **self.head(currency, rate),
            PayType="Check",
            CheckPayment={"BankAccountRef": {"value": "35"}},
            TotalAmt=total + over,
            Line=lines,
        )
        return self.remember("BillPayment", payment)

    @rule(payment=PAYMENTS, many=counts, used=counts, share=shares)
    def edit_payment(self, payment: str, many: int, used: int, share: int) -> None:
        body = self.current(payment)
        if body is None:
            return
        total, lines = self.settlement(
            self.chosen("Bill", many),
            self.chosen("VendorCredit", used),
            share,
            body["CurrencyRef"]["value"],
        )
        wish = {**body, "TotalAmt": total, "Line": lines}
        self.books.update("BillPayment", wish, now=self.tick())

    @rule(
        form=FORMS,
        spent=spendings,
        bought=purchases,
        rate=rates,
    )
    def edit_form(
        self,
        form: str,
        spent: list[Decimal],
        bought: list[Decimal],
        rate: Decimal,
    ) -> None:
        body = self.current(form)
        if body is None or "Line" not in body or form.startswith("BillPayment"):
            return
        wish = {**body, "sparse": True, "Line": self.lines(spent, bought)}
        wish.pop("LinkedTxn", None)
        if body["CurrencyRef"]["value"] == "EUR":
            wish["ExchangeRate"] = rate
        after = self.books.update(form.partition("/")[0], wish, now=self.tick())
        assert after["TotalAmt"] == sum(
            Decimal(line["Amount"]) for line in after["Line"]
        )

    @rule(payment=PAYMENTS)
    def void_payment(self, payment: str) -> None:
        body = self.current(payment)
        if body is not None:
            self.books.void("BillPayment", body, now=self.tick())

    @rule(form=FORMS)
    def delete(self, form: str) -> None:
        body = self.current(form)
        if body is None:
            return
        linked = {
            link["TxnType"]
            for link in body.get("LinkedTxn", [])
            if link["TxnType"] != "PurchaseOrder"
        }
        try:
            self.books.delete(form.partition("/")[0], body, now=self.tick())
        except Fault as refused:
            if refused.code != "6000" or not linked:
                raise
        else:
            assert not linked

    @invariant()
    def the_trial_balance_is_zero(self) -> None:
        assert sum(self.books.trial_balance().values()) == 0

    def all_of(self, entity: str) -> list[Body]:
        found = self.books.query(
            f"select * from {entity} maxresults 1000"  # noqa: S608
        )
        return list(found.get(entity, []))

    @invariant()
    def the_payables_are_the_open_bills_less_the_unused_credits(self) -> None:
        if not hasattr(self, "vendors"):
            return
        open_, at_home = self.open_amounts()
        for code, vendor in self.vendors.items():
            assert Decimal(self.books.read("Vendor", vendor)["Balance"]) == open_[code]
        balances = self.books.trial_balance()
        for account in self.all_of("Account"):
            if account["AccountType"] != "Accounts Payable":
                continue
            code = account["CurrencyRef"]["value"]
            assert Decimal(account["CurrentBalance"]) == open_[code]
            held = -balances.get(int(account["Id"]), Decimal(0))
            off = abs(held - at_home[code])
            assert off <= (0 if code == "USD" else Decimal("0.05"))

    def open_amounts(self) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        open_: dict[str, Decimal] = defaultdict(Decimal)
        at_home: dict[str, Decimal] = defaultdict(Decimal)
        for sign, entity in ((1, "Bill"), (-1, "VendorCredit")):
            for body in self.all_of(entity):
                code, left = body["CurrencyRef"]["value"], Decimal(body["Balance"])
                assert 0 <= left <= Decimal(body["TotalAmt"])
                open_[code] += sign * left
                at_home[code] += sign * left * Decimal(body["ExchangeRate"])
        for body in self.all_of("BillPayment"):
            code = body["CurrencyRef"]["value"]
            left = Decimal(body["TotalAmt"]) - sum(
                (
                    Decimal(line["Amount"])
                    * (1 if line["LinkedTxn"][0]["TxnType"] == "Bill" else -1)
                    for line in body["Line"]
                ),
                start=Decimal(0),
            )
            assert left >= 0
            open_[code] -= left
            at_home[code] -= left * Decimal(body["ExchangeRate"])
        return open_, at_home

    @invariant()
    def the_stock_is_what_was_bought_less_what_went_back(self) -> None:
        if not hasattr(self, "goods"):
            return
        counted: dict[str, Decimal] = defaultdict(Decimal)
        for entity, sign in (("Bill", 1), ("VendorCredit", -1), ("Purchase", 1)):
            for body in self.all_of(entity):
                side = -1 if body.get("Credit") else sign
                for line in body["Line"]:
                    detail = line.get("ItemBasedExpenseLineDetail")
                    if detail is not None:
                        item = detail["ItemRef"]["value"]
                        counted[item] += side * Decimal(detail["Qty"])
        for item in self.goods:
            assert Decimal(self.books.read("Item", item)["QtyOnHand"]) == counted[item]
        with self.store.read() as db:
            worth = db.execute("SELECT COALESCE(SUM(value), 0) FROM stock_move")
            cents = int(worth.fetchone()[0])
        asset = self.books.trial_balance().get(ASSET, Decimal(0))
        assert asset == Decimal(cents) / 100


Buying.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestBuying = Buying.TestCase
