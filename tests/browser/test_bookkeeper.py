"""The bookkeeper's pages of the simulator in Chromium: one journey, and every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.bookkeeper import Bookkeeper, number_in
from support.browser import COLOURS, RULES, barriers, new_context, picture, watch

from qbo_simulator.testing import Running, serve

pytestmark = pytest.mark.browser
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk 한국어 주식회사 & Sons"
FORMS = [(1440, "light"), (1440, "dark"), (390, "light")]
OF_EACH_SORT = (
    "home",
    "overview",
    "invoice-ugly",
    "invoice-ugly-edit",
    "customer-ugly",
    "settle-ugly",
    "report-list",
    "invoices",
    "bills-new",
    "deposits-new",
    "journal-entries-new",
    "items",
    "accounts-one",
    "settings",
    "outbox",
    "webhooks",
)
"""Pages that between them hold every sort of thing there is to see; the others share their templates."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serve(tmp_path_factory.mktemp("simulator"), profiles=("multi",)) as running:
        yield running


@pytest.fixture(scope="module")
def pat(running: Running) -> Iterator[Bookkeeper]:
    pat = Bookkeeper(running)
    yield pat
    pat.http.close()


@pytest.fixture
def look(browser: Browser, running: Running) -> Iterator[Callable[..., Page]]:
    contexts = []

    def opened(path: str, *, width: int = 1440, theme: str = "light") -> Page:
        context = new_context(
            browser,
            base_url=running.base_url,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def written_by_hand(page: Page, pat: Bookkeeper, slug: str, rate: str) -> str:
    """Write a sales form of one line in the browser; give its number."""
    page.goto(f"{pat.root}/{slug}/new")
    page.get_by_label("Customer").first.fill("Lantern Row")
    page.get_by_label("Product or service, line 1").fill(pat.item())
    page.get_by_label("Quantity, line 1").fill("1")
    page.get_by_label("Rate, line 1").fill(rate)
    page.get_by_label("Tax, line 1").select_option(label="Not taxable")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("status")).to_contain_text("Created")
    return number_in(page.url)


def paid_with_a_credit(page: Page, pat: Bookkeeper, numbers: list[str]) -> str:
    """Pay two invoices with a credit memo and money; give the payment's id."""
    first, second, credit = numbers
    page.goto(f"{pat.root}/payments/new")
    page.get_by_label("Customer").fill("Lantern Row")
    page.get_by_role("button", name="Go on").click()
    page.locator(f"[name=apply_{first}]").fill("100")
    page.locator(f"[name=apply_{second}]").fill("50")
    page.locator(f"[name=credit_{credit}]").fill("30")
    picture(page, "journey-2-payment", folder="bookkeeper")
    page.get_by_role("button", name="Receive payment").click()
    expect(page.get_by_role("status")).to_contain_text("Created")
    return number_in(page.url)


def brought_to_the_bank(page: Page, pat: Bookkeeper, payment: str) -> str:
    """Deposit a payment; give the deposit's id."""
    page.goto(f"{pat.root}/deposits/new")
    page.get_by_label("Deposited to").select_option(index=1)
    page.locator(f"input[value='Payment:{payment}']").check()
    picture(page, "journey-3-deposit", folder="bookkeeper")
    page.get_by_role("button", name="Make deposit").click()
    expect(page.get_by_role("status")).to_contain_text("Created")
    return number_in(page.url)


def test_from_invoices_over_a_payment_and_a_deposit_to_a_void(look, pat):
    pat.customer("Lantern Row", email="lantern@row.example")
    page = look(pat.root)
    first = written_by_hand(page, pat, "invoices", "100")
    second = written_by_hand(page, pat, "invoices", "50")
    credit = written_by_hand(page, pat, "credit-memos", "30")
    picture(page, "journey-1-credit-memo", folder="bookkeeper")
    payment = paid_with_a_credit(page, pat, [first, second, credit])
    assert pat.read("Payment", payment)["TotalAmt"] == 120
    assert pat.read("CreditMemo", credit)["Balance"] == 0
    deposit = brought_to_the_bank(page, pat, payment)

    page.goto(f"{pat.root}/payments/{payment}")
    page.get_by_role("button", name="Void").click()
    expect(page.get_by_role("alert")).to_contain_text("Delete the deposit first")
    expect(page.get_by_role("alert")).to_contain_text("6540")
    picture(page, "journey-4-refused", folder="bookkeeper")

    page.locator("main").get_by_role("link", name=re.compile("^Deposit")).click()
    expect(page).to_have_url(re.compile(rf"/deposits/{deposit}(\?|$)"))
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_contain_text("Deleted")
    page.goto(f"{pat.root}/payments/{payment}")
    page.get_by_role("button", name="Void").click()
    expect(page.get_by_role("status")).to_contain_text("Voided")
    picture(page, "journey-5-voided", folder="bookkeeper")
    assert pat.read("Invoice", first)["Balance"] == 100
    assert sum(pat.company.trial_balance().values()) == 0
    assert [each for each in page.problems if "422" not in each] == []


