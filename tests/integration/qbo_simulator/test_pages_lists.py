"""Names, lists, settings and reports."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from support.bookkeeper import Bookkeeper, ShownForm, number_in

from qbo_simulator.reports.catalogue import REPORTS
from qbo_simulator.testing import serve
from qbo_simulator.wire import today


def test_a_name_that_is_taken_is_refused_with_quickbooks_own_words(pat):
    pat.customer("Ada Foods")
    said = pat.refused("/customers/new", display_name="Ada Foods")
    assert "already used" in said
    assert "code 6240" in said


def test_a_customer_is_changed_deactivated_and_activated_again(pat):
    number = pat.customer(email="old@foods.example", phone="1")
    pat.do(
        f"/customers/{number}",
        display_name="Ada & Sons",
        email="new@foods.example",
        phone="",
    )
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


@pytest.mark.parametrize(
    ("slug", "entity", "key"),
    [
        ("vendors", "Vendor", "display_name"),
        ("accounts", "Account", "name"),
        ("classes", "Class", "name"),
        ("departments", "Department", "name"),
        ("items", "Item", "name"),
    ],
)
def test_an_entry_is_renamed_merged_into_another_and_gone(pat, slug, entity, key):
    loser, winner = (
        number_in(pat.do(f"/{slug}/new", **{key: name, "type": kind_of(slug)}))
        for name in ("Loser", "Winner")
    )
    pat.do(f"/{slug}/{loser}", **{key: "Lost"})
    assert "Lost" in pat.see(f"/{slug}", q="Los")
    assert "another active" in pat.refused(f"/{slug}/{loser}/merge", winner="Lost")
    pat.do(f"/{slug}/{loser}/merge", winner="Winner")
    assert pat.http.get(f"{pat.root}/{slug}/{loser}").status_code == 404
    pat.do(f"/{slug}/{winner}/active", active="0")
    assert pat.read(entity, winner)["Active"] is False
    pat.do(f"/{slug}/{winner}/active", active="1")
    assert pat.read(entity, winner)["Active"] is True


def kind_of(slug):
    return {"accounts": "Expense", "items": "Service"}.get(slug, "")


def test_an_employee_is_named_by_its_parts(pat):
    number = number_in(pat.do("/employees/new", given_name="Emil", family_name="Nolde"))
    assert pat.read("Employee", number)["DisplayName"] == "Emil Nolde"
    assert "Emil Nolde" in pat.see("/employees", q="Emil")


def test_terms_and_methods_are_added_and_hidden(pat):
    term = number_in(pat.do("/terms/new", name="Net 7", days="7"))
    assert pat.read("Term", term)["DueDays"] == 7
    assert "not a number" in pat.refused("/terms/new", name="Net ?", days="soon")
    method = number_in(
        pat.do("/payment-methods/new", name="Barter", type="NON_CREDIT_CARD")
    )
    pat.do(f"/payment-methods/{method}/active", active="0")
    assert "Barter" not in pat.see("/payment-methods")


def test_accounts_stand_below_one_another_and_show_their_balance(pat):
    pat.do("/accounts/new", name="Vehicles", type="Expense")
    number = number_in(
        pat.do("/accounts/new", name="Tyres", type="Expense", parent="Vehicles")
    )
    assert pat.read("Account", number)["FullyQualifiedName"] == "Vehicles:Tyres"
    assert "there is no active Ships" in pat.refused(
        "/accounts/new", name="Masts", type="Expense", parent="Ships"
    )
    assert "Vehicles:Tyres" in pat.see("/accounts", q="Tyres")


def test_stock_is_taken_in_with_what_is_on_hand(pat):
    stock = pat.account("Stock", "Other Current Asset")
    costs = pat.account("Costs", "Cost of Goods Sold")
    accounts = pat.company.query("select * from Account where AccountType = 'Income'")
    number = number_in(
        pat.do(
            "/items/new",
            name="Rope",
            type="Inventory",
            cost="2",
            stock="10",
            account=accounts["Account"][0]["Id"],
            asset_account=pat.company.query(
                "select * from Account where AccountSubType = 'Inventory'"
            ).get("Account", [{"Id": stock}])[0]["Id"],
            expense_account=costs,
        )
    )
    assert pat.read("Item", number)["QtyOnHand"] == 10


def test_every_setting_is_kept_and_shown_again(pat):
    form = {
        "custom_numbers": "1",
        "shipping": "1",
        "automatic_credits": "1",
        "departments": "1",
        "classes": "form",
        "warn_bills": "1",
        "closed_until": "2026-01-31",
        "InvoiceMessage_subject": "Your bread",
        "InvoiceMessage_message": "Fresh today.",
    }
    pat.do("/settings", **form)
    preferences = pat.read("Preferences", "1")
    assert preferences["SalesFormsPrefs"]["AutoApplyCredit"] is True
    assert preferences["SalesFormsPrefs"]["AllowDiscount"] is False
    pairs = preferences["OtherPrefs"]["NameValue"]
    assert {"Name": "WarnDuplicateBillNumber", "Value": "true"} in pairs
    shown = ShownForm(pat.see("/settings")).values
    for name, value in form.items():
        assert shown[name] == [value], name
    pat.customer(email="ada@foods.example")
    pat.do("/settings", **{**form, "closed_until": ""})
    invoice = pat.invoice(doc_number="B-1")
    pat.do(f"/invoices/{invoice}/send")
    page = pat.see("/outbox")
    assert "Your bread" in page
    assert "Fresh today." in page
    number = re.search(r"/outbox/(\d+)/pdf", page)[1]
    answer = pat.http.get(f"{pat.root}/outbox/{number}/pdf")
    assert answer.content.startswith(b"%PDF")
    assert pat.http.get(f"{pat.root}/outbox/99999/pdf").status_code == 404


def test_every_report_is_a_table_that_leads_to_its_transactions(pat):
    customer = pat.customer()
    invoice = pat.invoice()
    names = re.findall(r"/reports/(\w+)\"", pat.see("/reports"))
    assert set(names) == set(REPORTS)
    for name in names:
        assert "<h1>" in pat.see(f"/reports/{name}", start_date="2020-01-01")
    page = pat.see("/reports/TransactionList", date_macro="This Month")
    assert f"/transactions/{invoice}" in page
    answer = pat.http.get(f"{pat.root}/transactions/{invoice}")
    assert answer.headers["location"].endswith(f"/invoices/{invoice}")
    assert f"/customers/{customer}" in pat.see("/reports/AgedReceivables")
    assert pat.http.get(f"{pat.root}/reports/Nothing").status_code == 404
    assert pat.http.get(f"{pat.root}/transactions/99").status_code == 404


def test_what_recurs_is_made_when_it_is_due(pat):
    customer = pat.customer()
    assert "Nothing recurs" in pat.see("/recurring")
    day = today(pat.state.clock.now())
    body = {
        "Invoice": {
            "RecurringInfo": {
                "Name": "Bread every week",
                "Active": True,
                "RecurType": "Automated",
                "ScheduleInfo": {
                    "IntervalType": "Weekly",
                    "NumInterval": 1,
                    "DayOfWeek": f"{day:%A}",
                    "StartDate": day.isoformat(),
                    "NextDate": day.isoformat(),
                },
            },
            "CustomerRef": {"value": customer},
            "Line": [
                {
                    "Amount": 10,
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
                }
            ],
        }
    }
    pat.company.create("RecurringTransaction", body, now=pat.state.clock.now())
    assert "Bread every week" in pat.see("/recurring")
    assert "done=made" in pat.do("/recurring")
    assert pat.company.query("select count(*) from Invoice")["totalCount"] == 1
    assert "done=nothing" in pat.do("/recurring")


@pytest.fixture
def tide(tmp_path):
    """Somebody at a company that deals in several currencies."""
    with serve(tmp_path, profiles=("multi",)) as running:
        person = Bookkeeper(running)
        yield person
        person.http.close()


def test_a_foreign_customer_is_billed_at_the_rate_that_was_set(tide):
    assert "CAD" in tide.see("/currencies")
    assert "Euro" in tide.see("/currencies/rates")
    tide.do("/currencies/rates", currency="EUR", rate="1.25", date="2026-01-01")
    said = tide.refused("/currencies/rates", currency="EUR", rate="much")
    assert "not a number" in said
    tide.do("/currencies/new", code="SEK")
    tide.customer("Brygga AB", currency="SEK")
    tide.customer("Quai SA", currency="EUR")
    number = tide.invoice("Quai SA", txn_date="2026-01-02")
    invoice = tide.read("Invoice", number)
    assert (invoice["CurrencyRef"]["value"], invoice["ExchangeRate"]) == (
        "EUR",
        Decimal("1.25"),
    )
    assert "In USD" in tide.see(f"/invoices/{number}")
    other = tide.invoice("Brygga AB", exchange_rate="0.09")
    assert tide.read("Invoice", other)["ExchangeRate"] == Decimal("0.09")


def test_what_is_owed_in_several_currencies_is_summed_in_the_companys_own(tide):
    def owed() -> Decimal:
        shown = re.search(r"Owed by customers</span><b>\$([\d,.]+)", tide.see(""))
        return Decimal(shown[1].replace(",", ""))

    before = owed()
    tide.customer("Quai SA", currency="EUR")
    number = tide.invoice("Quai SA", rate="1234.00", exchange_rate="1.5")
    assert owed() - before == Decimal("1851.00")
    tide.do(f"/invoices/{number}/pay", amount="1233.00", exchange_rate="1.5")
    page = tide.see("")
    assert "€1,234.00" in page
    assert "€1,233.00" in page
    assert f"${owed():,}" in tide.http.get("/").text


def test_a_company_of_one_currency_says_that_it_has_no_other(pat):
    assert "deals in USD only" in pat.see("/currencies")
    assert "deals in USD only" in pat.see("/currencies/rates")
