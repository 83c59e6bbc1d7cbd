"""Business of every other kind: estimates, receipts, credits, purchases, the bank."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.seeds.dealings_bank import Bank
from qbo_simulator.seeds.dealings_purchases import Purchases
from qbo_simulator.wire import as_decimal, today

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.seeds.trading import Body, Trader


def enter_dealings(trader: Trader) -> None:
    """Enter what a trade has beside its invoices: everything, or what it bought."""
    if trader.trade.thorough:
        Dealings(trader).enter()
    elif trader.trade.bought:
        Purchases(trader).enter()
        Bank(trader).enter_plain()


class Dealings:
    """Enters what a thorough trade has beside its invoices, over the same months."""

    def __init__(self, trader: Trader) -> None:
        self.trader = trader
        self.company = trader.company
        self.random = trader.random
        self.parties = list(trader.customers.values())
        self.at_home = [each for each in self.parties if not trader.money_of(each)]

    def enter(self) -> None:
        """Enter everything; what goes to the bank last, for it takes from the rest."""
        self._estimates()
        receipts = self._receipts()
        self._credits()
        self._payments_of_other_kinds()
        Purchases(self.trader).enter()
        Bank(self.trader).enter(receipts)

    def _past(self, days: int) -> datetime:
        return self.trader.now - timedelta(days=days, hours=5)

    def _sale(self, days: int, lines: int = 2, party: Body | None = None) -> Body:
        chosen = party or self.random.choice(self.parties)
        return self.trader.sale(chosen, days, lines, self._past(days))

    def _estimates(self) -> None:
        """Some pending, one accepted, one rejected, one that became an invoice."""
        made = []
        for days in (120, 88, 61, 40, 22, 9):
            body = self._sale(days, 3)
            valid = self._past(days) + timedelta(days=30)
            body["ExpirationDate"] = today(valid).isoformat()
            made.append(self.company.create("Estimate", body, now=self._past(days)))
        for estimate, status in ((made[1], "Rejected"), (made[2], "Accepted")):
            body = {
                "Id": estimate["Id"],
                "SyncToken": estimate["SyncToken"],
                "sparse": True,
                "TxnStatus": status,
            }
            self.company.update("Estimate", body, now=self._past(20))
        self._convert(made[0])

    def _convert(self, estimate: Body) -> None:
        at = self._past(110)
        kept = ("CustomerRef", "GlobalTaxCalculation", "CurrencyRef", "ExchangeRate")
        body = {name: estimate[name] for name in kept if name in estimate}
        sold = [each for each in estimate["Line"] if "SalesItemLineDetail" in each]
        body["Line"] = [
            {key: value for key, value in each.items() if key not in ("Id", "LineNum")}
            for each in sold
        ]
        body["TxnDate"] = today(at).isoformat()
        body["LinkedTxn"] = [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
        self.company.create("Invoice", body, now=at)

    def _receipts(self) -> list[Body]:
        """Sales paid on the spot; one is refunded in part."""
        found = []
        for days in (130, 99, 71, 47, 18, 3):
            party = self.random.choice(self.at_home)
            body = self._sale(days, 1, party)
            body["PaymentMethodRef"] = {"value": self.random.choice(("1", "2", "3"))}
            made = self.company.create("SalesReceipt", body, now=self._past(days))
            found.append(made)
        party = self.random.choice(self.at_home)
        refund = self._sale(44, 1, party)
        refund["DepositToAccountRef"] = {"value": "35"}
        refund["PaymentMethodRef"] = {"value": "2"}
        self.company.create("RefundReceipt", refund, now=self._past(44))
        return found

    def _credits(self) -> None:
        """A credit memo that stands open, and one that pays for an invoice."""
        self.company.create("CreditMemo", self._sale(33, 1), now=self._past(33))
        invoice = self._open_invoices()[0]
        party = self._party(invoice)
        memo = self.company.create(
            "CreditMemo", self._sale(30, 1, party), now=self._past(30)
        )
        amount = min(as_decimal(invoice["Balance"]), as_decimal(memo["Balance"]))
        if not amount:
            return
        body = {
            "CustomerRef": invoice["CustomerRef"],
            "TotalAmt": 0,
            "TxnDate": today(self._past(29)).isoformat(),
            "Line": [
                _linked(amount, invoice["Id"], "Invoice"),
                _linked(amount, memo["Id"], "CreditMemo"),
            ],
            **self.trader.money_of(party),
        }
        self.company.create("Payment", body, now=self._past(29))

    def _payments_of_other_kinds(self) -> None:
        """Money on account, and one payment over two invoices of a customer."""
        party = self.random.choice(self.at_home)
        on_account = {
            "CustomerRef": {"value": party["Id"]},
            "TotalAmt": Decimal(250),
            "TxnDate": today(self._past(12)).isoformat(),
            "PaymentRefNum": "ON-ACCT",
        }
        self.company.create("Payment", on_account, now=self._past(12))
        by_party: dict[str, list[Body]] = {}
        for invoice in self._open_invoices():
            by_party.setdefault(invoice["CustomerRef"]["value"], []).append(invoice)
        shared = next((each for each in by_party.values() if len(each) > 1), None)
        if shared is not None:
            parts = {each["Id"]: as_decimal(each["Balance"]) for each in shared[:2]}
            self.trader.pay(parts, shared[0], self._past(6))

    def _open_invoices(self) -> list[Body]:
        statement = "select * from Invoice where Balance > '0' orderby Id"
        return list(self.company.query(statement).get("Invoice", []))

    def _party(self, invoice: Body) -> Body:
        held = invoice["CustomerRef"]["value"]
        return next(each for each in self.parties if each["Id"] == held)


def _linked(amount: Decimal, txn: str, kind: str) -> Body:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": txn, "TxnType": kind}]}
