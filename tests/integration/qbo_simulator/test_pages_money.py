"""Money that comes in, goes out and is brought to the bank."""

from __future__ import annotations

from support.bookkeeper import number_in


def test_an_invoice_is_created_sent_and_paid_in_two_parts(pat):
    pat.customer(email="ada@foods.example")
    number = pat.invoice()
    assert "Awaiting send" in pat.see(f"/invoices/{number}")

    pat.do(f"/invoices/{number}/send", to="ada@foods.example")
    assert "Sent" in pat.see(f"/invoices/{number}")
    assert "ada@foods.example" in pat.see("/outbox")

    pat.do(f"/invoices/{number}/pay", amount="40")
    page = pat.see(f"/invoices/{number}")
    assert "Partially paid" in page
    assert "$60.00" in page

    pat.do(f"/invoices/{number}/pay", amount="")
    assert "Paid in full" in pat.see(f"/invoices/{number}")
    assert pat.read("Invoice", number)["Balance"] == 0
    assert sum(pat.company.trial_balance().values()) == 0


def test_one_payment_is_split_over_several_invoices_and_the_rest_stays_a_credit(pat):
    customer = pat.customer()
    first, second = pat.invoice(rate="100"), pat.invoice(rate="50")
    form = {f"apply_{first}": "30", f"apply_{second}": "50", "total": "100"}
    number = number_in(pat.do("/payments/new", customer=customer, **form))
    payment = pat.read("Payment", number)
    assert payment["UnappliedAmt"] == 20
    assert pat.read("Invoice", first)["Balance"] == 70
    assert pat.read("Invoice", second)["Balance"] == 0
    page = pat.see(f"/payments/{number}")
    assert "$20.00" in page


def test_what_is_paid_beyond_an_invoice_stays_a_credit(pat):
    pat.customer()
    invoice = pat.invoice()
    pat.do(f"/invoices/{invoice}/pay", amount="130")
    (payment,) = pat.company.query("select * from Payment")["Payment"]
    assert payment["UnappliedAmt"] == 30
    assert pat.read("Invoice", invoice)["Balance"] == 0


def test_a_payment_that_is_voided_leaves_its_invoice_owed_again(pat):
    pat.customer()
    invoice = pat.invoice()
    pat.do(f"/invoices/{invoice}/pay", amount="100")
    (payment,) = pat.company.query("select * from Payment")["Payment"]
    pat.do(f"/payments/{payment['Id']}/void")
    assert pat.read("Invoice", invoice)["Balance"] == 100
    pat.do(f"/payments/{payment['Id']}/delete")
    assert pat.http.get(f"{pat.root}/payments/{payment['Id']}").status_code == 404
