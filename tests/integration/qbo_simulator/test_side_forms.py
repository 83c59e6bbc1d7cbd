"""The forms of the bookkeeper's pages, sent back as they are shown, and with ugly values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.bookkeeper import ShownForm

from qbo_simulator.testing import Running, serve


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serve(tmp_path_factory.mktemp("books")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(seeded: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=seeded.base_url) as found:
        yield found


def invoices(seeded: Running, number: int) -> tuple[str, list[dict[str, Any]]]:
    realm = seeded.state.store.realms()[number]
    company = seeded.state.company(realm)
    return realm, company.query("select * from Invoice maxresults 1000")["Invoice"]


@pytest.mark.parametrize("number", [0, 1])
def test_an_invoice_saved_as_its_form_shows_it_stays_as_it_was(
    seeded: Running, browser: httpx.Client, number: int
) -> None:
    realm, found = invoices(seeded, number)
    before = [invoice for invoice in found if invoice["TotalAmt"]]  # not the voided
    names = {invoice["CustomerRef"]["name"] for invoice in before}
    assert names & {"Banquets", "MV Sabrina"}, "a sub-customer's invoice is among them"
    for invoice in before:
        path = f"/books/{realm}/invoices/{invoice['Id']}/edit"
        form = ShownForm(browser.get(path).text).values
        answer = browser.post(path, data=form)
        assert answer.status_code == 303, (invoice["Id"], answer.text)
    after = {invoice["Id"]: invoice for invoice in invoices(seeded, number)[1]}
    for invoice in before:
        assert after[invoice["Id"]] == invoice


@pytest.mark.parametrize("mode", ["TaxInclusive", "TaxExcluded", "NotApplicable"])
def test_an_invoice_with_tax_inside_or_outside_keeps_its_total_when_saved_again(
    seeded: Running, browser: httpx.Client, mode: str
) -> None:
    realm = seeded.state.store.realms()[1]
    company = seeded.state.company(realm)
    codes = company.query("select * from TaxCode")["TaxCode"]
    standard = next(code["Id"] for code in codes if code["Name"].startswith("20.0% S"))
    sold = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": standard}}
    body = {
        "CustomerRef": {"value": "1"},
        "GlobalTaxCalculation": mode,
        "Line": [
            {
                "Amount": amount,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {**sold, **more},
            }
            for amount, more in (
                ("100", {"TaxInclusiveAmt": 120} if mode == "TaxInclusive" else {}),
                ("33.33", {}),
                ("29.97", {"Qty": 3, "UnitPrice": "9.99"}),
            )
        ],
    }
    made = company.create("Invoice", body, now=seeded.state.clock.now())
    path = f"/books/{realm}/invoices/{made['Id']}/edit"
    form = ShownForm(browser.get(path).text).values
    answer = browser.post(path, data=form)
    assert answer.status_code == 303, answer.text
    assert company.read("Invoice", made["Id"])["TotalAmt"] == made["TotalAmt"]


@pytest.mark.parametrize("typed", ["1e999999", "1e30", "-1e30", "NaN", "abc"])
@pytest.mark.parametrize("field", ["line_quantity", "line_rate", "line_amount"])
def test_a_number_no_book_can_hold_is_refused_beside_the_form(
    seeded: Running, browser: httpx.Client, typed: str, field: str
) -> None:
    realm = seeded.state.store.realms()[0]
    form = {"customer": "Anchor Inn", "line_item": "Services", "line_rate": "5"}
    if field == "line_amount":
        del form["line_rate"]
    answer = browser.post(f"/books/{realm}/invoices/new", data={**form, field: typed})
    assert answer.status_code == 422


def test_the_requests_page_shows_a_body_that_is_nested_without_end(
    seeded: Running, browser: httpx.Client
) -> None:
    realm = seeded.state.store.realms()[0]
    keys = browser.post("/_sim/credentials", json={"realm": realm}).json()
    browser.post(
        f"/v3/company/{realm}/customer",
        content=b"[" * 9000,
        headers={"Authorization": f"Bearer {keys['access_token']}"},
    )
    assert browser.get("/requests").status_code == 200
