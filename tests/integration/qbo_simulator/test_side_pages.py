"""The bookkeeper's pages, used as a browser without JavaScript uses them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from qbo_simulator.bookkeeper.pages import routes
from qbo_simulator.testing import Running, serve


class Bookkeeper:
    """A person at the first company's pages."""

    def __init__(self, running: Running) -> None:
        self.state = running.state
        self.realm = running.state.store.realms()[0]
        self.company = running.state.company(self.realm)
        self.http = httpx.Client(base_url=running.base_url)
        self.root = f"/books/{self.realm}"

    def see(self, path: str = "", **asked: str) -> str:
        answer = self.http.get(f"{self.root}{path}", params=asked or None)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def do(self, path: str, **form: Any) -> str:
        """Send a form that is accepted; give the address that is shown next."""
        answer = self.http.post(f"{self.root}{path}", data=form)
        assert answer.status_code == 303, problem_in(answer.text)
        return str(answer.headers["location"])

    def refused(self, path: str, **form: Any) -> str:
        """Send a form that is refused; give what is said."""
        answer = self.http.post(f"{self.root}{path}", data=form)
        assert answer.status_code == 422, answer.text[:500]
        return problem_in(answer.text)

    def customer(self, name: str = "Ada Foods", **form: str) -> str:
        return number_in(self.do("/customers/new", display_name=name, **form))

    def item(self) -> str:
        """The name of the first service, or of a new one."""
        items = self.company.query("select * from Item")
        if not items:
            account = self.company.query(
                "select * from Account where AccountType = 'Income'"
            )["Account"][0]["Id"]
            self.do("/items/new", name="Sweeping", rate="12.50", account=account)
            return "Sweeping"
        return str(items["Item"][0]["Name"])

    def invoice(
        self, customer: str = "Ada Foods", rate: str = "100", **more: Any
    ) -> str:
        form = {
            "customer": customer,
            "line_item": [self.item()],
            "line_quantity": ["1"],
            "line_rate": [rate],
            "line_tax": ["NON"],
            **more,
        }
        return number_in(self.do("/invoices/new", **form))

    def read(self, entity: str, number: str) -> dict[str, Any]:
        return self.company.read(entity, number)


def number_in(address: str) -> str:
    return address.rsplit("/", 1)[-1].partition("?")[0]


