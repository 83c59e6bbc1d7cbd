"""The exact bytes of every sales form, and what each says of its own."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.connectors.quickbooks.rendering.parts import Setup
from counterfoil.connectors.quickbooks.rendering.render import render
from counterfoil.core.errors import Rejected
from counterfoil.posting.ports import Expectation

MARKER = "[#0123456789ABCDEF]"
US, ABROAD = Setup(country="US"), Setup(country="GB")
LINE = {
    "kind": "item",
    "item_id": "5",
    "description": "Hours",
    "quantity": "3",
    "unit_price": "33.33",
    "amount": "99.99",
    "taxable": True,
    "tax_code_id": "7",
    "service_on": "2026-10-30",
}
SALE: dict[str, object] = {
    "customer_id": "58",
    "currency": "USD",
    "number": "INV-0007",
    "issued_on": "2026-11-03",
    "due_on": "2026-12-03",
    "expires_on": "2026-12-03",
    "terms_id": "3",
    "email": "ada@example.com",
    "message": "Thank you",
    "note": "Deal 7",
    "reference": "ch_1",
    "deposit_account_id": "35",
    "payment_method_id": "2",
    "estimate_ids": ["41", "46"],
    "tax_mode": "us_manual",
    "tax_code_id": "2",
    "shipping": "5",
    "lines": [
        LINE,
        {"kind": "text", "description": "As agreed"},
        {"kind": "discount", "percent": "10", "amount": "10.00"},
    ],
    "expected_total": "94.99",
}
SHARED = (
    '"PrivateNote":"[#0123456789ABCDEF]\\nDeal 7","DocNumber":"INV-0007",'
    '"BillEmail":{"Address":"ada@example.com"},"CustomerMemo":{"value":"Thank you"},'
    '"Line":[{"DetailType":"SalesItemLineDetail","Amount":99.99,'
    '"SalesItemLineDetail":{"ItemRef":{"value":"5"},"Qty":3,"UnitPrice":33.33,'
    '"ServiceDate":"2026-10-30","TaxCodeRef":{"value":"TAX"}},"Description":"Hours"},'
    '{"DetailType":"DescriptionOnly","Description":"As agreed",'
    '"DescriptionLineDetail":{}},{"DetailType":"DiscountLineDetail",'
    '"DiscountLineDetail":{"PercentBased":true,"DiscountPercent":10}},'
    '{"DetailType":"SalesItemLineDetail","Amount":5.00,'
    '"SalesItemLineDetail":{"ItemRef":{"value":"SHIPPING_ITEM_ID"},'
    '"TaxCodeRef":{"value":"NON"}}}],"ApplyTaxAfterDiscount":false,'
    '"TxnTaxDetail":{"TxnTaxCodeRef":{"value":"2"}}}'
)
HEAD = '{"CustomerRef":{"value":"58"},"TxnDate":"2026-11-03",'
MONEY = '"DepositToAccountRef":{"value":"35"},"PaymentMethodRef":{"value":"2"},'
OWN = {
    "invoice": (
        '"EmailStatus":"NotSet","DueDate":"2026-12-03","SalesTermRef":{"value":"3"},'
        '"LinkedTxn":[{"TxnId":"41","TxnType":"Estimate"},'
        '{"TxnId":"46","TxnType":"Estimate"}],'
    ),
    "estimate": '"EmailStatus":"NotSet","ExpirationDate":"2026-12-03",',
    "credit_memo": '"EmailStatus":"NotSet",',
    "sales_receipt": f'"PaymentRefNum":"ch_1","EmailStatus":"NotSet",{MONEY}',
    "refund_receipt": f'"PaymentRefNum":"ch_1",{MONEY}',
}


def rendered(
    kind: str, setup: Setup = US, **changes: Any
) -> tuple[dict[str, Any], Expectation]:
    document = {**SALE, **changes}
    payload, expected = render(kind, document, marker=MARKER, setup=setup)
    return json.loads(payload, parse_float=Decimal), expected


@pytest.mark.parametrize("kind", OWN)
def test_the_bytes_are_these_and_no_others(kind: str) -> None:
    payload, expected = render(kind, SALE, marker=MARKER, setup=US)
    assert payload.decode() == f"{HEAD}{OWN[kind]}{SHARED}"
    assert expected == Expectation(
        customer_id="58", total=Decimal("94.99"), currency="USD"
    )


@pytest.mark.parametrize("kind", OWN)
def test_outside_the_us_every_line_has_its_code_and_shipping_too(kind: str) -> None:
    told = {"tax_mode": "per_line", "shipping_tax_code_id": "9"}
    body, _ = rendered(kind, ABROAD, **told)
    sold, _text, _off, shipping = body["Line"]
    assert sold["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "7"}
    assert shipping["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "9"}
    assert body["GlobalTaxCalculation"] == "TaxExcluded"
    assert body["ApplyTaxAfterDiscount"] is True
    assert "TxnTaxDetail" not in body
    with pytest.raises(Rejected, match="shipping") as refusal:
        rendered(kind, ABROAD, tax_mode="per_line")
    assert refusal.value.field == "shipping_tax_code"


def test_a_company_abroad_that_charges_no_tax_says_so_and_one_at_home_nothing() -> None:
    body, _ = rendered("invoice", ABROAD, tax_mode="none")
    assert body["GlobalTaxCalculation"] == "NotApplicable"
    assert "TaxCodeRef" not in body["Line"][0]["SalesItemLineDetail"]
    body, _ = rendered("invoice", US, tax_mode="none")
    assert "GlobalTaxCalculation" not in body


def test_prices_with_their_tax_are_sent_net_with_the_gross_beside_them() -> None:
    line = {**LINE, "quantity": "3", "amount": "120", "net_amount": "100"}
    body, _ = rendered(
        "invoice",
        ABROAD,
        tax_mode="per_line",
        prices_include_tax=True,
        lines=[line],
        shipping="12",
        shipping_net="10",
        shipping_tax_code_id="7",
    )
    sold, shipping = body["Line"]
    assert sold["Amount"] == 100
    detail = sold["SalesItemLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (3, Decimal("33.3333333"))
    assert detail["TaxInclusiveAmt"] == 120
    assert shipping["Amount"] == 10
    assert shipping["SalesItemLineDetail"]["TaxInclusiveAmt"] == 12
    assert body["GlobalTaxCalculation"] == "TaxInclusive"


def test_shipping_is_taxed_in_the_us_where_a_code_says_so() -> None:
    body, _ = rendered("invoice", shipping_tax_code_id="TAX")
    detail = body["Line"][-1]["SalesItemLineDetail"]
    assert detail["TaxCodeRef"] == {"value": "TAX"}


@pytest.mark.parametrize("nothing", ["", "0", "0.00", None])
def test_shipping_of_nothing_is_no_line(nothing: object) -> None:
    body, _ = rendered("invoice", shipping=nothing)
    assert len(body["Line"]) == 3


def test_a_discount_is_by_amount_or_by_per_cent_and_never_both() -> None:
    body, _ = rendered("invoice", lines=[LINE, {"kind": "discount", "amount": "-5"}])
    assert body["Line"][1] == {
        "DetailType": "DiscountLineDetail",
        "Amount": 5,
        "DiscountLineDetail": {"PercentBased": False},
    }
    body, _ = rendered("invoice", lines=[LINE, {"kind": "discount", "amount": "0"}])
    assert len(body["Line"]) == 2  # what is sold, and shipping
    with pytest.raises(Rejected) as refusal:
        rendered("invoice", lines=[LINE, {"kind": "discount", "percent": "101"}])
    assert refusal.value.field == "discount"


def test_classes_are_said_where_the_company_counts_by_them() -> None:
    told = {"class_id": "4", "department_id": "6"}
    own = {**LINE, "class_id": "8"}
    body, _ = rendered("invoice", Setup(class_tracking="document"), **told)
    assert body["ClassRef"] == {"value": "4"}
    assert "ClassRef" not in body["Line"][0]["SalesItemLineDetail"]
    by_line = Setup(class_tracking="line", tracks_departments=True)
    body, _ = rendered("invoice", by_line, lines=[LINE, own], **told)
    assert "ClassRef" not in body
    assert body["DepartmentRef"] == {"value": "6"}
    classes = [line["SalesItemLineDetail"].get("ClassRef") for line in body["Line"][:2]]
    assert classes == [{"value": "4"}, {"value": "8"}]
    body, _ = rendered("invoice", US, lines=[own], **told)
    assert "DepartmentRef" not in body
    assert "ClassRef" not in body["Line"][0]["SalesItemLineDetail"]


def test_a_rate_is_sent_where_there_are_several_currencies_only() -> None:
    told = {"currency": "EUR", "exchange_rate": "1.0825"}
    body, expected = rendered("estimate", Setup(multi_currency=True), **told)
    assert body["CurrencyRef"] == {"value": "EUR"}
    assert body["ExchangeRate"] == Decimal("1.0825")
    assert expected.currency == "EUR"
    body, _ = rendered("estimate", US, **told)
    assert not {"CurrencyRef", "ExchangeRate"} & set(body)
    with pytest.raises(Rejected) as refusal:
        rendered("invoice", Setup(multi_currency=True), exchange_rate="0")
    assert refusal.value.field == "exchange_rate"


def test_a_reference_that_is_too_long_stands_whole_in_the_note() -> None:
    long = "ch_3NqXYZ2eZvKYlo2C1gRZT5b7"
    body, _ = rendered("sales_receipt", reference=long)
    assert body["PaymentRefNum"] == long[:21]
    assert body["PrivateNote"] == f"{MARKER}\n{long}\nDeal 7"


@pytest.mark.parametrize(
    ("kind", "missing", "field"),
    [
        ("estimate", "customer_id", "customer"),
        ("credit_memo", "issued_on", "issued_on"),
        ("refund_receipt", "deposit_account_id", "deposit_account"),
        ("sales_receipt", "lines", "lines"),
    ],
)
def test_what_is_missing_is_asked_for_beside_its_field(
    kind: str, missing: str, field: str
) -> None:
    with pytest.raises(Rejected) as refusal:
        rendered(kind, **{missing: ""})
    assert refusal.value.field == field
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize("address", ["nobody", f"{'a' * 100}@b.example"])
def test_an_address_is_refused_rather_than_cut(address: str) -> None:
    with pytest.raises(Rejected) as refusal:
        rendered("invoice", email=address)
    assert refusal.value.field == "email"


def test_tax_that_quickbooks_decides_leaves_the_total_to_it() -> None:
    for kind in OWN:
        _body, expected = rendered(kind, tax_mode="us_automated")
        assert expected.total is None
