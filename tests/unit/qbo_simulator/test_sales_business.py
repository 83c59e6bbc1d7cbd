"""Random business over all sales forms, in two currencies: the books say one thing."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import Bundle, consumes, initialize, invariant, rule

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from tests.unit.qbo_simulator.test_core_business import (
    EPOCH,
    RECEIVABLE,
    UNDEPOSITED,
    Business,
    amounts,
)

EURO = {"value": "EUR"}
INCOME = 1
KINDS_OF_FORM = ("Estimate", "SalesReceipt", "CreditMemo", "RefundReceipt")


def deal_in_euros(books: Company) -> None:
    """Have the company deal in several currencies, as only Intuit can."""
    with books.store.write():
        work = Work(books.store, KINDS, books.realm, EPOCH)
        held = work.fetch("Preferences", 1) or {}
        held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
        work.rewrite("Preferences", held)
    books.create("CompanyCurrency", {"Code": "EUR"}, now=EPOCH)


class SalesBusiness(Business):
    """A bookkeeper who uses every sales form, and euros where the company has them."""

    customers = Business.customers
    invoices = Business.invoices
    payments = Business.payments
    forms = Bundle("forms")

    @initialize(british=st.booleans(), euros=st.booleans())
    def found(self, *, british: bool, euros: bool = False) -> None:
        companies = seed(self.store, now=EPOCH, empty=True)
        self.books = companies[int(british)]
        self.british, self.euros = british, euros
        self.rate = Decimal(1)
        if euros:
            deal_in_euros(self.books)
        parts = [{"Qty": 1, "ItemRef": {"value": "1"}}]
        body = {
            "Name": "Set",
            "Type": "Group",
            "ItemGroupDetail": {"ItemGroupLine": parts},
        }
        made = self.books.create(
            "Item", body, now=EPOCH, include=frozenset({"bundles"})
        )
        self.kit = {"value": made["Id"]}

    def lines(self, values: list[Decimal], discount: int) -> list[dict[str, Any]]:
        """The second line is sold in a bundle, the third is for shipping."""
        lines = super().lines(values, discount)
        if len(values) > 1:
            detail = {"GroupItemRef": self.kit, "Line": [lines[1]]}
            lines[1] = {"DetailType": "GroupLineDetail", "GroupLineDetail": detail}
        if len(values) > 2:
            lines[2]["SalesItemLineDetail"]["ItemRef"] = {"value": "SHIPPING_ITEM_ID"}
        return lines

    def sales_form(
        self, values: list[Decimal], discount: int, *, inclusive: bool
    ) -> dict[str, Any]:
        body = super().sales_form(values, discount, inclusive=inclusive)
        if self.euros:
            body["ExchangeRate"] = self.rate
        return body

    @rule(rate=st.decimals("0.5", "1.5", places=5), applies=st.booleans())
    def the_world_changes(self, rate: Decimal, *, applies: bool) -> None:
        self.rate = rate
        self.prefer_credits_to_apply(applies=applies)

    @rule(target=customers)
    def new_european(self) -> str:
        self.names += 1
        body: dict[str, Any] = {"DisplayName": f"Customer {self.names}"}
        if self.euros:
            body["CurrencyRef"] = EURO
        return str(self.books.create("Customer", body, now=self.tick())["Id"])

    def prefer_credits_to_apply(self, *, applies: bool) -> None:
        held = self.books.read("Preferences", "1")
        wish = {"Id": "1", "SyncToken": held["SyncToken"], "sparse": True}
        prefs = {"AutoApplyCredit": applies}
        self.books.update(
            "Preferences", {**wish, "SalesFormsPrefs": prefs}, now=self.tick()
        )

    @rule(
        target=forms,
        kind=st.sampled_from(KINDS_OF_FORM),
        customer=customers,
        values=st.lists(amounts, min_size=1, max_size=3),
        discount=st.sampled_from((0, 0, 9)),
        inclusive=st.booleans(),
    )
    def new_form(
        self,
        kind: str,
        customer: str,
        values: list[Decimal],
        discount: int,
        *,
        inclusive: bool,
    ) -> tuple[str, str]:
        body = self.sales_form(values, discount, inclusive=inclusive)
        body["CustomerRef"] = {"value": customer}
        if kind == "RefundReceipt":
            body["DepositToAccountRef"] = {"value": str(UNDEPOSITED)}
        return kind, self.remember(self.books.create(kind, body, now=self.tick()))

    @rule(form=forms, values=st.lists(amounts, min_size=1, max_size=2))
    def edit_form(self, form: tuple[str, str], values: list[Decimal]) -> None:
        body = self.current(*form)
        if body is None:
            return
        wish = {
            "Id": body["Id"],
            "SyncToken": body["SyncToken"],
            "sparse": True,
            "Line": self.lines(values, 0),
        }
        if self.british:
            wish["GlobalTaxCalculation"] = "TaxExcluded"
        if self.euros:
            wish["ExchangeRate"] = self.rate
        self.books.update(form[0], wish, now=self.tick())

    @rule(form=consumes(forms))
    def delete_form(self, form: tuple[str, str]) -> None:
        body = self.current(*form)
        if body is None:
            return
        try:
            self.books.delete(form[0], body, now=self.tick())
        except Fault as fault:
            if fault.code != "6000" or not body.get("LinkedTxn"):
                raise

    @rule(form=forms)
    def void_receipt(self, form: tuple[str, str]) -> None:
        body = self.current(*form) if form[0] == "SalesReceipt" else None
        if body is not None:
            voided = self.books.void("SalesReceipt", body, now=self.tick())
            assert voided["TotalAmt"] == 0

    @rule(target=invoices, form=forms)
    def invoice_an_estimate(self, form: tuple[str, str]) -> str:
        body = self.current(*form) if form[0] == "Estimate" else None
        if body is None or body["TxnStatus"] == "Closed":
            return "0"
        link = [{"TxnId": body["Id"], "TxnType": "Estimate"}]
        wish: dict[str, Any] = {
            name: body[name]
            for name in ("CustomerRef", "Line", "GlobalTaxCalculation", "TxnTaxDetail")
            if name in body
        }
        invoice = self.books.create(
            "Invoice", {**wish, "LinkedTxn": link}, now=self.tick()
        )
        assert invoice["TotalAmt"] == body["TotalAmt"]
        assert self.books.read(*form)["TxnStatus"] == "Closed"
        return self.remember(invoice)

    def credit_of(self, customer: dict[str, str], amount: Decimal) -> dict[str, Any]:
        """A credit memo with something left of it; a new one if there is none."""
        for memo in self.rows("CreditMemo"):
            if memo["CustomerRef"] == customer and memo["RemainingCredit"]:
                return memo
        body = self.sales_form([amount], 0, inclusive=False)
        memo = self.books.create(
            "CreditMemo", {**body, "CustomerRef": customer}, now=self.tick()
        )
        self.remember(memo)
        return memo

    @rule(target=payments, invoice=invoices, cash=amounts, credit=amounts)
    def use_a_credit(self, invoice: str, cash: Decimal, credit: Decimal) -> str:
        owed = self.current("Invoice", invoice)
        if owed is None:
            return ""
        memo = self.credit_of(owed["CustomerRef"], credit)
        owed = self.books.read("Invoice", invoice)
        left, due = Decimal(memo["RemainingCredit"]), Decimal(owed["Balance"])
        paid = min(due, left + cash)
        used = min(left, paid)
        parts = [("Invoice", owed, paid), ("CreditMemo", memo, used)]
        wish: dict[str, Any] = {
            "CustomerRef": owed["CustomerRef"],
            "TotalAmt": cash,
            "Line": [
                {"Amount": part, "LinkedTxn": [{"TxnId": body["Id"], "TxnType": kind}]}
                for kind, body, part in parts
                if part
            ],
        }
        if self.euros:
            wish["ExchangeRate"] = self.rate
        payment = self.books.create("Payment", wish, now=self.tick())
        assert payment["UnappliedAmt"] == cash + used - paid
        assert self.books.read("Invoice", invoice)["Balance"] == due - paid
        return self.remember(payment)

    @rule(customer=customers, amount=amounts, kind=st.sampled_from(("Debit", "Credit")))
    def journal(self, customer: str, amount: Decimal, kind: str) -> None:
        body = self.books.read("Customer", customer)
        other = {"Debit": "Credit", "Credit": "Debit"}[kind]
        party = {"Type": "Customer", "EntityRef": {"value": customer}}
        owed = {"PostingType": kind, "Entity": party, **self.receivable(body)}
        income = {"PostingType": other, "AccountRef": {"value": str(INCOME)}}
        wish: dict[str, Any] = {
            "CurrencyRef": body["CurrencyRef"],
            "Line": [
                {
                    "Amount": amount,
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": detail,
                }
                for detail in (owed, income)
            ],
        }
        if self.euros:
            wish["ExchangeRate"] = self.rate
        self.remember(self.books.create("JournalEntry", wish, now=self.tick()))

    def receivable(self, customer: dict[str, Any]) -> dict[str, Any]:
        found = self.books.query(
            "select * from Account where AccountType = 'Accounts Receivable'"
        )
        for account in found["Account"]:
            if account["CurrencyRef"] == customer["CurrencyRef"]:
                return {"AccountRef": {"value": account["Id"]}}
        # The first form in a currency opens its receivable.
        line = self.sales_form([Decimal(1)], 0, inclusive=False)
        body = {**line, "CustomerRef": {"value": customer["Id"]}}
        self.remember(self.books.create("Invoice", body, now=self.tick()))
        return self.receivable(customer)

    @rule(target=payments, cash=amounts)
    def settle_a_journal(self, cash: Decimal) -> str:
        """Pay what a journal says is owed, or use up what it says is a credit."""
        for entry, customer, left in self.journals():
            if not left:
                continue
            mark = [{"TxnId": entry["Id"], "TxnType": "JournalEntry"}]
            part = min(abs(left), cash)
            lines = [{"Amount": part, "LinkedTxn": mark}]
            wish: dict[str, Any] = {
                "CustomerRef": {"value": customer},
                "TotalAmt": cash,
                "Line": lines,
            }
            if left < 0:
                owed = [
                    each
                    for each in self.rows("Invoice")
                    if each["CustomerRef"]["value"] == customer and each["Balance"]
                ]
                if not owed:
                    continue
                part = min(part, Decimal(owed[0]["Balance"]))
                lines[0]["Amount"] = part
                mark = [{"TxnId": owed[0]["Id"], "TxnType": "Invoice"}]
                lines.append({"Amount": part, "LinkedTxn": mark})
                wish["TotalAmt"] = 0
            if self.euros:
                wish["ExchangeRate"] = self.rate
            return self.remember(self.books.create("Payment", wish, now=self.tick()))
        return ""

    def journals(self) -> list[tuple[dict[str, Any], str, Decimal]]:
        """The journal entries, whose customer is meant, and what is open of each."""
        used: dict[str, Decimal] = defaultdict(Decimal)
        for payment in self.rows("Payment"):
            for line in payment["Line"]:
                if line["LinkedTxn"][0]["TxnType"] == "JournalEntry":
                    used[line["LinkedTxn"][0]["TxnId"]] += Decimal(line["Amount"])
        found = []
        for entry in self.rows("JournalEntry"):
            detail = entry["Line"][0]["JournalEntryLineDetail"]
            customer = detail["Entity"]["EntityRef"]["value"]
            left = Decimal(entry["Line"][0]["Amount"]) - used[entry["Id"]]
            assert left >= 0
            sign = 1 if detail["PostingType"] == "Debit" else -1
            found.append((entry, customer, sign * left))
        return found

    def open_by_currency(self) -> dict[str, Decimal]:
        found: dict[str, Decimal] = defaultdict(Decimal)
        for entity, name, sign in (
            ("Invoice", "Balance", 1),
            ("CreditMemo", "RemainingCredit", -1),
            ("Payment", "UnappliedAmt", -1),
        ):
            for body in self.rows(entity):
                left = Decimal(body[name])
                assert left >= 0, f"{entity} {body['Id']} is open by {left}"
                found[body["CurrencyRef"]["value"]] += sign * left
        for entry, _, left in self.journals():
            found[entry["CurrencyRef"]["value"]] += left
        return found

    @invariant()
    def receivables_are_what_is_open(self) -> None:
        if not hasattr(self, "books"):
            return
        kept = self.books.query(
            "select * from Account where AccountType = 'Accounts Receivable'"
        )
        opened = self.open_by_currency()
        books = self.books.trial_balance()
        for account in kept["Account"]:
            currency = account["CurrencyRef"]["value"]
            assert account["CurrentBalance"] == opened[currency]
            if not opened[currency] and self.settled(currency):
                assert books.get(int(account["Id"]), 0) == 0

    def settled(self, currency: str) -> bool:
        """Whether nothing at all is open in a currency, on either side."""
        if any(
            left
            for entry, _, left in self.journals()
            if entry["CurrencyRef"]["value"] == currency
        ):
            return False
        return all(
            not Decimal(body[name])
            for entity, name in (
                ("Invoice", "Balance"),
                ("CreditMemo", "RemainingCredit"),
                ("Payment", "UnappliedAmt"),
            )
            for body in self.rows(entity)
            if body["CurrencyRef"]["value"] == currency
        )

    @invariant()
    def money_is_where_it_was_put(self) -> None:
        if not hasattr(self, "books") or self.euros:
            return
        kinds = {"Payment": 1, "SalesReceipt": 1, "RefundReceipt": -1}
        received = sum(
            sign * Decimal(body["TotalAmt"])
            for entity, sign in kinds.items()
            for body in self.rows(entity)
        )
        assert self.books.trial_balance().get(UNDEPOSITED, 0) == received

    @invariant()
    def customers_show_what_they_owe(self) -> None:
        if not hasattr(self, "books"):
            return
        opened = self.open_by_currency()
        shown: dict[str, Decimal] = defaultdict(Decimal)
        for body in self.rows("Customer"):
            shown[body["CurrencyRef"]["value"]] += Decimal(body["Balance"])
        assert all(shown[each] == opened[each] for each in {*shown, *opened})
        home = self.books.read("Account", str(RECEIVABLE))
        assert home["CurrentBalance"] == opened[home["CurrencyRef"]["value"]]


SalesBusiness.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
)
TestRandomSales = SalesBusiness.TestCase
del Business
