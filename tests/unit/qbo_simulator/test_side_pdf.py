"""The printed form, read back with another library."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings, strategies as st

from qbo_simulator.printing import pdf
from qbo_simulator.printing.reading import address_lines, printed_lines
from qbo_simulator.printing.totals import totals
from qbo_simulator.printing.words import ENGLISH, FRENCH

COMPANY = {
    "CompanyName": "Harbour Bakery Services",
    "Country": "US",
    "CompanyAddr": {"Line1": "4 Pier Road", "City": "San Pablo", "PostalCode": "94806"},
}


def a_line(amount: str, **changes: Any) -> dict[str, Any]:
    return {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": "1", "name": "Oven service"},
            "Qty": Decimal(2),
            "UnitPrice": Decimal("0.5306667"),
            "TaxCodeRef": {"value": "TAX"},
        },
        **changes,
    }


def an_invoice(**changes: Any) -> dict[str, Any]:
    return {
        "DocNumber": "1043",
        "TxnDate": "2026-03-04",
        "DueDate": "2026-04-03",
        "SalesTermRef": {"value": "3", "name": "Net 30"},
        "CustomerRef": {"value": "1", "name": "Marbella Foods"},
        "CurrencyRef": {"value": "USD"},
        "Line": [a_line("291.00", Description="Yearly")],
        "TxnTaxDetail": {"TotalTax": Decimal("23.28")},
        "TotalAmt": Decimal("314.28"),
        "Balance": Decimal("314.28"),
        **changes,
    }


def printed(entity: dict[str, Any], name: str = "Invoice") -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(COMPANY, name, entity)))
    return "\n".join(page.extract_text() for page in reader.pages)


def test_an_invoice_prints_who_what_when_and_how_much():
    text = printed(an_invoice())
    for expected in (
        "Harbour Bakery Services",
        "Marbella Foods",
        "1043",
        "Net 30",
        "Apr 3, 2026",
        "Oven service",
        "Yearly",
        "$23.28",
        "$314.28",
        "Balance due",
    ):
        assert expected in text


@pytest.mark.parametrize(
    "name",
    ["Łódź Żółć", "Ångström", "Škoda Říp", "Ünal Şahin", "Αθήνα", "박준서", "東京"],
)
def test_names_of_the_world_are_printed_as_they_are_written(name):
    assert name in printed(an_invoice(CustomerRef={"value": "1", "name": name}))


def test_markup_in_a_name_is_printed_and_not_obeyed():
    text = printed(an_invoice(CustomerRef={"value": "1", "name": "<b>Bo & Co</b>"}))
    assert "<b>Bo & Co</b>" in text


def test_a_half_paid_invoice_shows_what_was_paid_and_what_is_left():
    rows = totals(an_invoice(Balance=Decimal("100.00")), "Invoice")
    assert ("Paid and credited", Decimal("-214.28"), False) in rows
    assert rows[-1] == ("Balance due", Decimal("100.00"), True)


def test_taxes_are_told_by_their_rates_where_these_are_known():
    line = {
        "Amount": Decimal("23.28"),
        "TaxLineDetail": {"TaxPercent": Decimal("8.0"), "NetAmountTaxable": 291},
    }
    detail = {"TotalTax": Decimal("23.28"), "TaxLine": [line]}
    rows = totals(an_invoice(TxnTaxDetail=detail), "Invoice")
    assert ("Tax 8% of 291.00", Decimal("23.28"), False) in rows
    overridden = {**detail, "TotalTax": Decimal(20)}
    rows = totals(an_invoice(TxnTaxDetail=overridden), "Invoice")
    assert ("Tax", Decimal(20), False) in rows


def test_a_tax_on_nothing_is_not_told_and_a_large_total_stays_on_one_line():
    tax = {
        "TotalTax": 0,
        "TaxLine": [
            {
                "Amount": 0,
                "TaxLineDetail": {"TaxPercent": 8, "NetAmountTaxable": 0},
            }
        ],
    }
    total = Decimal("2238272074.82")
    text = printed(an_invoice(TxnTaxDetail=tax, TotalAmt=total, Balance=total))
    assert "Tax 8%" not in text
    assert text.count("$2,238,272,074.82") == 2


def test_a_voided_invoice_and_a_paid_one_are_stamped():
    paid = an_invoice(Balance=0)
    void = an_invoice(Balance=0, TotalAmt=0, PrivateNote="Voided")
    assert "PAID" in printed(paid)
    assert "VOID" in printed(void)
    assert "PAID" not in printed(an_invoice())


def test_two_hundred_lines_run_over_several_numbered_pages():
    entity = an_invoice(Line=[a_line("1.00") for _ in range(200)])
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(COMPANY, "Invoice", entity)))
    assert len(reader.pages) > 3
    assert "Page 2" in reader.pages[1].extract_text()


@pytest.mark.parametrize(
    "name",
    [
        "Invoice",
        "Estimate",
        "SalesReceipt",
        "CreditMemo",
        "RefundReceipt",
        "PurchaseOrder",
    ],
)
def test_every_sales_form_carries_its_own_title(name):
    assert ENGLISH.titles[name] in printed(an_invoice(), name)


def test_a_french_company_writes_french_and_its_figures_the_french_way():
    company = {**COMPANY, "Country": "FR"}
    entity = an_invoice(
        CurrencyRef={"value": "EUR"}, TotalAmt=Decimal("1314.28"), Balance=0
    )
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(company, "Invoice", entity)))
    text = reader.pages[0].extract_text().replace("\u202f", " ").replace("\xa0", " ")
    assert FRENCH.titles["Invoice"] in text
    assert "1 314,28 €" in text
    assert "3 avr. 2026" in text


def test_percentages_and_sums_within_the_lines_are_written_as_the_company_writes():
    lines = [
        a_line("1000.00"),
        {"DetailType": "DescriptionOnly", "Description": "Subtotal: 1000.00"},
        {
            "DetailType": "DiscountLineDetail",
            "Amount": Decimal("75.00"),
            "DiscountLineDetail": {"DiscountPercent": Decimal("7.5")},
        },
    ]
    entity = an_invoice(CurrencyRef={"value": "EUR"}, Line=lines)
    found = pdf.render({**COMPANY, "Country": "FR"}, "Invoice", entity)
    text = pypdf.PdfReader(io.BytesIO(found)).pages[0].extract_text()
    text = text.replace("\u202f", " ").replace("\xa0", " ")
    assert f"{FRENCH['discount']} 7,5 %" in text
    assert "Subtotal" not in text
    assert text.count("1 000,00 €") >= 3
    assert "Discount 7.5%" in printed(an_invoice(Line=lines))


def test_shipping_tips_and_deposits_are_told_with_the_sums():
    shipping = a_line("12.00")
    shipping["SalesItemLineDetail"] = {"ItemRef": {"value": "SHIPPING_ITEM_ID"}}
    tip = {"Amount": 3, "DetailType": "TipLineDetail", "TipLineDetail": {}}
    entity = an_invoice(
        Line=[a_line("100"), shipping, tip],
        TxnTaxDetail={},
        TotalAmt=115,
        Deposit=40,
        Balance=75,
    )
    rows = totals(entity, "Invoice")
    assert [label for label, _, _ in rows] == [
        "Subtotal",
        "Shipping",
        "Tip",
        "Total",
        "Deposit",
        "Balance due",
    ]
    assert [row.amount for row in printed_lines(entity, "Invoice")] == [100]


def test_a_credit_that_was_used_in_part_tells_what_is_left():
    entity = an_invoice(RemainingCredit=Decimal(14))
    assert totals(entity, "CreditMemo")[-1] == ("Credit remaining", Decimal(14), True)


def test_a_foreign_form_tells_its_total_at_home():
    entity = an_invoice(
        CurrencyRef={"value": "EUR"},
        ExchangeRate=Decimal("1.1"),
        HomeTotalAmt=Decimal("345.71"),
    )
    text = printed(entity)
    assert "€314.28" in text
    assert "Total in USD at 1.1" in text
    assert "$345.71" in text


def test_a_payment_receipt_tells_what_the_money_was_applied_to():
    link = {"TxnId": "145", "TxnType": "Invoice"}
    reference = {"value": {"Name": "txnReferenceNumber", "Value": "1043"}}
    payment = {
        "CustomerRef": {"value": "1", "name": "Marbella Foods"},
        "TxnDate": "2026-03-04",
        "TotalAmt": Decimal(50),
        "UnappliedAmt": Decimal(0),
        "Line": [
            {
                "Amount": Decimal(20),
                "LinkedTxn": [link],
                "LineEx": {"any": [reference]},
            },
            {"Amount": Decimal(30), "LinkedTxn": [link]},
        ],
    }
    text = printed(payment, "Payment")
    assert "Applied to invoice 1043" in text
    assert "Applied to invoice 145" in text
    assert "$50.00" in text


def test_a_credit_that_a_payment_used_is_taken_off_what_it_paid():
    payment = {
        "Line": [
            {"Amount": 120, "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]},
            {"Amount": 20, "LinkedTxn": [{"TxnId": "2", "TxnType": "CreditMemo"}]},
        ]
    }
    rows = printed_lines(payment, "Payment")
    assert [row.amount for row in rows] == [120, -20]


def test_a_bundle_prints_its_parts_beneath_it():
    group = {
        "GroupItemRef": {"value": "9", "name": "Starter set"},
        "Quantity": 1,
        "Line": [a_line("5")],
    }
    line = {"DetailType": "GroupLineDetail", "Amount": 5, "GroupLineDetail": group}
    rows = printed_lines({"Line": [line]}, "Invoice")
    assert [(row.title, row.nested) for row in rows] == [
        ("Starter set", False),
        ("Oven service", True),
    ]


def test_an_address_leaves_out_the_lines_it_does_not_have():
    address = {"Line1": "4 Pier Road", "City": "San Pablo", "PostalCode": "94806"}
    assert address_lines(address) == ["4 Pier Road", "San Pablo, 94806"]
    assert address_lines(None) == []


@settings(max_examples=40)
@given(st.text(max_size=40))
def test_no_name_whatever_breaks_the_form(name):
    entity = an_invoice(
        CustomerRef={"value": "1", "name": name}, CustomerMemo={"value": name}
    )
    assert pdf.render(COMPANY, "Invoice", entity).startswith(b"%PDF")
