"""Sales forms as a bookkeeper writes, sends and takes them back."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from support.bookkeeper import ShownForm, number_in

from qbo_simulator.api.attachments import Attachments, File


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


def sold(pat, item=None, rate="100", **more):
    return {
        "line_item": [item or pat.item()],
        "line_quantity": ["1"],
        "line_rate": [rate],
        "line_tax": ["NON"],
        **more,
    }


def shown_in(pat, path):
    """The form of a page as it is shown, to be sent with a few changes."""
    return ShownForm(pat.http.get(f"{pat.root}{path}").text).values


def test_an_estimate_is_copied_to_an_invoice_and_closed_by_it(pat):
    pat.customer()
    form = {"customer": "Ada Foods", "status": "Pending", **sold(pat)}
    estimate = number_in(pat.do("/estimates/new", **form))
    assert "Pending" in pat.see(f"/estimates/{estimate}")
    assert f"/invoices/new?from=Estimate:{estimate}" in pat.see(
        f"/estimates/{estimate}"
    )
    copied = shown_in(pat, f"/invoices/new?from=Estimate:{estimate}")
    assert copied["customer"] == ["Ada Foods"]
    invoice = number_in(pat.do("/invoices/new", **copied))
    assert pat.read("Invoice", invoice)["TotalAmt"] == 100
    assert pat.read("Estimate", estimate)["TxnStatus"] == "Closed"
    assert f"/invoices/{invoice}" in pat.see(f"/estimates/{estimate}")
    assert f"/estimates/{estimate}" in pat.see(f"/invoices/{invoice}")
    assert f"/estimates/{estimate}" in pat.see("/estimates", stage="Closed")


def test_an_invoice_is_given_back_as_a_credit_memo(pat):
    pat.customer()
    invoice = pat.invoice(rate="75")
    copied = shown_in(pat, f"/credit-memos/new?from=Invoice:{invoice}")
    credit = number_in(pat.do("/credit-memos/new", **copied))
    body = pat.read("CreditMemo", credit)
    assert (body["TotalAmt"], body["Balance"]) == (75, 75)
    assert "Open" in pat.see(f"/credit-memos/{credit}")
    assert not any(pat.read("Invoice", invoice).get("LinkedTxn", []))


def test_a_sales_receipt_is_refunded_from_the_bank(pat):
    pat.customer()
    bank = pat.account("Checking", "Bank")
    form = {"customer": "Ada Foods", "deposit_to": bank, **sold(pat, rate="40")}
    receipt = number_in(pat.do("/sales-receipts/new", **form))
    copied = shown_in(pat, f"/refund-receipts/new?from=SalesReceipt:{receipt}")
    said = pat.refused("/refund-receipts/new", **copied)
    assert "DepositToAccountRef" in said
    pat.do("/refund-receipts/new", **{**copied, "deposit_to": bank})
    assert not pat.company.trial_balance().get(int(bank))


def test_a_discount_and_a_deposit_are_written_changed_and_taken_off(pat):
    pat.customer()
    pat.do("/settings", discount="1", deposit="1")
    number = pat.invoice(discount="10", discount_kind="percent", deposit="30")
    invoice = pat.read("Invoice", number)
    assert (invoice["TotalAmt"], invoice["Balance"]) == (90, 60)
    assert "-$10.00" in pat.see(f"/invoices/{number}")
    form = shown_in(pat, f"/invoices/{number}/edit")
    assert form["discount"] == ["10"]
    pat.do(f"/invoices/{number}/edit", **{**form, "discount": ["25"], "deposit": [""]})
    assert pat.read("Invoice", number)["Balance"] == 75
    form = shown_in(pat, f"/invoices/{number}/edit")
    changed = {**form, "discount": ["5"], "discount_kind": ["amount"]}
    pat.do(f"/invoices/{number}/edit", **changed)
    assert pat.read("Invoice", number)["TotalAmt"] == 95
    form = shown_in(pat, f"/invoices/{number}/edit")
    pat.do(f"/invoices/{number}/edit", **{**form, "discount": [""]})
    assert pat.read("Invoice", number)["TotalAmt"] == 100


def test_shipping_is_a_field_of_its_own(pat):
    pat.customer()
    pat.do("/settings", shipping="1")
    number = pat.invoice(shipping="12.5")
    assert pat.read("Invoice", number)["TotalAmt"] == Decimal("112.5")
    form = shown_in(pat, f"/invoices/{number}/edit")
    assert (form["shipping"], len(form["line_item"])) == (["12.5"], 4)


def test_a_bundle_is_sold_by_its_name(pat):
    pat.customer()
    made_of = {"line_item": [pat.item()], "line_quantity": ["2"]}
    assert "made of" in pat.refused("/items/bundles/new", name="Starter")
    pat.do("/items/bundles/new", name="Starter", **made_of)
    form = {"line_item": ["Starter"], "line_quantity": ["3"], "line_rate": [""]}
    number = number_in(
        pat.do("/invoices/new", customer="Ada Foods", line_tax=[""], **form)
    )
    (line,) = [
        line
        for line in pat.read("Invoice", number)["Line"]
        if line["DetailType"] == "GroupLineDetail"
    ]
    assert line["GroupLineDetail"]["Quantity"] == 3
    assert "Starter" in pat.see(f"/invoices/{number}")
    assert "bundle Starter" in pat.see(f"/invoices/{number}/edit")


def test_classes_and_departments_are_chosen_where_they_are_tracked(pat):
    pat.customer()
    north = number_in(pat.do("/classes/new", name="North"))
    depot = number_in(pat.do("/departments/new", name="Depot"))
    pat.do("/settings", classes="line", departments="1")
    number = pat.invoice(line_tracked=[north], department=depot)
    invoice = pat.read("Invoice", number)
    assert invoice["DepartmentRef"]["value"] == depot
    assert invoice["Line"][0]["SalesItemLineDetail"]["ClassRef"]["value"] == north
    assert "North" in pat.see(f"/invoices/{number}")
    pat.do("/settings", classes="form")
    other = pat.invoice(tracked=north)
    assert pat.read("Invoice", other)["ClassRef"]["value"] == north


def test_a_form_sent_twice_makes_one_invoice(pat):
    pat.customer()
    form = shown_in(pat, "/invoices/new")
    form |= {"customer": ["Ada Foods"], **sold(pat)}
    first = pat.do("/invoices/new", **form)
    assert pat.do("/invoices/new", **form) == first
    assert pat.company.query("select count(*) from Invoice")["totalCount"] == 1


def test_an_act_on_what_somebody_has_changed_in_the_meantime_is_refused(pat):
    pat.customer()
    number = pat.invoice()
    pat.do(f"/invoices/{number}/pay", amount="40")
    said = pat.refused(f"/invoices/{number}/void", sync_token="0")
    assert "changed it in the meantime" in said
    assert pat.read("Invoice", number)["TotalAmt"] == 100


def test_a_file_of_an_invoice_is_taken_from_its_page(pat):
    pat.customer()
    number = pat.invoice()
    where = {"type": "Invoice", "value": number}
    files, now = Attachments(pat.state.store), pat.state.clock.now()
    file = File("plan.txt", "text/plain", b"as agreed")
    told = {"AttachableRef": [{"EntityRef": where}]}
    kept = files.receive(pat.company, told, file, now=now)
    path = f"{pat.root}/files/{kept['Id']}"
    assert f'href="{path}">plan.txt<' in pat.see(f"/invoices/{number}")
    assert pat.http.get(path, follow_redirects=True).content == b"as agreed"
    note = {"Note": "call them", **told}
    kept = pat.company.create("Attachable", note, now=now)
    assert pat.http.get(f"{pat.root}/files/{kept['Id']}").status_code == 404
