"""Parts of requests, in which who and what they refer to stands as a `Pick`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pick:
    """Something of a company: `Account/Bank`, `Item/Service`, or a `new` name.

    `part` is what of it is wanted: its Id, or another part by its path.
    """

    kind: str
    part: str = "Id"


NEW = Pick("new")
CODE = Pick("code")
ABROAD = {"TaxCodeRef": {"value": Pick("abroad")}}
"""What a line has to have outside the United States, and only there."""
NOTHING = {"value": None}


def ref(kind: str, **more: Any) -> Body:
    """A reference to one of a kind."""
    return {"value": Pick(kind), **more}


def link(kind: str) -> list[Body]:
    """A link to a transaction."""
    return [{"TxnId": Pick(kind), "TxnType": kind}]


ADDRESS = {
    "Line1": "4581 Finch St.",
    "City": "Bayshore",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94326",
}
FREE_TEXT = {
    "Line1": "Amy Lauterbach",
    "Line2": "Amy's Bird Sanctuary",
    "Line3": "4581 Finch St.",
    "Line4": "Bayshore, CA  94326",
}
"""As forms have it that were made in the browser."""
PROJECT = {"value": "39298034"}


def sold(**more: Any) -> Body:
    """A line of a sales form."""
    detail = {
        "ItemRef": ref("Item/Service"),
        "Qty": 4.5,
        "UnitPrice": 75,
        "TaxCodeRef": {"value": CODE},
    }
    return {
        "Amount": 337.5,
        "Description": "Custom Design",
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {**detail, **more},
    }


LEAST_SOLD = {
    "Amount": 100,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": ref("Item/Service"), **ABROAD},
}
DISCOUNT = {
    "Amount": 33.75,
    "DetailType": "DiscountLineDetail",
    "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
}


def spent(**detail: Any) -> Body:
    """A line of an expense that names an account."""
    return {
        "Amount": 100,
        "Description": "Lumber",
        "ProjectRef": PROJECT,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {
            "AccountRef": ref("Account/Expense"),
            **ABROAD,
            **detail,
        },
    }


def bought(**detail: Any) -> Body:
    """A line of an expense that names an item."""
    return {
        "Amount": 100,
        "ProjectRef": PROJECT,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": ref("Item/Inventory"),
            "Qty": 10,
            "UnitPrice": 10,
            **ABROAD,
            **detail,
        },
    }


LEAST_SPENT = {
    "Amount": 25,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": ref("Account/Expense"), **ABROAD},
}
BILLABLE = {"BillableStatus": "Billable", "CustomerRef": ref("Customer")}
SALE: Body = {
    "CustomerRef": ref("Customer"),
    "Line": [sold(), DISCOUNT],
    "TxnDate": "2026-03-04",
    "CustomerMemo": {"value": "Thank you for your business."},
    "PrivateNote": "By the gate",
    "BillAddr": FREE_TEXT,
    "ShipAddr": ADDRESS,
    "BillEmail": {"Address": "birds@intuit.example"},
    "TxnTaxDetail": {"TxnTaxCodeRef": ref("TaxCode")},
}
LEAST_SALE: Body = {"CustomerRef": ref("Customer"), "Line": [LEAST_SOLD]}
TAKEN: Body = {
    "PaymentMethodRef": ref("PaymentMethod"),
    "PaymentRefNum": "10264",
}


def journal_line(side: str, account: str, **detail: Any) -> Body:
    """A line of a journal entry."""
    return {
        "Description": "Four sprinkler heads",
        "Amount": 60,
        "DetailType": "JournalEntryLineDetail",
        "ProjectRef": PROJECT,
        "JournalEntryLineDetail": {
            "PostingType": side,
            "AccountRef": ref(account),
            **detail,
        },
    }


def about(type_: str) -> Body:
    """Whom a line of a journal entry is about."""
    return {"Entity": {"Type": type_, "EntityRef": ref(type_)}}
