"""Money that comes in, goes out and is brought to the bank."""

from __future__ import annotations

from decimal import Decimal

from support.bookkeeper import ShownForm, number_in


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


def test_a_payment_over_two_invoices_uses_up_a_credit(pat):
    customer = pat.customer()
    first, second = pat.invoice(rate="100"), pat.invoice(rate="50")
    copied = ShownForm(
        pat.see("/credit-memos/new", **{"from": f"Invoice:{second}"})
    ).values
    credit = number_in(pat.do("/credit-memos/new", **{**copied, "line_rate": ["30"]}))
    assert "Credits to use" in pat.see("/payments/new", customer=customer)
    form = {f"apply_{first}": "100", f"apply_{second}": "50", f"credit_{credit}": "30"}
    number = number_in(pat.do("/payments/new", party=customer, **form))
    assert pat.read("Payment", number)["TotalAmt"] == 120
    assert pat.read("Invoice", second)["Balance"] == 0
    assert pat.read("CreditMemo", credit)["Balance"] == 0
    page = pat.see(f"/payments/{number}")
    for path in (f"invoices/{first}", f"invoices/{second}", f"credit-memos/{credit}"):
        assert path in page
    assert f"payments/{number}" in pat.see(f"/credit-memos/{credit}")


def test_what_an_earlier_payment_left_is_applied_to_a_later_invoice(pat):
    customer = pat.customer()
    first = pat.invoice(rate="100")
    pat.do(f"/invoices/{first}/pay", amount="130")
    second = pat.invoice(rate="50")
    (payment,) = pat.company.query("select * from Payment")["Payment"]
    page = pat.see("/payments/new", customer=customer)
    assert "$30.00 left of $130.00" in page
    path = f"/payments/{payment['Id']}/edit"
    form = ShownForm(pat.see(path)).values
    assert form[f"apply_{first}"] == ["100.0"]
    pat.do(path, **{**form, f"apply_{second}": "30"})
    assert pat.read("Payment", payment["Id"])["UnappliedAmt"] == 0
    assert pat.read("Invoice", second)["Balance"] == 20


def test_a_sub_customers_invoice_is_paid_by_its_parent(pat):
    parent = pat.customer("Parent")
    pat.customer("Child", parent="Parent")
    invoice = pat.invoice("Parent:Child")
    assert f"apply_{invoice}" in pat.see("/payments/new", customer=parent)
    pat.do("/payments/new", party=parent, **{f"apply_{invoice}": "100"})
    assert pat.read("Invoice", invoice)["Balance"] == 0


def test_what_is_deposited_can_be_neither_voided_nor_deleted_before_the_deposit(pat):
    pat.customer()
    bank = pat.account("Checking", "Bank")
    income = pat.company.query("select * from Account where AccountType = 'Income'")
    invoice = pat.invoice(rate="80")
    pat.do(f"/invoices/{invoice}/pay", amount="80")
    (payment,) = pat.company.query("select * from Payment")["Payment"]
    number = payment["Id"]
    assert f"Payment:{number}" in pat.see("/deposits/new")
    assert "Choose what is deposited" in pat.refused("/deposits/new", deposit_to=bank)
    form = {
        "deposit_to": bank,
        "take": [f"Payment:{number}"],
        "row_account": [income["Account"][0]["FullyQualifiedName"]],
        "row_credit": ["20"],
    }
    deposit = number_in(pat.do("/deposits/new", **form))
    assert pat.read("Deposit", deposit)["TotalAmt"] == 100
    assert pat.company.trial_balance()[int(bank)] == 100
    assert "Deposited" in pat.see(f"/payments/{number}")
    for act in ("void", "delete"):
        said = pat.refused(f"/payments/{number}/{act}")
        assert "Delete the deposit first" in said
        assert "code 6540" in said
    assert "in the meantime" in pat.refused("/deposits/new", **form)
    pat.do(f"/deposits/{deposit}/delete")
    pat.do(f"/payments/{number}/void")
    assert pat.read("Invoice", invoice)["Balance"] == 80


