"""The main job in a real browser, against the demo as a person starts it.

Connect the simulated company through its consent page, open a seeded deal, create an
invoice from its quote, and act as the bookkeeper on the simulator's pages: the deal's
page follows the acts within five seconds, without being loaded again. Screenshots are
kept in ``test-output/issue-invoice``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.browser import new_context
from support.demo import KEPT, PATIENCE
from support.ports import free_port
from support.promise import Promise

from counterfoil.config import embedded
from counterfoil.demo.cast import LOGIN, PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = pytest.mark.slow
COMMAND = Path(sys.executable).with_name("counterfoil")
OUTPUT = Path(__file__).resolve().parents[2] / "test-output" / "issue-invoice"
READY = "Counterfoil is ready"
DEAL = "Fernández-Ochoa wedding"


@dataclass
class Demo:
    """The running demo: its addresses."""

    web: str
    books: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("journey") / "state"
    told = home.with_suffix(".out")
    ports = {"PORT": free_port(), "SIMULATOR_PORT": free_port()}
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {name: str(port) for name, port in ports.items()}
    with told.open("wb") as output:
        process = subprocess.Popen(
            [COMMAND, "demo"],
            env=environment | {"COUNTERFOIL_HOME": str(home)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    while READY not in told.read_text():
        assert process.poll() is None, told.read_text()
        assert time.monotonic() < deadline, told.read_text()
        time.sleep(0.2)
    yield Demo(*(f"http://127.0.0.1:{port}" for port in ports.values()))
    process.send_signal(signal.SIGINT)
    process.wait(PATIENCE)
    embedded.destroy(home)


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = new_context(browser, viewport={"width": 1440, "height": 900})
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(context: BrowserContext, demo: Demo) -> Page:
    """Ada, signed in, with both companies connected."""
    page = context.new_page()
    page.goto(f"{demo.web}/login/")
    page.fill("[name=email]", LOGIN)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/w/\d+/"))
    for company in ("Harbour Bakery Services", "Pier Four Ltd"):
        connect(page, company)
    page.goto(f"{page_root(page)}/invoices/")
    return page


def page_root(page: Page) -> str:
    found = re.match(r"(.*/w/\d+)/", page.url)
    assert found is not None
    return found.group(1)


def connect(page: Page, company: str) -> None:
    """Through the consent page, as a person does."""
    page.goto(f"{page_root(page)}/settings/integrations/quickbooks/")
    page.get_by_role("button", name=re.compile("^Connect")).first.click()
    page.get_by_text(company).first.click()
    page.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_url(re.compile(r"/settings/integrations/quickbooks"))


def deal_address(page: Page, name: str) -> str:
    page.goto(f"{page_root(page)}/deals/")
    link = page.locator("td.name a", has_text=name).first
    return str(page.evaluate("a => a.href", link.element_handle()))


def wait_for_import(page: Page, address: str, company: str) -> None:
    """The companies are read in the background; a person would simply wait."""
    deadline = time.monotonic() + PATIENCE
    page.goto(f"{page_root(page)}/invoices/")
    while not page.locator("td", has_text=company).count():
        assert time.monotonic() < deadline, f"{company} was not read"
        time.sleep(1)
        page.reload()
    page.goto(address)


def kept(page: Page, name: str) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)


def go_on(page: Page, step: str) -> None:
    page.locator(".wizard-bar .primary").click()
    page.wait_for_url(re.compile(f"/{step}/"))


def soon(locator: Locator) -> None:
    locator.first.wait_for()


def follows(page: Page, stage: str, promise: Promise) -> None:
    """Card and deal property both come to show the stage."""
    promise.sees(
        page.locator("#invoices-card .chip", has_text=stage),
        page.locator(".cols > :first-child .chip", has_text=stage),
    )


def create_invoice(page: Page, deal: str) -> None:
    """All five steps, and the last button pressed twice."""
    page.locator(".head").get_by_role("link", name="Create invoice").click()
    page.locator("label.choice", has_text="Harbour Bakery Services").click()
    page.locator("label.choice", has_text="Q-0211").click()
    kept(page, "1-source")
    go_on(page, "customer")
    kept(page, "2-customer")
    go_on(page, "lines")
    tax = page.locator("#f-tax_code_id")
    if tax.count():
        tax.select_option(label="California (8%)")
        soon(page.locator("#so-far", has_text="California"))
    kept(page, "3-lines")
    go_on(page, "terms")
    kept(page, "4-terms")
    go_on(page, "review")
    kept(page, "5-review")
    page.get_by_role("button", name="Create draft invoice").dblclick()
    page.wait_for_url(deal)
    soon(page.locator("#invoices-card .chip", has_text=re.compile("Sending|Awaiting")))
    soon(page.locator("#invoices-card .chip", has_text="Awaiting send"))
    soon(page.locator(".cols > :first-child .chip", has_text="Awaiting send"))


def test_an_invoice_from_a_quote_is_followed_to_its_payment(
    page: Page, context: BrowserContext, demo: Demo
) -> None:
    deal, promise = deal_address(page, DEAL), Promise()
    wait_for_import(page, deal, "Harbour Bakery Services")
    create_invoice(page, deal)
    number = page.locator("#invoices-card a.no").first.inner_text()
    total = page.locator("#invoices-card .inv .num").first.inner_text()
    soon(page.locator("#timeline", has_text=f"Invoice {number} created in QuickBooks"))
    kept(page, "6-awaiting-send")
    books = open_in_books(context, demo, number)
    act(books, "Send")
    follows(page, "Sent", promise)
    kept(page, "7-sent")
    whole = round(float(total.replace("$", "").replace(",", "")) * 100)
    half = whole // 2
    pay(books, half)
    follows(page, "Partially paid", promise)
    shown = f"Payment of ${half / 100:,.2f} received on invoice {number}"
    soon(page.locator("#timeline", has_text=shown))
    kept(page, "8-partially-paid")
    pay(books, whole - half)
    follows(page, "Paid in full", promise)
    entries = page.locator("#timeline li", has_text="received on invoice")
    soon(entries.nth(1))
    assert entries.count() == 2
    soon(page.locator("#ties-payment li").nth(1))
    assert page.locator("#invoices-card .inv").count() == 1
    kept(page, "9-paid")
    assert promise.is_kept(), promise.took


def open_in_books(context: BrowserContext, demo: Demo, number: str) -> Page:
    books = context.new_page()
    books.goto(demo.books)
    books.locator("main a", has_text="Harbour Bakery Services").click()
    books.locator("main a", has_text=number).first.click()
    return books


def act(books: Page, name: str) -> None:
    with books.expect_navigation():
        books.get_by_role("button", name=name, exact=True).click()


def pay(books: Page, cents: int) -> None:
    form = books.locator("form[action$='/pay']")
    form.locator("[name=amount]").fill(f"{cents / 100:.2f}")
    with books.expect_navigation():
        form.get_by_role("button", name="Receive payment").click()


def test_the_preview_is_the_pdf_of_the_books(page: Page) -> None:
    page.goto(deal_address(page, DEAL))
    page.locator("#invoices-card").get_by_role("link", name="Preview").first.click()
    frame = page.locator("iframe.pdf")
    address = str(page.evaluate("f => f.src", frame.element_handle()))
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


def test_the_invoice_page_tells_why_the_invoice_exists(page: Page) -> None:
    page.goto(deal_address(page, DEAL))
    page.locator("#invoices-card a.no").first.click()
    page.get_by_text("Why does this document exist?").click()
    soon(page.locator("#story", has_text="By a person"))
    kept(page, "10-invoice")


def test_an_existing_invoice_is_added_to_another_deal(page: Page) -> None:
    deal = deal_address(page, "Spring conference breakfasts")
    page.goto(deal)
    page.get_by_role("link", name="Add existing").click()
    company = page.locator("#company")
    if company.count():
        company.select_option(label="Harbour Bakery Services")
    with page.expect_response(re.compile("q=Pacifica")):
        page.locator("#q").fill("Pacifica")
    page.locator("#results input[name=q][value=Pacifica]").wait_for(state="attached")
    soon(page.locator("#results td", has_text="Pacifica"))
    page.locator("#results tbody input[type=checkbox]").first.check()
    kept(page, "11-add-existing")
    page.get_by_role("button", name="Add chosen documents").click()
    page.wait_for_url(deal)
    assert page.locator("#invoices-card .inv").count() == 1
    soon(page.locator(".cols > :first-child", has_text="Invoice number"))
