"""Those who buy: bills, payments and expenses of which only what differs is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

CHECKING, VISA, PAYABLE, ADVERTISING = "35", "42", "33", "7"
Body = dict[str, Any]


def spent(amount: str | int, account: str = ADVERTISING, **detail: Any) -> Body:
    return {
        "Amount": Decimal(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}, **detail},
    }


def goods(item: str, quantity: int, price: int) -> Body:
    return {
        "Amount": quantity * price,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": item},
            "Qty": quantity,
            "UnitPrice": price,
        },
    }


def paying(amount: str | int, kind: str, txn: Body) -> Body:
    return {
        "Amount": Decimal(amount),
        "LinkedTxn": [{"TxnId": txn["Id"], "TxnType": kind}],
    }


def refusal(act: Any, *args: Any, **more: Any) -> tuple[str, str | None]:
    with pytest.raises(Fault) as refused:
        act(*args, **more)
    return refused.value.code, refused.value.element


class Buying:
    """Enters and changes what is bought, each a second after the last."""

    def __init__(self, books: Company, now: datetime) -> None:
        self.books = books
        self.now = now

    def enter(self, entity: str, **body: Any) -> Body:
        self.now += timedelta(seconds=1)
        return self.books.create(entity, body, now=self.now)

    def change(self, entity: str, body: Body, **wish: Any) -> Body:
        self.now += timedelta(seconds=1)
        head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
        return self.books.update(entity, {**head, **wish}, now=self.now)

    def balance(self, account: str) -> Decimal | int:
        return self.books.trial_balance().get(int(account), Decimal(0))


class Clerk(Buying):
    """Enters bills of one vendor and pays them."""

    def __init__(self, books: Company, now: datetime) -> None:
        super().__init__(books, now)
        self.vendor = self.enter("Vendor", DisplayName="Norton Lumber")["Id"]

    def delete(self, entity: str, body: Body) -> Body:
        head = {"Id": body["Id"], "SyncToken": body["SyncToken"]}
        return self.books.delete(entity, head, now=self.now)

    def bill(self, *lines: Body, **more: Any) -> Body:
        body = {"VendorRef": {"value": self.vendor}, "Line": list(lines), **more}
        return self.enter("Bill", **body)

    def credit(self, *lines: Body) -> Body:
        return self.enter(
            "VendorCredit", VendorRef={"value": self.vendor}, Line=list(lines)
        )

    def pay(self, total: str | int, *lines: Body, **more: Any) -> Body:
        body = {
            "VendorRef": {"value": self.vendor},
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": CHECKING}},
            "TotalAmt": Decimal(total),
            "Line": list(lines),
            **more,
        }
        return self.enter("BillPayment", **body)

    def read(self, entity: str, body: Body) -> Body:
        return self.books.read(entity, body["Id"])

    def owed(self) -> Decimal | int:
        held = self.books.read("Vendor", self.vendor)["Balance"]
        return Decimal(held)