def problem_in(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</div>', page, re.DOTALL)
    return html.unescape(re.sub("<[^>]+>", " ", found.group(1))) if found else page


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("simulator")
    with serve(folder, empty=True) as running:
        yield running


@pytest.fixture
def pat(running: Running) -> Iterator[Bookkeeper]:
    httpx.post(f"{running.base_url}/_sim/reset", json={"empty": True})
    pat = Bookkeeper(running)
    yield pat
    pat.http.close()


def test_home_lists_the_companies_and_says_it_is_not_intuits(pat):
    page = pat.http.get("/").text
    assert "It is not Intuit" in page
    assert pat.realm in page


def test_every_page_of_a_new_company_says_what_it_is_for(pat):
    for path in (
        "",
        "/invoices",
        "/invoices/new",
        "/payments",
        "/payments/new",
        "/customers",
        "/customers/new",
        "/items",
        "/ledger",
        "/outbox",
        "/connections",
        "/settings",
    ):
        page = pat.see(path)
        assert page.count("<h1>") == 1
        assert "simulator" in page


def test_every_page_about_one_company_is_not_found_for_another(pat):
    for route in routes(pat.state):
        path = getattr(route, "path", "")
        if "{realm}" not in path:
            continue
        address = path.replace("{realm}", "1").replace("{id:int}", "1")
        address = address.replace("{act}", "void")
        for method in (getattr(route, "methods", None) or set()) - {"HEAD"}:
            assert pat.http.request(method, address).status_code == 404


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


def test_a_payment_that_is_voided_leaves_its_invoice_owed_again(pat):
    pat.customer()
    invoice = pat.invoice()
    pat.do(f"/invoices/{invoice}/pay", amount="100")
    (payment,) = pat.company.query("select * from Payment")["Payment"]
    pat.do(f"/payments/{payment['Id']}/void")
    assert pat.read("Invoice", invoice)["Balance"] == 100
    pat.do(f"/payments/{payment['Id']}/delete")
    assert pat.http.get(f"{pat.root}/payments/{payment['Id']}").status_code == 404


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


def test_long_lists_are_paged(pat):
    for index in range(55):
        now = pat.state.clock.now()
        pat.company.create("Customer", {"DisplayName": f"C {index:02}"}, now=now)
    first, second = pat.see("/customers"), pat.see("/customers", page="2")
    assert "C 00" in first
    assert "C 54" not in first
    assert "C 54" in second
    assert "51–55 of 55" in second  # noqa: RUF001 - as it is printed


def test_the_printed_form_is_a_pdf(pat):
    pat.customer()
    answer = pat.http.get(f"{pat.root}/invoices/{pat.invoice()}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "path", ["/invoices/99", "/invoices/99/edit", "/payments/99", "/customers/99"]
)
def test_what_is_not_there_is_said_in_a_sentence(pat, path):
    answer = pat.http.get(f"{pat.root}{path}")
    assert answer.status_code == 404
    assert "99 here" in answer.text


def test_a_form_from_another_site_does_nothing(pat):
    headers = {"origin": "https://evil.example"}
    for path in (f"{pat.root}/customers/new", "/webhooks"):
        answer = pat.http.post(path, data={"display_name": "X"}, headers=headers)
        assert answer.status_code == 403
    own = {"origin": str(pat.http.base_url).rstrip("/")}
    form = {"display_name": "Y"}
    answer = pat.http.post(f"{pat.root}/customers/new", data=form, headers=own)
    assert answer.status_code == 303
    names = pat.company.query("select * from Customer")["Customer"]
    assert [row["DisplayName"] for row in names] == ["Y"]


def test_markup_in_a_name_is_shown_and_not_obeyed(pat):
    pat.customer("<script>alert(1)</script>")
    assert "<script>" not in pat.http.get(f"{pat.root}/customers").text


def test_webhook_delivery_is_set_and_a_webhook_replayed_by_hand(pat):
    form = {"url": "http://127.0.0.1:9/hook", "window": "0", "format": "cloudevents"}
    assert pat.http.post("/webhooks", data={**form, "lose": "1"}).status_code == 303
    pat.customer()
    pat.http.post("/_sim/webhooks/flush")
    page = pat.http.get("/webhooks").text
    assert "Lost" in page
    number = re.search(r'name="replay" value="(\d+)"', page)[1]
    assert pat.http.post("/webhooks", data={"replay": number}).status_code == 303
    assert f"replay of {number}" in pat.http.get("/webhooks").text
    assert pat.http.post("/webhooks", data={"replay": "77"}).status_code == 404
    wrong = pat.http.post("/webhooks", data={**form, "window": "soon"})
    assert wrong.status_code == 422
    pat.http.post("/webhooks", data={"url": ""})


def test_requests_are_shown_with_their_bodies(pat):
    pat.http.get(f"/v3/company/{pat.realm}/query", params={"query": "select 1"})
    page = pat.http.get("/requests").text
    assert "AuthenticationFailed" in page
    assert (
        "AuthenticationFailed" not in pat.http.get("/requests", params={"q": "zz"}).text
    )


def test_the_pages_run_their_own_script_only_and_load_nothing_from_elsewhere(pat):
    answer = pat.http.get(pat.root)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert re.findall("<script[^>]*>", answer.text) == [
        '<script src="/_static/choosers.js" defer>'
    ]
    for name in ("simulator.css", "choosers.js"):
        loaded = pat.http.get(f"/_static/{name}")
        assert loaded.status_code == 200
        assert "http" not in loaded.text
