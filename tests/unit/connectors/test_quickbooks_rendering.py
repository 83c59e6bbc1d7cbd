"""Documents are rendered to bytes that QuickBooks accepts, exact to the cent."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from counterfoil.connectors.quickbooks.mapping import marker_of, plain, undeleted
from counterfoil.connectors.quickbooks.query import among, quoted, select
from counterfoil.connectors.quickbooks.rendering.lines import priced
from counterfoil.connectors.quickbooks.rendering.parts import Setup
from counterfoil.connectors.quickbooks.rendering.render import render
from counterfoil.core.errors import Rejected
from counterfoil.core.money import rounded

MARKER = "[#0123456789ABCDEF]"
LINE = {
    "kind": "item",
    "item_id": "5",
    "quantity": "2",
    "unit_price": "10.5",
    "amount": "21",
    "taxable": True,
    "tax_code_id": "7",
}
INVOICE: dict[str, object] = {
    "customer_id": "1",
    "currency": "USD",
    "issued_on": "2026-03-04",
    "lines": [LINE],
    "expected_total": "21",
}


def rendered(kind: str, multi_currency: bool = False, **changes: object):  # type: ignore[no-untyped-def]  # noqa: FBT001, FBT002
    base: dict[str, object] = INVOICE if kind == "invoice" else {"name": "Ada"}
    document = {**base, **changes}
    payload, expected = render(
        kind, document, marker=MARKER, setup=Setup(multi_currency=multi_currency)
    )
    return json.loads(payload, parse_float=Decimal), expected


amounts = st.decimals(min_value="0.01", max_value="9999999", places=2)
quantities = st.decimals(min_value="0.001", max_value="99999", places=3)
prices = st.decimals(min_value="0", max_value="99999", places=7)


@given(quantities, prices, amounts)
def test_amount_quantity_and_price_always_agree(
    quantity: Decimal, price: Decimal, amount: Decimal
) -> None:
    shown_quantity, shown_price, shown = priced(quantity, price, amount, "USD")
    assert shown == amount
    if shown_quantity is not None and shown_price is not None:
        assert rounded(shown_quantity * shown_price, "USD") == amount
        assert -shown_price.as_tuple().exponent <= 7  # type: ignore[operator]


@given(quantities, prices)
def test_without_an_amount_it_is_the_rounded_product(
    quantity: Decimal, price: Decimal
) -> None:
    shown_quantity, shown_price, amount = priced(quantity, price, None, "USD")
    assert shown_quantity == quantity
    assert amount == rounded(quantity * (shown_price or 0), "USD")


def test_the_note_of_an_invoice_begins_with_the_marker() -> None:
    body, _ = rendered("invoice", note="Deal 7")
    assert body["PrivateNote"] == f"{MARKER}\nDeal 7"
    assert body["EmailStatus"] == "NotSet"
    assert "DocNumber" not in body


def test_a_long_note_gives_way_to_the_marker() -> None:
    body, _ = rendered("invoice", note="x" * 9000)
    assert len(body["PrivateNote"]) == 4000
    assert marker_of(body["PrivateNote"]) == MARKER


def test_us_lines_say_taxable_or_not_and_the_header_names_the_code() -> None:
    body, expected = rendered("invoice", tax_mode="us_manual", tax_code_id="2")
    detail = body["Line"][0]["SalesItemLineDetail"]
    assert detail["TaxCodeRef"] == {"value": "TAX"}
    assert body["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "2"}}
    assert "GlobalTaxCalculation" not in body
    assert expected.total == Decimal(21)


def test_automated_tax_is_left_to_the_books_and_so_is_the_total() -> None:
    body, expected = rendered("invoice", tax_mode="us_automated", tax_code_id="2")
    assert "TxnTaxDetail" not in body
    assert expected.total is None


def test_elsewhere_each_line_has_its_code() -> None:
    body, _ = rendered("invoice", tax_mode="per_line")
    assert body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "7"}
    assert body["GlobalTaxCalculation"] == "TaxExcluded"
    body, _ = rendered("invoice", tax_mode="per_line", prices_include_tax=True)
    assert body["GlobalTaxCalculation"] == "TaxInclusive"
    assert body["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == 21


def test_a_line_without_a_tax_code_is_refused_beside_the_field() -> None:
    with pytest.raises(Rejected) as refusal:
        rendered("invoice", tax_mode="per_line", lines=[{**LINE, "tax_code_id": ""}])
    assert refusal.value.field == "lines.tax_code"


def test_text_and_discount_lines_are_what_quickbooks_knows() -> None:
    lines = [
        LINE,
        {"kind": "text", "description": "As agreed"},
        {"kind": "discount", "percent": "10"},
    ]
    body, _ = rendered("invoice", lines=lines)
    _item, text, discount = body["Line"]
    assert text["DetailType"] == "DescriptionOnly"
    assert "Amount" not in text
    assert discount["DiscountLineDetail"]["DiscountPercent"] == 10
    assert body["ApplyTaxAfterDiscount"] is False


def test_the_currency_is_said_only_where_there_are_several() -> None:
    body, _ = rendered("invoice")
    assert "CurrencyRef" not in body
    body, _ = rendered("invoice", multi_currency=True, currency="EUR")
    assert body["CurrencyRef"] == {"value": "EUR"}


def test_an_invoice_of_text_only_is_refused() -> None:
    with pytest.raises(Rejected):
        rendered("invoice", lines=[{"kind": "text", "description": "Hello"}])


@pytest.mark.parametrize("name", ["", "  ", "A:B", "x" * 501])
def test_a_name_that_quickbooks_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(Rejected) as refusal:
        rendered("customer", name=name)
    assert refusal.value.field == "name"


def test_a_customer_carries_the_marker_in_its_notes() -> None:
    address = {"street": "1 Main St\nFloor 2", "city": "Boston", "postal_code": "02110"}
    body, expected = rendered("customer", notes="VIP", address=address)
    assert body["Notes"] == f"{MARKER}\nVIP"
    assert body["BillAddr"]["Line2"] == "Floor 2"
    assert expected.name == "Ada"


def test_an_item_needs_its_income_account() -> None:
    with pytest.raises(Rejected) as refusal:
        rendered("item")
    assert refusal.value.field == "income_account"
    body, _ = rendered("item", income_account_id="79", unit_price="1.25")
    assert body["Type"] == "Service"
    assert body["UnitPrice"] == Decimal("1.25")


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_a_query(text: str) -> None:
    value = quoted(text)
    inside = value[1:-1]
    assert inside.replace("\\\\", "").replace("\\'", "").find("'") == -1
    assert inside.replace("\\\\", "\0").replace("\\'", "'").replace(
        "\0", "\\"
    ) == text or ("\0" in text)


def test_a_quote_and_a_backslash_stay_letters_of_the_value() -> None:
    assert quoted("O'Brien \\ Co's") == r"'O\'Brien \\ Co\'s'"
    assert among("Name", ["a'b"]) == r"Name in ('a\'b')"


def test_a_statement_says_only_what_was_asked() -> None:
    assert select("Item", start=5, most=2) == (
        "select * from Item startposition 5 maxresults 2"
    )
    assert select("Item", "A = '1'", "", "B = '2'") == (
        "select * from Item where A = '1' and B = '2' startposition 1 maxresults 1000"
    )


def test_a_statement_reads_as_documented() -> None:
    statement = select("Invoice", among("Id", ["1", "2"]), "", order="Id", start=1)
    assert statement == (
        "select * from Invoice where Id in ('1', '2') orderby Id"
        " startposition 1 maxresults 1000"
    )


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_plain_numbers_keep_their_value(number: Decimal) -> None:
    assert Decimal(plain(number)) == number
    assert "E" not in plain(number)


def test_a_deleted_name_is_understood() -> None:
    assert undeleted("Emily Platt (deleted)") == "Emily Platt"
    assert undeleted("Emily (deleted scenes) Ltd") == "Emily (deleted scenes) Ltd"


def test_the_marker_survives_a_void() -> None:
    assert marker_of(f"Voided - {MARKER}\nDeal 7") == MARKER
    assert marker_of("Voided") == ""


@pytest.mark.parametrize(
    ("price", "digits"), [("100", b"100"), ("1200.50", b"1200.5"), ("0.10", b"0.1")]
)
def test_a_price_is_written_in_plain_digits(price: str, digits: bytes) -> None:
    line = {**LINE, "quantity": "1", "unit_price": price, "amount": price}
    payload, _expected = render(
        "invoice", {**INVOICE, "lines": [line]}, marker=MARKER, setup=Setup()
    )
    assert b'"UnitPrice":' + digits + b"}" in payload or (
        b'"UnitPrice":' + digits + b"," in payload
    )
