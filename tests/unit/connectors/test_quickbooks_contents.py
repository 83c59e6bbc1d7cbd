"""All that is kept of Intuit's transactions: every field, each from its own place."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from counterfoil.connectors.quickbooks import mapping, wire
from counterfoil.connectors.quickbooks.streams import streams

ITEM = {
    "DetailType": "SalesItemLineDetail",
    "Description": "Hours",
    "Amount": 99.99,
    "SalesItemLineDetail": {
        "ItemRef": {"value": "5", "name": "Design"},
        "Qty": 3,
        "UnitPrice": 33.33,
        "TaxCodeRef": {"value": "TAX"},
    },
}
LINES = [
    ITEM,
    {"DetailType": "DescriptionOnly", "Description": "As agreed"},
    {"DetailType": "DescriptionLineDetail", "Description": "Thanks"},
    {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"Line": [{**ITEM, "Description": "In a bundle"}]},
    },
    {"DetailType": "SubTotalLineDetail", "Amount": 99.99},
    {"DetailType": "SubTotalLineDetail", "Amount": 199.98},
    {
        "DetailType": "DiscountLineDetail",
        "Description": "For friends",
        "Amount": 20,
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    },
]
SOLD = {
    "kind": "item",
    "item_id": "5",
    "name": "Design",
    "description": "Hours",
    "quantity": "3",
    "unit_price": "33.33",
    "amount": "99.99",
    "tax_code": "TAX",
}
SALE: dict[str, object] = {
    "DocNumber": "INV-7",
    "TxnDate": "2026-03-04-08:00",
    "CurrencyRef": {"value": "EUR"},
    "ExchangeRate": 1.0875,
    "CustomerRef": {"value": "58", "name": "Ada"},
    "BillEmail": {"Address": "ada@example.com"},
    "EmailStatus": "EmailSent",
    "DeliveryInfo": {"DeliveryTime": "2026-03-04T22:00:00-08:00"},
    "CustomerMemo": {"value": "Thank you"},
    "PrivateNote": "Deal 7",
    "TotalAmt": 191.23,
    "TxnTaxDetail": {"TotalTax": 11.25},
    "Line": LINES,
}
KEPT: dict[str, object] = {
    "number": "INV-7",
    "issued_on": "2026-03-04",
    "currency": "EUR",
    "exchange_rate": "1.0875",
    "customer_id": "58",
    "customer_name": "Ada",
    "email": "ada@example.com",
    "email_status": "EmailSent",
    "sent_at": "2026-03-05T06:00:00+00:00",
    "message": "Thank you",
    "note": "Deal 7",
    "total": "191.23",
    "subtotal": "199.98",
    "tax": "11.25",
    "voided": False,
    "lines": [
        SOLD,
        {"kind": "text", "description": "As agreed", "amount": "0"},
        {"kind": "text", "description": "Thanks", "amount": "0"},
        {**SOLD, "description": "In a bundle"},
        {
            "kind": "discount",
            "description": "For friends",
            "quantity": "",
            "percent": "10",
            "amount": "-20",
        },
    ],
}
MONEY: dict[str, object] = {
    "PaymentMethodRef": {"value": "2", "name": "Check"},
    "PaymentRefNum": "4393",
    "DepositToAccountRef": {"value": "4", "name": "Undeposited Funds"},
}
MOVED: dict[str, object] = {
    "method_id": "2",
    "method": "Check",
    "reference": "4393",
    "account_id": "4",
    "account": "Undeposited Funds",
}
DEPOSITED = [{"TxnId": "62", "TxnType": "Deposit"}]


def read(stream: str, *parts: dict[str, object]) -> dict[str, Any]:
    body: dict[str, object] = {"Id": "7", "SyncToken": "0"}
    for part in parts:
        body |= part
    raw = msgspec.Raw(json.dumps(body).encode())
    return dict(streams[stream].observed(raw).content)


def test_an_invoice_is_kept_whole() -> None:
    own = {
        "DueDate": "2026-04-03-07:00",
        "SalesTermRef": {"value": "3", "name": "Net 30"},
        "Balance": 91.20,
        "LinkedTxn": [{"TxnId": "41", "TxnType": "Estimate"}],
    }
    assert read("invoices", SALE, own) == {
        **KEPT,
        "due_on": "2026-04-03",
        "terms_id": "3",
        "terms": "Net 30",
        "balance": "91.2",
        "estimate_ids": ["41"],
    }


def test_an_estimate_is_kept_whole() -> None:
    own = {
        "TxnStatus": "Accepted",
        "ExpirationDate": "2026-04-01-07:00",
        "AcceptedBy": "Dora",
        "AcceptedDate": "2026-03-05-08:00",
        "LinkedTxn": [{"TxnId": "9", "TxnType": "Invoice"}],
    }
    assert read("estimates", SALE, own) == {
        **KEPT,
        "status": "accepted",
        "expires_on": "2026-04-01",
        "accepted_by": "Dora",
        "accepted_on": "2026-03-05",
        "invoice_ids": ["9"],
    }


def test_receipts_are_kept_whole() -> None:
    held = read("sales_receipts", SALE, MONEY, {"LinkedTxn": DEPOSITED})
    assert held == {**KEPT, **MOVED, "deposit_id": "62"}
    assert read("sales_receipts", SALE, MONEY)["deposit_id"] == ""
    assert read("refund_receipts", SALE, MONEY) == {**KEPT, **MOVED}


def test_a_credit_memo_is_kept_whole() -> None:
    left = read("credit_memos", SALE, {"RemainingCredit": 12.5, "Balance": 8})
    assert left == {**KEPT, "remaining": "12.5"}
    assert read("credit_memos", SALE, {"RemainingCredit": 0, "Balance": 8}) == {
        **KEPT,
        "remaining": "0",
    }
    assert read("credit_memos", SALE, {"Balance": 8})["remaining"] == "8"


def test_without_a_subtotal_it_is_the_total_without_its_tax() -> None:
    assert read("invoices", SALE, {"Line": [ITEM]})["subtotal"] == "179.98"
    one = [ITEM, {"DetailType": "SubTotalLineDetail", "Amount": 99.99}]
    assert read("invoices", SALE, {"Line": one})["subtotal"] == "99.99"


def test_what_is_not_told_is_kept_as_nothing() -> None:
    held = read("invoices", {"TxnDate": "2026-03-04"})
    for name in ("sent_at", "exchange_rate", "due_on", "number", "terms", "email"):
        assert held[name] == ""
    assert (held["total"], held["balance"], held["lines"]) == ("0", "0", [])


def test_a_payment_is_kept_whole() -> None:
    own = {
        "TotalAmt": 12.5,
        "UnappliedAmt": 2.25,
        "LinkedTxn": DEPOSITED,
        "Line": [
            {
                "Amount": 10.25,
                "LinkedTxn": [
                    {"TxnId": "1", "TxnType": "Invoice"},
                    {"TxnId": "9", "TxnType": "ReimburseCharge"},
                ],
            },
            {"Amount": 3, "LinkedTxn": []},
        ],
    }
    assert read("payments", SALE, MONEY, own) == {
        **MOVED,
        "paid_on": "2026-03-04",
        "currency": "EUR",
        "exchange_rate": "1.0875",
        "customer_id": "58",
        "customer_name": "Ada",
        "amount": "12.5",
        "unapplied": "2.25",
        "voided": False,
        "note": "Deal 7",
        "deposit_id": "62",
        "allocations": [{"kind": "invoice", "remote_id": "1", "amount": "10.25"}],
    }


def test_a_deposit_is_kept_whole() -> None:
    lines = [
        {
            "LinkedTxn": [
                {"TxnId": "1", "TxnType": "Payment"},
                {"TxnId": "2", "TxnType": "Payment"},
            ]
        },
        {"LinkedTxn": [{"TxnId": "3", "TxnType": "SalesReceipt"}]},
        {"LinkedTxn": [{"TxnId": "4", "TxnType": "Transfer"}]},
    ]
    assert read("deposits", SALE, MONEY, {"Line": lines}) == {
        "name": "INV-7",
        "deposited_on": "2026-03-04",
        "account_id": "4",
        "account": "Undeposited Funds",
        "currency": "EUR",
        "total": "191.23",
        "parts": [
            {"kind": "payment", "remote_id": "1"},
            {"kind": "sales_receipt", "remote_id": "3"},
        ],
    }
    assert read("deposits", {"TxnDate": "2026-03-04"})["name"] == "7"


def test_an_item_is_kept_whole() -> None:
    body = {
        "Id": "5",
        "Name": "Design (deleted 2)",
        "FullyQualifiedName": "Services:Design (deleted 2)",
        "Sku": "D",
        "Type": "NonInventory",
        "Description": "Sold",
        "PurchaseDesc": "Bought",
        "UnitPrice": 95.50,
        "PurchaseCost": 40,
        "QtyOnHand": 2.5,
        "Taxable": True,
        "SalesTaxIncluded": True,
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
        "AssetAccountRef": {"value": "81"},
        "SalesTaxCodeRef": {"value": "2"},
        "ParentRef": {"value": "4"},
        "Active": False,
    }
    held = msgspec.json.decode(json.dumps(body).encode(), type=wire.Item)
    assert mapping.item(held) == {
        "name": "Design",
        "full_name": "Services:Design",
        "sku": "D",
        "type": "non_inventory",
        "description": "Sold",
        "purchase_description": "Bought",
        "unit_price": "95.5",
        "purchase_cost": "40",
        "quantity_on_hand": "2.5",
        "taxable": True,
        "price_includes_tax": True,
        "income_account_id": "79",
        "expense_account_id": "80",
        "asset_account_id": "81",
        "sales_tax_code_id": "2",
        "parent_id": "4",
        "active": False,
    }
    bare = msgspec.json.decode(b'{"Name": "Odds", "Type": "Other"}', type=wire.Item)
    content = mapping.item(bare)
    assert (content["full_name"], content["type"]) == ("Odds", "other")
    assert (content["unit_price"], content["quantity_on_hand"]) == ("", "")


@pytest.mark.parametrize(
    ("note", "marker", "rest"),
    [
        ("", "", ""),
        ("Deal 7", "", "Deal 7"),
        ("[#0123456789ABCDEF]\nDeal 7", "[#0123456789ABCDEF]", "Deal 7"),
        (
            "[#0123456789ABCDEF] [#0123456789ABCDEF]",
            "[#0123456789ABCDEF]",
            "[#0123456789ABCDEF]",
        ),
    ],
)
def test_a_customers_note_is_its_marker_and_what_people_wrote(
    note: str, marker: str, rest: str
) -> None:
    body = {
        "DisplayName": "Ada",
        "FullyQualifiedName": "Parent:Ada (deleted)",
        "Notes": note,
        "CurrencyRef": {"value": "EUR"},
        "IsProject": True,
    }
    held = msgspec.json.decode(json.dumps(body).encode(), type=wire.Customer)
    content = mapping.customer(held)
    assert (content["marker"], content["notes"]) == (marker, rest)
    assert (content["full_name"], content["currency"]) == ("Parent:Ada", "EUR")
    assert content["is_project"] is True
