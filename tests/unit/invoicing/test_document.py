"""What posting is asked to make, figure by figure: from a draft, and from a payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from support.drafted import ABROAD, COMPANY, CONTENT, CUSTOMER, LINE, of_lines

from counterfoil.core.errors import InvariantBroken
from counterfoil.crm.models import Deal, Payment
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import document
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, DraftLine, NewCustomer
from counterfoil.invoicing.totals import TaxMode

EUROPEAN = replace(COMPANY, customer=replace(CUSTOMER, currency="EUR"))


def sale(content: Content, company: Company = COMPANY) -> dict[str, Any]:
    items = {line.key: f"i{line.key}" for line in content.lines}
    return document.sale(
        content, company, customer_id="58", items=items, document_number="INV-7"
    )


def paid(
    content: Content = CONTENT, company: Company = COMPANY, **changes: Any
) -> dict[str, Any]:
    values = {
        "amount": Decimal("209.00"),
        "paid_on": date(2026, 3, 2),
        "method": " check",
        "reference": "ch_1",
    }
    return document.payment(
        content,
        company,
        payment=Payment(**{**values, **changes}),
        customer_id="58",
        applied=[document.applied("70", Decimal("209.00"))],
    )


def test_a_plain_invoice_is_this_document() -> None:
    content = replace(CONTENT, message=" Thank you ", email=" ada@bakery.example ")
    assert sale(content) == {
        "customer_id": "58",
        "number": "INV-7",
        "issued_on": "2026-03-04",
        "due_on": "2026-04-03",
        "terms_id": "",
        "message": "Thank you",
        "email": "ada@bakery.example",
        "note": "",
        "class_id": "",
        "department_id": "",
        "shipping": "",
        "shipping_net": "0",
        "shipping_tax_code_id": "",
        "tax_mode": "us_manual",
        "tax_code_id": "3",
        "prices_include_tax": False,
        "expected_total": "209",
        "currency": "USD",
        "lines": [
            {
                "kind": "item",
                "item_id": "i1",
                "description": "",
                "quantity": "2",
                "unit_price": "95",
                "amount": "190",
                "net_amount": "190",
                "tax_code_id": "",
                "taxable": True,
                "service_on": "",
                "class_id": "",
            }
        ],
    }


def test_a_line_says_what_its_company_keeps() -> None:
    told = {
        "description": " Hours ",
        "quantity": "1,5",
        "unit_price": "120",
        "discount_percent": "10",
        "tax_code_id": "3",
        "service_on": "20260302",
        "class_id": "4",
    }
    keeping = replace(ABROAD, class_tracking="line", allows_service_date=True)
    (line,) = sale(of_lines(told), keeping)["lines"]
    assert line == {
        "kind": "item",
        "item_id": "i1",
        "description": "Hours",
        "quantity": "1.5",
        "unit_price": "108",
        "amount": "162",
        "net_amount": "162",
        "tax_code_id": "3",
        "taxable": True,
        "service_on": "2026-03-02",
        "class_id": "4",
    }
    (line,) = sale(of_lines(told))["lines"]
    assert (line["tax_code_id"], line["service_on"], line["class_id"]) == ("", "", "")
    gross = replace(of_lines(told), prices_include_tax=True)
    (line,) = sale(gross, keeping)["lines"]
    assert (line["amount"], line["net_amount"]) == ("162", "147.27")


def test_a_text_is_its_text_only_and_keeps_its_place() -> None:
    text = DraftLine("2", kind="text", description=" As agreed ", unit_price="9")
    content = replace(CONTENT, lines=(LINE, text, replace(LINE, key="3")))
    lines = sale(content)["lines"]
    assert lines[1] == {"kind": "text", "description": "As agreed"}
    assert [each.get("item_id") for each in lines] == ["i1", None, "i3"]


def test_a_line_is_taxed_where_it_the_customer_and_the_item_are() -> None:
    exempt = replace(COMPANY, customer=replace(CUSTOMER, taxable=False))
    assert sale(CONTENT, exempt)["lines"][0]["taxable"] is False
    assert sale(of_lines({"taxable": False}))["lines"][0]["taxable"] is False


def test_the_discount_is_told_by_its_amount_and_its_per_cent() -> None:
    content = replace(CONTENT, discount_kind="percent", discount_value="12.5")
    built = sale(content)
    assert built["lines"][-1] == {
        "kind": "discount",
        "amount": "23.75",
        "percent": "12.5",
    }
    assert built["expected_total"] == "185.25"
    content = replace(CONTENT, discount_kind="amount", discount_value="7.50")
    assert sale(content)["lines"][-1] == {"kind": "discount", "amount": "7.5"}
    content = replace(CONTENT, discount_kind="amount", discount_value="0")
    assert [each["kind"] for each in sale(content)["lines"]] == ["item"]


def test_shipping_is_told_as_typed_and_without_the_tax_inside() -> None:
    content = replace(CONTENT, shipping="5.50", shipping_tax_code_id="3")
    built = sale(content)
    assert (built["shipping"], built["shipping_net"]) == ("5.5", "5.5")
    assert built["shipping_tax_code_id"] == ""
    inside = replace(content, prices_include_tax=True)
    built = sale(inside, ABROAD)
    assert (built["shipping"], built["shipping_net"]) == ("5.5", "5")
    assert built["shipping_tax_code_id"] == "3"


def test_class_and_location_are_told_where_the_company_counts_by_them() -> None:
    content = replace(CONTENT, class_id="4", department_id="6")
    counting = replace(COMPANY, class_tracking="document", tracks_departments=True)
    built = sale(content, counting)
    assert (built["class_id"], built["department_id"]) == ("4", "6")
    built = sale(content, replace(COMPANY, class_tracking="line"))
    assert (built["class_id"], built["department_id"]) == ("", "")


@pytest.mark.parametrize(
    ("company", "code", "told"),
    [
        (COMPANY, "3", "3"),
        (COMPANY, "none", ""),
        (COMPANY, "9", ""),
        (ABROAD, "3", ""),
        (replace(COMPANY, tax_mode=TaxMode.US_AUTOMATED), "3", ""),
    ],
)
def test_only_a_us_document_has_one_tax_code(
    company: Company, code: str, told: str
) -> None:
    assert sale(replace(CONTENT, tax_code_id=code), company)["tax_code_id"] == told


def test_no_total_is_expected_where_the_books_reckon_the_tax() -> None:
    automated = replace(COMPANY, tax_mode=TaxMode.US_AUTOMATED)
    assert sale(CONTENT, automated)["expected_total"] == ""


def test_a_rate_is_told_in_another_currency_only() -> None:
    content = replace(CONTENT, currency="EUR", exchange_rate="1,0875")
    built = sale(content, EUROPEAN)
    assert (built["currency"], built["exchange_rate"]) == ("EUR", "1.0875")
    assert "exchange_rate" not in sale(replace(CONTENT, exchange_rate="1.0875"))


@pytest.mark.parametrize("entered", ["", " ", "much", "0", "-1"])
def test_a_rate_that_nobody_knows_is_never_taken_for_one(entered: str) -> None:
    content = replace(CONTENT, currency="EUR", exchange_rate=entered)
    with pytest.raises(InvariantBroken, match="has its rate"):
        sale(content, EUROPEAN)
    with pytest.raises(InvariantBroken, match="has its rate"):
        paid(content, EUROPEAN)


def test_a_payment_is_dated_on_its_own_day_while_its_books_are_open() -> None:
    assert paid() == {
        "customer_id": "58",
        "paid_on": "2026-03-02",
        "amount": "209",
        "payment_method_id": "2",
        "reference": "ch_1",
        "deposit_account_id": "",
        "note": "",
        "applied": [{"kind": "invoice", "id": "70", "amount": "209"}],
        "currency": "USD",
    }
    closed = replace(COMPANY, closed_on=date(2026, 3, 2))
    assert paid(company=closed)["paid_on"] == "2026-03-04"
    assert paid(company=replace(closed, closed_on=date(2026, 3, 1)))["paid_on"] == (
        "2026-03-02"
    )
    assert paid(paid_on=None)["paid_on"] == "2026-03-04"


def test_what_a_person_chose_goes_before_what_the_payment_says() -> None:
    chosen = replace(
        CONTENT, payment_method_id="9", reference=" own ", deposit_account_id="35"
    )
    built = paid(chosen)
    assert built["payment_method_id"] == "9"
    assert built["reference"] == "own"
    assert built["deposit_account_id"] == "35"
    assert paid(method="Barter")["payment_method_id"] == ""
    assert paid(method="")["payment_method_id"] == ""


def test_a_payment_of_another_currency_has_its_rate() -> None:
    content = replace(CONTENT, currency="EUR", exchange_rate="1.1")
    built = paid(content, EUROPEAN)
    assert (built["currency"], built["exchange_rate"]) == ("EUR", "1.1")


def test_what_is_applied_names_what_exists_or_will() -> None:
    waiting = uuid4()
    assert document.applied(waiting, Decimal("5.00")) == {
        "kind": "invoice",
        "id": {"$intent": str(waiting)},
        "amount": "5",
    }
    assert document.credited("73", Decimal("0.50")) == {
        "kind": "credit_memo",
        "id": "73",
        "amount": "0.5",
    }


def test_a_new_customer_is_told_whole_and_in_its_currency() -> None:
    new = NewCustomer(" Ada ", " Bakery ", " A ", " L ", " a@b.example ", " 1 ", "EUR")
    content = replace(CONTENT, new_customer=new)
    assert document.customer(content, COMPANY) == {
        "name": "Ada",
        "company_name": "Bakery",
        "given_name": "A",
        "family_name": "L",
        "email": "a@b.example",
        "phone": "1",
        "currency": "EUR",
        "notes": "",
        "address": {},
    }
    content = replace(CONTENT, new_customer=NewCustomer("Ada"))
    assert document.customer(content, COMPANY)["currency"] == "USD"


def test_a_new_product_is_told_whole() -> None:
    line = DraftLine(
        "1",
        name=" Hours ",
        sku=" H ",
        description=" By hand ",
        unit_price="1,50",
        income_account_id="79",
        taxable=False,
    )
    assert document.item(line) == {
        "name": "Hours",
        "sku": "H",
        "kind": "service",
        "description": "By hand",
        "unit_price": "1.5",
        "income_account_id": "79",
        "taxable": False,
    }
    assert document.item(replace(line, unit_price=""))["unit_price"] == "0"


def test_a_document_keeps_what_it_was_made_from_once() -> None:
    deal, quote = Deal(pk=7), Ref("quote", 9)
    held = document.made_from(deal, quote, Ref("deal", 7))
    assert held == {"made_from": [["deal", 7], ["quote", 9]]}
    assert document.sources_in(held) == [Ref("deal", 7), Ref("quote", 9)]
    assert document.sources_in({}) == document.sources_in({"made_from": "x"}) == []


@pytest.mark.parametrize(
    ("value", "told"),
    [("100", "100"), ("1E+2", "100"), ("1.50", "1.5"), ("2.00", "2"), ("0.00", "0")],
)
def test_an_amount_is_told_in_plain_digits(value: str, told: str) -> None:
    assert document.text(Decimal(value)) == told
