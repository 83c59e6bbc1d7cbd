"""Names, lists, settings and reports."""

from __future__ import annotations


def test_a_name_that_is_taken_is_refused_with_quickbooks_own_words(pat):
    pat.customer("Ada Foods")
    said = pat.refused("/customers/new", display_name="Ada Foods")
    assert "already used" in said
    assert "code 6240" in said


def test_a_customer_is_changed_deactivated_and_activated_again(pat):
    number = pat.customer(email="old@foods.example", phone="1")
    pat.do(f"/customers/{number}", display_name="Ada & Sons", email="new@foods.example")
    customer = pat.read("Customer", number)
    assert customer["DisplayName"] == "Ada & Sons"
    assert customer["PrimaryEmailAddr"]["Address"] == "new@foods.example"
    assert "PrimaryPhone" not in customer
    pat.do(f"/customers/{number}/active", active="0")
    assert pat.read("Customer", number)["DisplayName"] == "Ada & Sons (deleted)"
    assert "(deleted)" in pat.see("/customers", inactive="1")
    pat.do(f"/customers/{number}/active", active="1")
    assert pat.read("Customer", number)["Active"] is True


def test_a_customer_is_merged_into_another_with_its_invoices(pat):
    loser, winner = pat.customer("Loser"), pat.customer("Winner")
    invoice = pat.invoice("Loser")
    assert "another active customer" in pat.refused(
        f"/customers/{loser}/merge", winner="Loser"
    )
    pat.do(f"/customers/{loser}/merge", winner="Winner")
    assert pat.read("Invoice", invoice)["CustomerRef"]["value"] == winner
    assert pat.http.get(f"{pat.root}/customers/{loser}").status_code == 404


def test_services_are_created_and_deactivated(pat):
    name = pat.item()
    items = pat.company.query("select * from Item")["Item"]
    (number,) = [item["Id"] for item in items if item["Name"] == name]
    pat.do(f"/items/{number}/active", active="0")
    assert pat.read("Item", number)["Active"] is False
    assert "(deleted)" in pat.see("/items", inactive="1")


def test_closed_books_refuse_what_is_dated_in_them(pat):
    pat.customer()
    pat.do("/settings", closed_until="2026-01-31")
    said = pat.refused(
        "/invoices/new",
        customer="Ada Foods",
        txn_date="2026-01-15",
        line_item=[pat.item()],
        line_rate=["1"],
        line_quantity=["1"],
    )
    assert "The books are closed for that date" in said
    pat.do("/settings", closed_until="")
    pat.invoice(txn_date="2026-01-15")


def test_custom_transaction_numbers_leave_an_invoice_without_a_number(pat):
    pat.customer()
    pat.do("/settings", custom_numbers="1")
    assert "DocNumber" not in pat.read("Invoice", pat.invoice())
    assert "No number" in pat.see("/invoices")
    pat.do("/settings")
    assert "DocNumber" in pat.read("Invoice", pat.invoice())
