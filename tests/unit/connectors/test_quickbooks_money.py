"""The exact bytes of payments and expenses, and what is refused before it is sent."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.connectors.quickbooks.acting import call_for
from counterfoil.connectors.quickbooks.rendering.parts import Setup
from counterfoil.connectors.quickbooks.rendering.render import RENDERERS, render
from counterfoil.core.errors import Rejected
from counterfoil.posting.documents import KINDS
from counterfoil.posting.ports import Action, Expectation

MARKER = "[#0123456789ABCDEF]"
US = Setup(country="US")
PAYMENT: dict[str, object] = {
    "customer_id": "58",
    "currency": "USD",
    "paid_on": "2026-11-04",
    "amount": "50",
    "payment_method_id": "2",
    "reference": "Cheque 12",
    "deposit_account_id": "4",
    "note": "Payment 9",
    "applied": [
        {"kind": "invoice", "id": "70", "amount": "55"},
        {"kind": "credit_memo", "id": "73", "amount": "5.00"},
    ],
}
EXPENSE: dict[str, object] = {
    "payment_type": "check",
    "account_id": "35",
    "vendor_id": "56",
    "currency": "USD",
    "spent_on": "2026-11-04",
    "number": "88",
    "note": "Fee",
    "tax_mode": "us_manual",
    "expected_total": "",
    "lines": [
        {
            "account_id": "60",
            "amount": "3.08",
            "description": "Card fee",
            "customer_id": "58",
            "tax_code_id": "7",
        },
        {"account_id": "61", "amount": "0.02"},
    ],
}
BASE = {"payment": PAYMENT, "expense": EXPENSE}


def rendered(
    kind: str, setup: Setup = US, **changes: Any
) -> tuple[dict[str, Any], Expectation]:
    document = {**BASE[kind], **changes}
    payload, expected = render(kind, document, marker=MARKER, setup=setup)
    return json.loads(payload, parse_float=Decimal), expected


def refused(kind: str, **changes: object) -> Rejected:
    with pytest.raises(Rejected) as refusal:
        rendered(kind, **changes)
    assert refusal.value.message.endswith(".")
    return refusal.value


def test_every_kind_can_be_rendered() -> None:
    assert set(RENDERERS) == set(KINDS)


def test_a_payment_is_these_bytes() -> None:
    payload, expected = render("payment", PAYMENT, marker=MARKER, setup=US)
    assert payload.decode() == (
        '{"CustomerRef":{"value":"58"},"TxnDate":"2026-11-04","TotalAmt":50.00,'
        '"PaymentRefNum":"Cheque 12","PrivateNote":"[#0123456789ABCDEF]\\nPayment 9",'
        '"DepositToAccountRef":{"value":"4"},"PaymentMethodRef":{"value":"2"},'
        '"Line":[{"Amount":55.00,"LinkedTxn":[{"TxnId":"70","TxnType":"Invoice"}]},'
        '{"Amount":5.00,"LinkedTxn":[{"TxnId":"73","TxnType":"CreditMemo"}]}]}'
    )
    assert expected == Expectation(customer_id="58", total=Decimal(50), currency="USD")


def test_a_payment_of_nothing_yet_says_that_it_pays_nothing() -> None:
    """Without lines QuickBooks might apply it by itself."""
    body, _ = rendered("payment", applied=[])
    assert body["Line"] == []


def test_a_credit_alone_may_pay_an_invoice() -> None:
    parts = [
        {"kind": "invoice", "id": "70", "amount": "5"},
        {"kind": "credit_memo", "id": "73", "amount": "5"},
    ]
    body, expected = rendered("payment", amount="0", applied=parts)
    assert body["TotalAmt"] == 0
    assert expected.total == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0", "applied": []}, "amount"),
        ({"amount": "-1", "applied": []}, "amount"),
        ({"amount": ""}, "applied"),
        ({"amount": "49.99"}, "applied"),
        ({"amount": "many"}, "amount"),
        ({"applied": [{"kind": "estimate", "id": "1", "amount": "1"}]}, "applied"),
        ({"applied": [{"kind": "invoice", "id": "", "amount": "1"}]}, "applied"),
        ({"applied": [{"kind": "invoice", "id": "1", "amount": "0"}]}, "amount"),
        ({"applied": [{"kind": "credit_memo", "id": "1", "amount": "9"}]}, "applied"),
        ({"customer_id": ""}, "customer"),
        ({"paid_on": ""}, "paid_on"),
    ],
)
def test_a_payment_that_makes_no_sense_is_refused_beside_the_field(
    changes: dict[str, object], field: str
) -> None:
    assert refused("payment", **changes).field == field


def test_an_expense_is_these_bytes() -> None:
    payload, expected = render("expense", EXPENSE, marker=MARKER, setup=US)
    assert payload.decode() == (
        '{"PaymentType":"Check","AccountRef":{"value":"35"},"TxnDate":"2026-11-04",'
        '"PrivateNote":"[#0123456789ABCDEF]\\nFee",'
        '"EntityRef":{"value":"56","type":"Vendor"},"DocNumber":"88",'
        '"Line":[{"DetailType":"AccountBasedExpenseLineDetail","Amount":3.08,'
        '"AccountBasedExpenseLineDetail":{"AccountRef":{"value":"60"},'
        '"CustomerRef":{"value":"58"},"BillableStatus":"NotBillable"},'
        '"Description":"Card fee"},{"DetailType":"AccountBasedExpenseLineDetail",'
        '"Amount":0.02,"AccountBasedExpenseLineDetail":{"AccountRef":{"value":"61"}}}]}'
    )
    assert expected == Expectation(total=Decimal("3.10"), currency="USD")


def test_an_expense_abroad_has_a_code_on_each_line() -> None:
    line = {"account_id": "60", "amount": "12", "net_amount": "10", "tax_code_id": "7"}
    told: dict[str, object] = {"tax_mode": "per_line", "lines": [line]}
    abroad = Setup(country="GB", class_tracking="document", tracks_departments=True)
    body, expected = rendered(
        "expense",
        abroad,
        **told,
        prices_include_tax=True,
        class_id="4",
        department_id="6",
        expected_total="12",
    )
    (sent,) = body["Line"]
    assert sent["Amount"] == 10
    detail = sent["AccountBasedExpenseLineDetail"]
    assert detail["TaxInclusiveAmt"] == 12
    assert detail["TaxCodeRef"] == {"value": "7"}
    assert detail["ClassRef"] == {"value": "4"}
    assert body["DepartmentRef"] == {"value": "6"}
    assert body["GlobalTaxCalculation"] == "TaxInclusive"
    assert expected.total == 12
    _body, expected = rendered("expense", abroad, **told)
    assert expected.total is None  # nobody said what its tax comes to


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"payment_type": "barter"}, "payment_type"),
        ({"account_id": ""}, "account"),
        ({"lines": []}, "lines"),
        ({"lines": [{"account_id": "", "amount": "1"}]}, "lines.account"),
        ({"lines": [{"account_id": "60", "amount": "-1"}]}, "amount"),
        ({"spent_on": ""}, "spent_on"),
        ({"number": "9" * 22}, "number"),
        (
            {"tax_mode": "per_line", "lines": [{"account_id": "60", "amount": "1"}]},
            "lines.tax_code",
        ),
    ],
)
def test_an_expense_that_makes_no_sense_is_refused_beside_the_field(
    changes: dict[str, object], field: str
) -> None:
    assert refused("expense", **changes).field == field


@pytest.mark.parametrize(
    ("kind", "params", "body"),
    [
        ("invoice", {"operation": "void"}, '{"Id":"7","SyncToken":"3"}'),
        (
            "payment",
            {"operation": "update", "include": "void"},
            '{"Id":"7","SyncToken":"3","sparse":true}',
        ),
        (
            "sales_receipt",
            {"operation": "update", "include": "void"},
            '{"Id":"7","SyncToken":"3","sparse":true}',
        ),
    ],
)
def test_each_kind_is_voided_in_its_own_way(
    kind: str, params: dict[str, str], body: str
) -> None:
    call = call_for(Action.VOID, kind, "7", version="3", to="")
    assert call.path == kind.replace("_", "")
    assert (dict(call.params), call.body.decode()) == (params, body)


def test_what_is_sent_has_no_body_and_its_address_beside_it() -> None:
    call = call_for(Action.SEND, "refund_receipt", "7", version="3", to=" a@b.example ")
    assert call.path == "refundreceipt/7/send"
    assert call.params == {"sendTo": "a@b.example"}
    assert (call.body, call.content_type) == (b"", "application/octet-stream")


def test_an_expense_is_deleted_as_the_purchase_that_it_is() -> None:
    call = call_for(Action.DELETE, "expense", "7", version="0", to="")
    assert (call.path, call.params) == ("purchase", {"operation": "delete"})
    assert call.body == b'{"Id":"7","SyncToken":"0"}'


def test_without_an_address_it_goes_to_the_one_on_the_document() -> None:
    call = call_for(Action.SEND, "invoice", "7", version="3", to=" ")
    assert call.params == {}


@pytest.mark.parametrize(
    "address", ["nobody", "a b@c.example", "a@c.example b", f"{'a' * 91}@b.example"]
)
def test_an_address_that_nothing_can_be_sent_to_is_refused(address: str) -> None:
    with pytest.raises(Rejected) as refusal:
        call_for(Action.SEND, "invoice", "7", version="3", to=address)
    assert refusal.value.field == "email"
    longest = f"{'a' * 90}@b.example"
    call = call_for(Action.SEND, "invoice", "7", version="3", to=longest)
    assert call.params == {"sendTo": longest}


@pytest.mark.parametrize(
    ("action", "kind", "words"),
    [
        (Action.SEND, "expense", "neither prints nor e-mails"),
        (Action.SEND, "customer", "neither prints nor e-mails"),
        (Action.VOID, "credit_memo", "Delete it here"),
        (Action.VOID, "estimate", "Delete it here"),
        (Action.VOID, "customer", "for ever"),
        (Action.VOID, "item", "for ever"),
        (Action.DELETE, "customer", "for ever"),
        (Action.DELETE, "item", "for ever"),
    ],
)
def test_what_quickbooks_does_not_do_is_refused_before_it_is_asked(
    action: Action, kind: str, words: str
) -> None:
    with pytest.raises(Rejected, match=words):
        call_for(action, kind, "7", version="3", to="")


def test_an_id_stays_one_part_of_the_path() -> None:
    call = call_for(Action.SEND, "invoice", "7/8?x=1", version="3", to="")
    assert call.path == "invoice/7%2F8%3Fx%3D1/send"
