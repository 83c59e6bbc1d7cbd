"""What all of the bookkeeper's pages share, and the pages about the simulator."""

from __future__ import annotations

import re

import pytest
from support.bookkeeper import ShownForm

from qbo_simulator.bookkeeper.pages import routes


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


def test_long_lists_are_paged(pat):
    for index in range(55):
        now = pat.state.clock.now()
        pat.company.create("Customer", {"DisplayName": f"C {index:02}"}, now=now)
    first, second = pat.see("/customers"), pat.see("/customers", page="2")
    assert "C 00" in first
    assert "C 54" not in first
    assert "C 54" in second
    assert "51–55 of 55" in second  # noqa: RUF001 - as it is printed


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


def test_every_page_there_is_can_be_opened_and_has_one_heading(pat):
    pat.customer()
    pat.invoice()
    for route in routes(pat.state):
        path = getattr(route, "path", "")
        leads_away = "{id" in path or path.startswith("/app/")
        if "GET" not in (getattr(route, "methods", None) or ()) or leads_away:
            continue
        path = path.replace("{realm}", pat.realm).replace("{report}", "BalanceSheet")
        answer = pat.http.get(path)
        assert answer.status_code == 200, path
        if "text/html" in answer.headers["content-type"]:
            assert answer.text.count("<h1>") == 1, path


def test_names_are_offered_for_what_is_typed(pat):
    pat.customer("Ada's Foods")
    pat.customer("Bo")
    pat.do("/vendors/new", display_name="Ada Mills")
    asked = {"kind": "customer,vendor", "q": "ada"}
    answer = pat.http.get(f"{pat.root}/names", params=asked)
    assert answer.json() == ["Ada's Foods", "Ada Mills"]
    asked = {"kind": "preferences", "q": ""}
    assert pat.http.get(f"{pat.root}/names", params=asked).json() == []


def test_names_that_begin_with_what_is_typed_are_offered_first(pat):
    for name in ("A road", "B at a road", "Road"):
        pat.customer(name)
    answer = pat.http.get(f"{pat.root}/names", params={"kind": "customer", "q": "roa"})
    assert answer.json() == ["Road", "A road", "B at a road"]


def test_a_category_is_not_offered_among_what_is_sold(pat):
    now = pat.state.clock.now()
    pat.company.create("Item", {"Name": "Breads", "Type": "Category"}, now=now)
    pat.customer()
    asked = {"kind": "item", "q": "bread"}
    assert pat.http.get(f"{pat.root}/names", params=asked).json() == []
    assert 'value="Breads"' not in pat.see("/invoices/new")
    line = {"line_item": ["Breads"], "line_rate": ["1"], "customer": "Ada Foods"}
    assert "no active product or service" in pat.refused("/invoices/new", **line)


def test_a_company_whose_form_is_sent_twice_is_founded_once(pat):
    form = {"profile": "us", "name": "Twice Ltd", "empty": "1"}
    form["once"] = ShownForm(pat.http.get("/").text).values["once"][0]
    first, second = (pat.http.post("/companies", data=form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert pat.http.get("/").text.count(">Twice Ltd<") == 1


def test_a_company_is_founded_and_given_out(pat):
    form = {"profile": "ca", "name": "Maple Works", "empty": "1"}
    answer = pat.http.post("/companies", data=form)
    assert answer.status_code == 303
    root = answer.headers["location"].partition("?")[0]
    assert "Maple Works" in pat.http.get(root).text
    given = pat.http.get(f"{root}/export")
    assert "attachment" in given.headers["content-disposition"]
    assert given.text.count("\n") > 10
    wrong = pat.http.post("/companies", data={"profile": "moon"})
    assert wrong.status_code == 422
    assert "Choose one of the kinds" in wrong.text
    foreign = {"origin": "https://evil.example"}
    answer = pat.http.post("/companies", data=form, headers=foreign)
    assert answer.status_code == 403


def test_the_addresses_of_quickbooks_own_pages_lead_here(pat):
    def led(address: str, realm: str = pat.realm) -> str:
        link = f"/app/{address}&deeplinkcompanyid={realm}"
        return pat.http.get(link, follow_redirects=True).text

    customer = pat.customer("Ada Foods")
    invoice = pat.invoice()
    assert "Ada Foods" in led(f"customerdetail?nameId={customer}")
    shown = led(f"invoice?txnId={invoice}")
    assert "Invoice" in shown
    assert "Ada Foods" in shown
    for nowhere in ("invoice?txnId=999", "report?name=x", "customerdetail?nameId=../1"):
        assert "<h1>Not found" in led(nowhere)
    assert "<h1>Not found" in led(f"invoice?txnId={invoice}", realm="1")
