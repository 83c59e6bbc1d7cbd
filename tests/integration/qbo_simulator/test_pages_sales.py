"""Sales forms as a bookkeeper writes, sends and takes them back."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest


def test_a_new_invoice_is_addressed_to_the_customers_e_mail(pat):
    pat.customer(email="ada@foods.example")
    invoice = pat.invoice()
    assert pat.read("Invoice", invoice)["BillEmail"]["Address"] == "ada@foods.example"
    other = pat.invoice(email="bo@foods.example")
    assert pat.read("Invoice", other)["BillEmail"]["Address"] == "bo@foods.example"


def test_a_company_outside_the_us_is_asked_for_tax_codes(pat):
    pat.realm = pat.state.store.realms()[1]
    pat.company, pat.root = pat.state.company(pat.realm), f"/books/{pat.realm}"
    pat.customer()
    page = pat.see("/invoices/new")
    assert "Amounts are" in page
    codes = pat.company.query("select * from TaxCode")["TaxCode"]
    lines = {"line_item": [pat.item()], "line_quantity": ["1"], "line_rate": ["100"]}
    typed = {"customer": "Ada Foods", "mode": "TaxExcluded", **lines}
    assert "VAT rate" in pat.refused("/invoices/new", **typed)
    number = pat.invoice(line_tax=[codes[0]["Id"]], mode="TaxExcluded")
    assert codes[0]["Name"] in pat.see(f"/invoices/{number}")


def test_an_invoice_is_edited_line_by_line_and_lines_keep_their_ids(pat):
    pat.customer()
    number = pat.invoice(
        line_item=[pat.item(), ""],
        line_description=["", "With thanks"],
        line_quantity=["1", ""],
        line_rate=["100", ""],
        line_tax=["NON", ""],
    )
    page = pat.see(f"/invoices/{number}/edit")
    token = re.search(r'name="sync_token" value="(\d+)"', page)[1]
    ids = re.findall(r'name="line_id" value="(\d+)"', page)
    form = {
        "customer": "Ada Foods",
        "sync_token": token,
        "due_date": "2031-01-31",
        "memo": "Thank you",
        "line_id": [*ids, ""],
        "line_item": [pat.item(), "", pat.item()],
        "line_description": ["", "With thanks", "More"],
        "line_quantity": ["2", "", "1"],
        "line_rate": ["100", "", "5"],
        "line_tax": ["NON", "", "NON"],
    }
    pat.do(f"/invoices/{number}/edit", **form)
    invoice = pat.read("Invoice", number)
    assert invoice["TotalAmt"] == Decimal(205)
    assert invoice["DueDate"] == "2031-01-31"
    assert invoice["CustomerMemo"]["value"] == "Thank you"
    assert [line["Id"] for line in invoice["Line"] if "Id" in line][:2] == ids
    assert "changed it in the meantime" in pat.refused(
        f"/invoices/{number}/edit", **form
    )


def test_more_lines_keep_what_was_typed_and_save_nothing(pat):
    pat.customer()
    form = {
        "customer": "Ada Foods",
        "line_item": ["Half typed"],
        "memo": "kept",
        "decision": "more",
    }
    answer = pat.http.post(f"{pat.root}/invoices/new", data=form)
    assert answer.status_code == 200
    assert "Half typed" in answer.text
    assert answer.text.count('name="line_rate"') == 4
    assert pat.company.query("select count(*) from Invoice")["totalCount"] == 0


def test_void_and_delete_reverse_what_was_posted(pat):
    pat.customer()
    voided, deleted = pat.invoice(), pat.invoice()
    pat.do(f"/invoices/{voided}/void")
    page = pat.see(f"/invoices/{voided}")
    assert "Voided" in page
    assert "reversal" in page
    pat.do(f"/invoices/{deleted}/delete")
    assert pat.http.get(f"{pat.root}/invoices/{deleted}").status_code == 404
    assert not any(pat.company.trial_balance().values())


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"customer": "Nobody"}, "There is no active customer named Nobody"),
        ({"line_item": ["Nothing"]}, "no active product or service named Nothing"),
        ({"line_rate": ["ten"]}, "The rate of line 1 is not a number"),
        ({"txn_date": "soon"}, "The date is not a date"),
        ({"line_item": [""], "line_rate": [""], "line_quantity": [""]}, "Line"),
        ({"doc_number": "9" * 30}, "A text is too long"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused_beside_the_form(pat, form, words):
    pat.customer()
    typed = {
        "customer": "Ada Foods",
        "line_item": [pat.item()],
        "line_quantity": ["1"],
        "line_rate": ["100"],
        **form,
    }
    assert words in pat.refused("/invoices/new", **typed)
    assert pat.company.query("select count(*) from Invoice")["totalCount"] == 0


def test_invoices_are_found_by_number_customer_and_stage(pat):
    pat.customer("Ada's Foods")
    pat.customer("Bo")
    ada, bo = pat.invoice("Ada's Foods"), pat.invoice("Bo")
    pat.do(f"/invoices/{bo}/pay", amount="")
    assert f"/invoices/{ada}" in pat.see("/invoices", q="Ada's")
    assert f"/invoices/{bo}" not in pat.see("/invoices", q="Ada's")
    number = pat.read("Invoice", bo)["DocNumber"]
    assert f"/invoices/{bo}" in pat.see("/invoices", q=number)
    assert f"/invoices/{bo}" in pat.see("/invoices", stage="paid")
    assert f"/invoices/{bo}" not in pat.see("/invoices", stage="open")
    assert "No invoice fits" in pat.see("/invoices", q="%%' or '1")


def test_the_printed_form_is_a_pdf(pat):
    pat.customer()
    answer = pat.http.get(f"{pat.root}/invoices/{pat.invoice()}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