def test_bills_are_entered_and_paid_with_a_vendors_credit(pat):
    vendor = number_in(pat.do("/vendors/new", display_name="Mills"))
    bank = pat.account("Checking", "Bank")
    costs = pat.account("Flour", "Cost of Goods Sold")
    line = {"line_item": ["Flour"], "line_amount": ["90"]}
    bill = number_in(pat.do("/bills/new", party="Mills", due_date="2031-01-31", **line))
    assert pat.read("Bill", bill)["Balance"] == 90
    credit = {"line_item": ["Flour"], "line_amount": ["15"]}
    back = number_in(pat.do("/vendor-credits/new", party="Mills", **credit))
    assert f"apply_{bill}" in pat.see("/bill-payments/new", party=vendor)
    form = {"party": vendor, f"apply_{bill}": "90", f"credit_{back}": "15"}
    said = pat.refused("/bill-payments/new", **form)
    assert "Choose the account that pays" in said
    paid = number_in(pat.do("/bill-payments/new", paid_from=bank, **form))
    assert pat.read("BillPayment", paid)["TotalAmt"] == 75
    assert pat.read("Bill", bill)["Balance"] == 0
    balances = pat.company.trial_balance()
    assert (balances[int(bank)], balances[int(costs)]) == (-75, 75)
    assert "Paid" in pat.see(f"/bills/{bill}")
    assert f"/bill-payments/{paid}" in pat.see(f"/bills/{bill}")
    path = f"/bill-payments/{paid}/edit"
    shown = ShownForm(pat.see(path)).values
    assert shown["paid_from"] == [bank]
    said = pat.refused(path, **{**shown, "paid_from": "0"})
    assert "Choose the account that pays" in said
    pat.do(path, **{**shown, f"apply_{bill}": "60", "total": ""})
    assert pat.read("Bill", bill)["Balance"] == 30
    assert pat.read("BillPayment", paid)["TotalAmt"] == 45
    pat.do(f"/bill-payments/{paid}/void")
    assert pat.read("Bill", bill)["Balance"] == 90


def test_an_order_is_copied_to_a_bill_and_closed_by_it(pat):
    pat.do("/vendors/new", display_name="Mills")
    expenses = pat.account("Purchases", "Expense")
    pat.do("/items/new", name="Sieve", rate="9", cost="4", expense_account=expenses)
    line = {"line_item": ["Sieve"], "line_quantity": ["10"], "line_rate": ["4"]}
    pat.account("Owed", "Accounts Payable")
    order = number_in(pat.do("/purchase-orders/new", party="Mills", **line))
    copied = ShownForm(
        pat.see("/bills/new", **{"from": f"PurchaseOrder:{order}"})
    ).values
    bill = number_in(pat.do("/bills/new", **copied))
    assert pat.read("Bill", bill)["TotalAmt"] == 40
    assert pat.read("PurchaseOrder", order)["POStatus"] == "Closed"


def test_an_expense_names_its_payee_and_may_be_voided_by_hand(pat):
    pat.do("/vendors/new", display_name="Fuel & Co")
    bank = pat.account("Checking", "Bank")
    fuel = pat.account("Diesel", "Expense")
    form = {
        "party": "Fuel & Co",
        "paid_from": bank,
        "paid_by": "Cash",
        "line_item": ["Diesel"],
        "line_amount": ["33.10"],
    }
    assert "no active name Nobody" in pat.refused(
        "/expenses/new", **{**form, "party": "Nobody"}
    )
    assert "no account or product" in pat.refused(
        "/expenses/new", **{**form, "line_item": [""]}
    )
    number = number_in(pat.do("/expenses/new", **form))
    assert pat.company.trial_balance()[int(fuel)] == Decimal("33.10")
    assert "Fuel & Co" in pat.see("/expenses", q="Fuel &")
    pat.do(f"/expenses/{number}/void")
    assert "Voided" in pat.see(f"/expenses/{number}")
    assert not any(pat.company.trial_balance().values())


def test_a_journal_entry_has_to_balance(pat):
    pat.customer()
    pat.account("Checking", "Bank")
    pat.account("Rent", "Expense")
    form = {
        "row_account": ["Rent", "Checking"],
        "row_debit": ["500", ""],
        "row_credit": ["", "400"],
        "row_text": ["March", ""],
    }
    assert "not the same" in pat.refused("/journal-entries/new", **form)
    both = {**form, "row_credit": ["1", "500"]}
    assert "one of them" in pat.refused("/journal-entries/new", **both)
    form["row_credit"] = ["", "500"]
    number = number_in(pat.do("/journal-entries/new", **form))
    path = f"/journal-entries/{number}/edit"
    again = ShownForm(pat.see(path)).values
    again["row_debit"][0] = again["row_credit"][1] = "600"
    pat.do(path, **again)
    assert "$600.00" in pat.see(f"/journal-entries/{number}")
    pat.do(f"/journal-entries/{number}/delete")
    assert not any(pat.company.trial_balance().values())


def test_a_transfer_is_made_changed_and_voided(pat):
    checking = pat.account("Checking", "Bank")
    savings = pat.account("Savings", "Bank")
    form = {"from_account": checking, "to_account": savings, "amount": "1,000"}
    assert "same account" in pat.refused(
        "/transfers/new", **{**form, "to_account": checking}
    )
    number = number_in(pat.do("/transfers/new", **form))
    path = f"/transfers/{number}/edit"
    pat.do(path, **{**ShownForm(pat.see(path)).values, "amount": "250"})
    assert pat.company.trial_balance()[int(savings)] == 250
    pat.do(f"/transfers/{number}/void")
    assert not pat.company.trial_balance().get(int(savings))
