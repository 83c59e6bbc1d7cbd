"""A bookkeeper who sells: forms and payments of which only what differs is said."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
RECEIVABLE, UNDEPOSITED, CHECKING, INCOME = 84, 4, 35, 1
ADDRESS = {
    "Line1": "19 Main St.",
    "City": "Middlefield",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94303",
}


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def line(amount: Any = 100, **more: Any) -> Body:
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        **more,
    }


def linked(kind: str, form: Body, **more: Any) -> Body:
    return {"TxnId": form["Id"], "TxnType": kind, **more}


def applied(kind: str, form: Body, amount: Any) -> Body:
    return {"Amount": amount, "LinkedTxn": [linked(kind, form)]}


def sparse(body: Body, **more: Any) -> Body:
    return {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True, **more}


def prefer(company: Company, now: datetime, **preferences: Any) -> None:
    held = company.read("Preferences", "1")
    body = sparse(held, SalesFormsPrefs=preferences)
    company.update("Preferences", body, now=now)


class Desk:
    """A bookkeeper with one customer, who only says what differs."""

    def __init__(self, company: Company, now: datetime) -> None:
        self.company, self.now = company, now
        ada = {
            "DisplayName": "Barnett Design",
            "CompanyName": "Barnett Design",
            "GivenName": "Shara",
            "FamilyName": "Barnett",
            "BillAddr": ADDRESS,
        }
        self.customer = company.create("Customer", ada, now=now)

    def make(self, kind: str, *lines: Body, **more: Any) -> Body:
        body = {
            "CustomerRef": {"value": self.customer["Id"]},
            "Line": list(lines) or [line()],
            **more,
        }
        return self.company.create(kind, body, now=self.now)

    def pay(self, total: Any, *lines: Body, **more: Any) -> Body:
        return self.make("Payment", TotalAmt=total, Line=list(lines), **more)

    def again(self, kind: str, form: Body) -> Body:
        return self.company.read(kind, form["Id"])

    def account(self, number: int) -> Any:
        return self.company.trial_balance().get(number, Decimal(0))

    def customer_balance(self) -> Any:
        return self.again("Customer", self.customer)["Balance"]