def test_a_chooser_asks_for_names_beyond_those_the_page_holds(look, pat):
    pat.customer("Zzyzx Road Services")
    page = look(f"{pat.root}/invoices/new")
    with page.expect_response(re.compile("/names")):
        page.locator("#customer").press_sequentially("zzyz")
    expect(page.locator("#customers option")).to_have_count(1)
    assert page.locator("#customers option").get_attribute("value") == (
        "Zzyzx Road Services"
    )
    assert page.problems == []


def test_a_form_is_filled_and_sent_by_keyboard_alone(look, pat):
    page = look(f"{pat.root}/terms/new")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    for typed in ("Net 9", "9"):
        while page.evaluate("document.activeElement.tagName") != "INPUT" or (
            page.evaluate("document.activeElement.value")
        ):
            page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Net 9")).to_be_visible()


@pytest.fixture(scope="module")
def paths(pat: Bookkeeper) -> dict[str, str]:
    """Every page, with ugly names, many lines and nothing at all on some of them."""
    customer = pat.customer(
        LONG, email="averyveryverylongname@" + "long" * 9 + ".example"
    )
    lines: dict[str, Any] = {
        "line_item": [pat.item()] * 30,
        "line_description": ["What was done, and why, and what it took " * 4] * 30,
        "line_quantity": ["12345"] * 30,
        "line_rate": ["9999.99"] * 30,
        "line_tax": ["NON"] * 30,
    }
    ugly = pat.invoice(LONG, **lines)
    nothing = pat.invoice(LONG, rate="0")
    pat.do(f"/invoices/{ugly}/send", to="a@b.example")
    found = {
        "invoice-ugly": f"/invoices/{ugly}",
        "invoice-ugly-edit": f"/invoices/{ugly}/edit",
        "invoice-nothing": f"/invoices/{nothing}",
        "customer-ugly": f"/customers/{customer}",
        "settle-ugly": f"/payments/new?customer={customer}",
        "report-profit": "/reports/ProfitAndLoss",
        "report-list": "/reports/TransactionList",
        "report-ledger": "/reports/GeneralLedger",
        "overview": "",
        "rates": "/currencies/rates",
        "bundle-new": "/items/bundles/new",
    }
    page = pat.http.get(pat.root).text
    slugs = dict.fromkeys(re.findall(rf"{pat.root}/([a-z-]+)\"", page))
    for slug in slugs:
        found[slug] = f"/{slug}"
        listed = pat.http.get(f"{pat.root}/{slug}").text
        one = re.search(rf"{pat.root}/{slug}/(\d+)\"", listed)
        if one:
            found[f"{slug}-one"] = f"/{slug}/{one[1]}"
        if f"{pat.root}/{slug}/new" in listed:
            found[f"{slug}-new"] = f"/{slug}/new"
    rooted = {name: f"{pat.root}{path}" for name, path in found.items()}
    return {**rooted, "home": "/", "webhooks": "/webhooks", "requests": "/requests"}


@pytest.mark.slow
@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_pages_are_without_barriers_and_every_one_within_its_width(
    look, paths, width, theme
):
    page = look("/", width=width, theme=theme)
    problems = []
    rules = COLOURS if theme == "dark" else RULES
    seen = paths if (width, theme) == FORMS[0] else OF_EACH_SORT
    for name in seen:
        page.goto(paths[name])
        if name in OF_EACH_SORT:
            picture(page, f"{name}-{width}-{theme}", folder="bookkeeper")
        if name in OF_EACH_SORT or name.endswith("-new"):
            problems += [f"{name}: {each}" for each in barriers(page, rules)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            problems.append(f"{name} is {wide} wide")
    assert problems + page.problems == []
