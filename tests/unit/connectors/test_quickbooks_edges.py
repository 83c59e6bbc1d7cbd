"""What is sent at the edges: currencies, missing parts, the longest that fits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.connectors.quickbooks.rendering.expenses import WAYS
from counterfoil.connectors.quickbooks.rendering.lines import priced
from counterfoil.connectors.quickbooks.rendering.parts import Setup
from counterfoil.connectors.quickbooks.rendering.render import render
from counterfoil.core.errors import Rejected
from counterfoil.posting.ports import Expectation

D = Decimal
MARKER = "[#0123456789ABCDEF]"
SEVERAL = Setup(multi_currency=True)
FOREIGN = {"currency": "EUR", "exchange_rate": "0.5"}
LINE = {"item_id": "5", "quantity": "2", "unit_price": "10", "amount": "20"}
BASE: dict[str, dict[str, object]] = {
    "invoice": {
        "customer_id": "58",
        "issued_on": "2026-03-04",
        "expected_total": "20",
        "lines": [LINE],
    },
    "payment": {"customer_id": "58", "paid_on": "2026-03-04", "amount": "20"},
    "expense": {
        "account_id": "35",
        "spent_on": "2026-03-04",
        "lines": [{"account_id": "60", "amount": "20"}],
    },
    "customer": {"name": "Ada"},
    "item": {"name": "Hours", "income_account_id": "79"},
}


def rendered(
    kind: str, setup: Setup = SEVERAL, /, **changes: object
) -> tuple[dict[str, Any], Expectation]:
    document = {**BASE[kind], **changes}
    payload, expected = render(kind, document, marker=MARKER, setup=setup)
    return json.loads(payload, parse_float=Decimal), expected


def refused(kind: str, **changes: object) -> str:
    with pytest.raises(Rejected) as refusal:
        rendered(kind, **changes)
    return refusal.value.field


@pytest.mark.parametrize("kind", ["invoice", "payment", "expense"])
def test_money_is_sent_in_its_currency_at_its_rate(kind: str) -> None:
    body, expected = rendered(kind, **FOREIGN)
    assert body["CurrencyRef"] == {"value": "EUR"}
    assert body["ExchangeRate"] == D("0.5")
    assert expected.currency == "EUR"
    for rate in ("0", "-1"):
        assert refused(kind, currency="EUR", exchange_rate=rate) == "exchange_rate"
    told = [rendered(kind, Setup(), **FOREIGN), rendered(kind, exchange_rate="0.5")]
    for body, _expected in told:
        assert not {"CurrencyRef", "ExchangeRate"} & set(body)
    assert [each.currency for _body, each in told] == ["EUR", "USD"]


def test_a_new_customer_is_of_its_currency_where_there_are_several() -> None:
    assert rendered("customer", currency="EUR")[0]["CurrencyRef"] == {"value": "EUR"}
    for body, _expected in (
        rendered("customer", Setup(), currency="EUR"),
        rendered("customer", currency=""),
    ):
        assert "CurrencyRef" not in body


def test_what_a_name_holds_goes_along_and_is_what_it_is_known_by() -> None:
    body, expected = rendered("customer", email="", phone="555", notes=" VIP ")
    assert body == {
        "DisplayName": "Ada",
        "PrimaryPhone": {"FreeFormNumber": "555"},
        "Notes": f"{MARKER}\nVIP",
    }
    assert expected == Expectation(name="Ada")
    body, expected = rendered("item", kind="", sku="")
    assert body == {
        "Name": "Hours",
        "Type": "Service",
        "IncomeAccountRef": {"value": "79"},
    }
    assert expected == Expectation(name="Hours")
    assert rendered("item", kind="service")[0]["Type"] == "Service"
    assert rendered("item", kind="inventory")[0]["Type"] == "NonInventory"
    assert refused("item", name=" ") == "name"
    assert refused("item", name="x" * 101) == "name"
    assert rendered("item", name="x" * 100)[1].name == "x" * 100


@pytest.mark.parametrize(
    ("way", "sent"),
    [*WAYS.items(), ("", "Cash"), (None, "Cash")],
)
def test_an_expense_was_paid_in_one_of_three_ways(way: object, sent: str) -> None:
    assert rendered("expense", payment_type=way)[0]["PaymentType"] == sent
    assert list(WAYS.values()) == ["Cash", "Check", "CreditCard"]


def test_an_expense_says_only_what_it_knows() -> None:
    body, expected = rendered("expense", class_id="4", department_id="6")
    assert body == {
        "PaymentType": "Cash",
        "AccountRef": {"value": "35"},
        "TxnDate": "2026-03-04",
        "PrivateNote": MARKER,
        "Line": [
            {
                "DetailType": "AccountBasedExpenseLineDetail",
                "Amount": 20,
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "60"}},
            }
        ],
    }
    assert expected == Expectation(total=D(20), currency="USD")
    told = rendered("expense", expected_total="21.5")[1]
    assert told.total == D("21.5")
    assert refused("expense", lines=[{"account_id": "60"}]) == "amount"


@pytest.mark.parametrize(
    ("mode", "is_inclusive", "is_gross"),
    [
        ("per_line", True, True),
        ("per_line", False, False),
        ("us_manual", True, False),
        ("none", True, False),
        (None, True, False),
    ],
)
def test_only_abroad_amounts_have_their_tax_in_them(
    mode: object,
    is_inclusive: bool,  # noqa: FBT001
    is_gross: bool,  # noqa: FBT001
) -> None:
    told = {"tax_mode": mode, "prices_include_tax": is_inclusive}
    sold = {**LINE, "net_amount": "16.665", "tax_code_id": "7"}
    shipped = {"shipping": "5", "shipping_net": "4.165", "shipping_tax_code_id": "7"}
    body, _ = rendered("invoice", lines=[sold], **told, **shipped)
    line, shipping = body["Line"]
    spent = {"account_id": "60", "amount": "20", "net_amount": "16.665"}
    body, _ = rendered("expense", lines=[{**spent, "tax_code_id": "7"}], **told)
    (expense,) = body["Line"]
    amounts = [each["Amount"] for each in (line, shipping, expense)]
    details = [each[each["DetailType"]] for each in (line, shipping, expense)]
    gross = [each.get("TaxInclusiveAmt") for each in details]
    if is_gross:
        assert (amounts, gross) == ([D("16.67"), D("4.17"), D("16.67")], [20, 5, 20])
        assert D("16.67") == round(details[0]["Qty"] * details[0]["UnitPrice"], 2)
    else:
        assert (amounts, gross) == ([20, 5, 20], [None, None, None])


def test_gross_without_its_net_is_sent_as_it_is() -> None:
    told = {"tax_mode": "per_line", "prices_include_tax": True}
    sold = {**LINE, "tax_code_id": "7"}
    shipped = {"shipping": "5", "shipping_tax_code_id": "7"}
    body, _ = rendered("invoice", lines=[sold], **told, **shipped)
    assert [line["Amount"] for line in body["Line"]] == [20, 5]
    spent = {"account_id": "60", "amount": "20", "tax_code_id": "7"}
    body, _ = rendered("expense", lines=[spent], **told)
    assert body["Line"][0]["Amount"] == 20


def test_a_us_line_and_shipping_are_taxed_where_that_is_said() -> None:
    sold = [{**LINE, "taxable": True}, {**LINE, "taxable": False}, LINE]
    for code, shipped in (("", "NON"), ("NON", "NON"), ("TAX", "TAX")):
        body, _ = rendered(
            "invoice",
            lines=sold,
            tax_mode="us_automated",
            shipping="5",
            shipping_tax_code_id=code,
        )
        codes = [
            each["SalesItemLineDetail"]["TaxCodeRef"]["value"] for each in body["Line"]
        ]
        assert codes == ["TAX", "NON", "NON", shipped]
    body, _ = rendered("invoice", shipping="5", shipping_tax_code_id="7")
    assert all("TaxCodeRef" not in each["SalesItemLineDetail"] for each in body["Line"])


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "found"),
    [
        ("2", "10", None, ("2", "10", "20")),
        (None, "10", None, ("1", "10", "10")),
        (None, "10", "20", (None, None, "20")),
        ("0", "10", "20", (None, None, "20")),
        ("2", None, "21", ("2", "10.5", "21")),
        ("3", "10", "20", ("3", "6.6666667", "20")),
        ("3", "0.335", "1.01", ("3", "0.335", "1.01")),
        ("2", "10", "20.004", ("2", "10", "20")),
        ("1", "0.00000005", None, ("1", "0.0000001", "0")),
        ("999999999", None, "20", (None, None, "20")),
    ],
)
def test_quantity_price_and_amount_are_those_that_agree(
    quantity: str | None,
    price: str | None,
    amount: str | None,
    found: tuple[str | None, ...],
) -> None:
    given = [None if each is None else D(each) for each in (quantity, price, amount)]
    wanted = tuple(None if each is None else D(each) for each in found)
    assert priced(*given, "USD") == wanted  # type: ignore[arg-type]


def test_a_line_without_price_or_product_is_refused_beside_the_field() -> None:
    assert refused("invoice", lines=[{"item_id": "5"}]) == "lines.unit_price"
    assert refused("invoice", lines=[{**LINE, "item_id": " "}]) == "lines.item"
    body, _ = rendered("invoice", lines=[{"item_id": "5", "amount": "20"}])
    assert body["Line"][0]["SalesItemLineDetail"] == {"ItemRef": {"value": "5"}}


def test_the_price_that_was_given_is_sent_where_it_makes_the_amount() -> None:
    line = {**LINE, "quantity": "3", "unit_price": "0.335", "amount": "1.01"}
    detail = rendered("invoice", lines=[line])[0]["Line"][0]["SalesItemLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (3, D("0.335"))


def test_a_bare_invoice_says_nothing_that_was_not_asked_for() -> None:
    body, _ = rendered("invoice", tax_mode="us_manual")
    assert set(body) == {
        "CustomerRef",
        "TxnDate",
        "EmailStatus",
        "PrivateNote",
        "Line",
    }
    body, _ = rendered("invoice", ship_date="2026-03-05T10:00", due_on="2026-04-03 ")
    assert (body["ShipDate"], body["DueDate"]) == ("2026-03-05", "2026-04-03")


@pytest.mark.parametrize(
    ("mode", "told", "after"),
    [
        ("per_line", None, True),
        ("us_manual", None, False),
        ("us_manual", True, True),
        ("per_line", False, False),
    ],
)
def test_a_discount_comes_before_the_tax_abroad_or_where_that_is_said(
    mode: str,
    told: object,
    after: bool,  # noqa: FBT001
) -> None:
    lines = [{**LINE, "tax_code_id": "7"}, {"kind": "discount", "percent": "10"}]
    body, _ = rendered("invoice", lines=lines, tax_mode=mode, tax_after_discount=told)
    assert body["ApplyTaxAfterDiscount"] is after


def test_a_discount_is_from_nothing_to_all_of_it() -> None:
    for percent in ("0", "0.5", "100"):
        lines = [LINE, {"kind": "discount", "percent": percent}]
        (_line, discount) = rendered("invoice", lines=lines)[0]["Line"]
        assert discount["DiscountLineDetail"]["DiscountPercent"] == D(percent)
    for percent in ("-0.01", "100.01"):
        lines = [LINE, {"kind": "discount", "percent": percent}]
        assert refused("invoice", lines=lines) == "discount"
    lines = [LINE, {"kind": "discount", "amount": "-1.005"}]
    assert rendered("invoice", lines=lines)[0]["Line"][1]["Amount"] == D("1.01")
    for nothing in ("", "0", "0.004"):
        lines = [LINE, {"kind": "discount", "amount": nothing}]
        assert len(rendered("invoice", lines=lines)[0]["Line"]) == 1


def test_texts_are_trimmed_and_cut_and_numbers_and_addresses_refused() -> None:
    body, _ = rendered(
        "invoice",
        note=f"  {'n' * 5000}",
        message=f" {'m' * 1001}",
        number=f" {'9' * 21} ",
        email=f" {'a' * 90}@b.example ",
        issued_on=" 2026-03-04T10:00:00 ",
        customer_id=" 58 ",
    )
    assert body["PrivateNote"] == f"{MARKER}\n{'n' * (3999 - len(MARKER))}"
    assert body["CustomerMemo"] == {"value": "m" * 1000}
    assert body["DocNumber"] == "9" * 21
    assert body["BillEmail"] == {"Address": f"{'a' * 90}@b.example"}
    assert (body["TxnDate"], body["CustomerRef"]) == ("2026-03-04", {"value": "58"})
    assert refused("invoice", number="9" * 22) == "number"
    for address in (f"{'a' * 91}@b.example", "a.b.example", "a@example"):
        assert refused("invoice", email=address) == "email"
    assert rendered("invoice")[0]["PrivateNote"] == MARKER


def test_a_document_without_a_marker_keeps_its_note() -> None:
    payload, _ = render(
        "invoice", {**BASE["invoice"], "note": "Deal 7"}, marker="", setup=SEVERAL
    )
    assert json.loads(payload)["PrivateNote"] == "Deal 7"


def test_the_longest_reference_that_fits_needs_no_note() -> None:
    body, _ = rendered("payment", reference="x" * 21)
    assert (body["PaymentRefNum"], body["PrivateNote"]) == ("x" * 21, MARKER)
    long = f"{'x' * 20} y"
    body, _ = rendered("payment", reference=long)
    assert body["PaymentRefNum"] == "x" * 20
    assert body["PrivateNote"] == f"{MARKER}\n{long}"


@pytest.mark.parametrize("amount", ["", "0", "-1", "0.004"])
def test_nothing_is_no_amount(amount: str) -> None:
    applied = [{"kind": "invoice", "id": "70", "amount": amount}]
    assert refused("payment", applied=applied) == "amount"
    applied = [{"kind": "invoice", "id": "70", "amount": "0.005"}]
    assert rendered("payment", applied=applied)[0]["Line"][0]["Amount"] == D("0.01")
    assert refused("payment", applied=[{"id": "70", "amount": "1"}]) == "applied"
