"""What Intuit's transactions become in our words."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from counterfoil.connectors.quickbooks.streams import streams


def read(stream: str, **fields: Any) -> dict[str, Any]:
    body = {"Id": "7", "SyncToken": "0", "TxnDate": "2026-03-04", **fields}
    raw = msgspec.Raw(json.dumps(body).encode())
    return dict(streams[stream].observed(raw).content)


SOLD = {
    "Amount": 20.0,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {
        "ItemRef": {"value": "1", "name": "Cake"},
        "Qty": 2,
        "UnitPrice": 10,
    },
}


def test_an_estimate_knows_its_state_and_its_invoices_each_once() -> None:
    link = {"TxnId": "9", "TxnType": "Invoice"}
    content = read(
        "estimates",
        TxnStatus="Accepted",
        AcceptedBy="Dora",
        AcceptedDate="2026-03-05",
        ExpirationDate="2026-04-01",
        LinkedTxn=[link, {"TxnId": "3", "TxnType": "TimeActivity"}],
        Line=[{**SOLD, "LinkedTxn": [link]}],
        TotalAmt=20.0,
    )
    assert (content["status"], content["accepted_by"]) == ("accepted", "Dora")
    assert content["accepted_on"] == "2026-03-05"
    assert content["expires_on"] == "2026-04-01"
    assert content["invoice_ids"] == ["9"]
    assert [line["name"] for line in content["lines"]] == ["Cake"]


def test_shipping_is_told_from_what_was_sold() -> None:
    shipped = {
        "Amount": 12.34,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
    }
    lines = read("invoices", Line=[SOLD, shipped])["lines"]
    assert [(line["kind"], line["amount"]) for line in lines] == [
        ("item", "20"),
        ("shipping", "12.34"),
    ]


def test_an_estimate_without_a_state_is_pending() -> None:
    assert read("estimates")["status"] == "pending"


def test_an_invoice_knows_its_estimate_by_its_head_or_by_a_line() -> None:
    link = {"TxnId": "100", "TxnType": "Estimate"}
    assert read("invoices", LinkedTxn=[link])["estimate_ids"] == ["100"]
    by_line = read("invoices", Line=[{**SOLD, "LinkedTxn": [link]}])
    assert by_line["estimate_ids"] == ["100"]


def test_a_credit_memo_says_what_remains_of_it() -> None:
    content = read("credit_memos", TotalAmt=50.0, RemainingCredit=12.5, Balance=12.5)
    assert (content["total"], content["remaining"]) == ("50", "12.5")
    assert read("credit_memos", TotalAmt=50.0, Balance=8)["remaining"] == "8"


@pytest.mark.parametrize("stream", ["sales_receipts", "refund_receipts"])
def test_a_receipt_says_how_and_where_the_money_went(stream: str) -> None:
    content = read(
        stream,
        PaymentMethodRef={"value": "2", "name": "Check"},
        PaymentRefNum="4393",
        DepositToAccountRef={"value": "4", "name": "Undeposited Funds"},
    )
    names = ("method_id", "method", "reference", "account_id", "account")
    wanted = ["2", "Check", "4393", "4", "Undeposited Funds"]
    assert [content[name] for name in names] == wanted


def test_a_payment_is_split_over_documents_of_every_kind() -> None:
    parts = [("Invoice", "1", 10), ("CreditMemo", "2", 4), ("JournalEntry", "3", 1)]
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": txn, "TxnType": kind}]}
        for kind, txn, amount in [*parts, ("Invoice", "1", 5)]
    ]
    content = read(
        "payments",
        Line=lines,
        TotalAmt=12,
        LinkedTxn=[{"TxnId": "62", "TxnType": "Deposit"}],
    )
    assert content["allocations"] == [
        {"kind": "invoice", "remote_id": "1", "amount": "15"},
        {"kind": "credit_memo", "remote_id": "2", "amount": "4"},
        {"kind": "journal_entry", "remote_id": "3", "amount": "1"},
    ]
    assert content["deposit_id"] == "62"


def test_a_deposit_names_the_payments_and_receipts_in_it_only() -> None:
    kinds = ("Payment", "SalesReceipt", "JournalEntry")
    lines = [
        {"Amount": 5, "LinkedTxn": [{"TxnId": str(number), "TxnType": kind}]}
        for number, kind in enumerate(kinds)
    ]
    content = read(
        "deposits",
        DepositToAccountRef={"value": "35", "name": "Checking"},
        Line=[*lines, {"Amount": 1, "DetailType": "DepositLineDetail"}],
        TotalAmt=16,
    )
    assert (content["deposited_on"], content["account"]) == ("2026-03-04", "Checking")
    assert content["parts"] == [
        {"kind": "payment", "remote_id": "0"},
        {"kind": "sales_receipt", "remote_id": "1"},
    ]


@pytest.mark.parametrize(
    ("note", "total", "is_voided"),
    [
        ("Voided", 0, True),
        ("Voided - Thank you", 0, True),
        ("Voided", 5, False),
        ("Thank you", 0, False),
    ],
)
@pytest.mark.parametrize(
    "stream", ["invoices", "sales_receipts", "credit_memos", "payments"]
)
def test_a_void_is_known_by_its_note_and_its_empty_amounts(
    stream: str,
    note: str,
    total: int,
    is_voided: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    content = read(stream, PrivateNote=note, TotalAmt=total)
    assert content["voided"] is is_voided


def test_what_was_deleted_in_the_feed_is_told_as_gone() -> None:
    raw = b'{"status":"Deleted","Id":"39","MetaData":{}}'
    for key in ("estimates", "deposits", "credit_memos", "refund_receipts"):
        seen = streams[key].observed(msgspec.Raw(raw))
        assert (seen.remote_id, seen.deleted) == ("39", True)
