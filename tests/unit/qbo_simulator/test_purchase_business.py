"""Random buying in two currencies: the books balance and say the same everywhere."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import Bundle, invariant, multiple, rule
from support.buyer import ASSET, Body, Buyer

from qbo_simulator.faults import Fault

amounts = st.decimals("0.01", "999.99", places=2)
quantities = st.decimals("0.5", "40", places=1)
rates = st.decimals("0.5", "1.9", places=4)
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


class Buying(Buyer):
    """A bookkeeper who buys, pays, gives back, edits and deletes at any time."""

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
    suppress_health_check=list(HealthCheck),
)
TestBuying = Buying.TestCase
