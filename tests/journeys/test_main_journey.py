"""The main job, end to end, as its first user does it: no step by hand elsewhere.

Pictures of every step are kept in test-output/journey.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import new_context
from support.demo import PATIENCE, Demo
from support.promise import Promise

from counterfoil.demo.cast import LOGIN, PASSWORD

pytestmark = pytest.mark.slow

PICTURES = Path("test-output/journey")
REALM = "9130350000000001"


@dataclass
class Desk:
    """Ada's browser: one page in Counterfoil, one in the simulated books."""

    demo: Demo
    page: Page
    books: Page
    taken: list[str] = field(default_factory=list)
    promise: Promise = field(default_factory=Promise)

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.demo.port}"

    @property
    def simulator(self) -> str:
        return f"http://127.0.0.1:{self.demo.simulator_port}"

    def picture(self, name: str, page: Page | None = None) -> None:
        self.taken.append(name)
        path = PICTURES / f"{len(self.taken):02}-{name}.png"
        (page or self.page).screenshot(path=path, full_page=True)

    def sign_in(self) -> None:
        self.page.goto(self.home)
        self.page.get_by_label("E-mail").fill(LOGIN)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(re.compile(r"/w/\d+/$"))

    def connect(self, company: str) -> None:
        """Through the consent page, back to a page that names the company."""
        self.page.goto(f"{self.home}/w/1/settings/integrations/quickbooks/")
        self.page.get_by_role("button", name=re.compile("^Connect")).first.click()
        self.page.wait_for_url(re.compile("/connect/oauth2"))
        self.page.get_by_role("radio", name=re.compile(company)).check()
        self.picture(f"consent-{company}")
        self.page.get_by_role("button", name="Connect").click()
        self.page.wait_for_url(re.compile(r"/settings/"))
        card = self.page.get_by_role("main")
        expect(card.get_by_text(company).first).to_be_visible()
        expect(card.get_by_text("Sandbox").first).to_be_visible()
        self.picture(f"connected-{company}")

    def wait_for_import(self) -> None:
        """Until the first import has brought what the books hold."""
        deadline = time.monotonic() + PATIENCE
        while not self.demo.query(
            "SELECT count(*) FROM connections_connection"
            " WHERE imported_at IS NOT NULL AND state = 'active'"
        ):
            assert time.monotonic() < deadline, "the first import did not end"
            time.sleep(0.3)

    def open_deal(self, name: str) -> None:
        self.page.goto(f"{self.home}/w/1/deals/?q={name.split(maxsplit=1)[0]}")
        self.page.get_by_role("link", name=name).first.click()
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def next_step(self, title: str) -> None:
        self.page.get_by_role("button", name=re.compile("^Next")).click()
        self.page.wait_for_url(re.compile(f"/{title}/"))
        self.picture(f"wizard-{title}")

    def stage(self, name: str) -> Locator:
        card = self.page.get_by_role("region", name="QuickBooks documents")
        return card.get_by_text(name, exact=True)


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    demo = Demo(tmp_path / "home")
    with demo.running():
        context = new_context(browser, viewport={"width": 1440, "height": 900})
        yield Desk(demo, context.new_page(), context.new_page())
        context.close()


def test_a_salesperson_invoices_a_deal_and_sees_it_paid(desk: Desk) -> None:
    desk.sign_in()
    desk.connect("Harbour Bakery Services")
    desk.wait_for_import()
    number = create_invoice(desk)
    follow_until_paid(desk, number)
    assert desk.promise.is_kept(), desk.promise.took
    accepted = httpx.get(f"{desk.simulator}/_sim/oracle").json()["accepted"]
    created = [
        one
        for one in accepted
        if one["entity"] == "Invoice" and one["operation"] == "create"
    ]
    assert len(created) == 1


def create_invoice(desk: Desk) -> str:
    """From the deal's published quote; returns the number that QuickBooks gave."""
    page = desk.page
    desk.open_deal("Spring conference breakfasts")
    desk.picture("deal-before")
    page.get_by_role("link", name="Create invoice").first.click()
    page.wait_for_url(re.compile("/source/"))
    expect(page.get_by_role("radio", name=re.compile("Q-0202"))).to_be_disabled()
    page.get_by_role("radio", name=re.compile("Q-0218")).check()
    desk.picture("wizard-source")
    desk.next_step("customer")
    desk.next_step("lines")
    choose(page, "Sales tax", "California")
    desk.next_step("terms")
    desk.next_step("review")
    page.get_by_role("button", name="Create draft invoice").click()
    page.wait_for_url(re.compile(r"/deals/\d+/$"))
    desk.picture("deal-sending")
    created = page.get_by_text(re.compile(r"Invoice \d+ created in QuickBooks")).first
    desk.promise.sees(created, desk.stage("Awaiting send"))
    desk.picture("deal-awaiting-send")
    found = re.search(r"Invoice (\d+)", created.inner_text())
    assert found
    return found.group(1)


def choose(page: Page, label: str, text: str) -> None:
    """Choose the option that begins with ``text``; the rate stands behind it."""
    chooser = page.get_by_label(label)
    option = chooser.locator("option").filter(has_text=re.compile(f"^{text}"))
    chooser.select_option(value=option.first.get_attribute("value"))


def follow_until_paid(desk: Desk, number: str) -> None:
    """Every act of the bookkeeper shows on the deal's page, which stays open."""
    books, page = desk.books, desk.page.get_by_role("main")
    books.goto(f"{desk.simulator}/books/{REALM}/invoices?q={number}")
    books.get_by_role("link", name=number, exact=True).first.click()
    books.get_by_label("To", exact=True).fill("ines@breakwaterhotel.example")
    books.get_by_role("button", name="Send").click()
    sent = page.get_by_text(re.compile(f"Invoice {number} sent"))
    desk.promise.sees(desk.stage("Sent"), sent)
    desk.picture("deal-sent")

    total = owed(books)
    half = f"{total / 2:.2f}"
    pay(books, half)
    desk.promise.sees(desk.stage("Partially paid"))
    desk.picture("deal-half-paid")

    pay(books, "")
    payments = desk.page.get_by_text(re.compile(r"^Payment of \$[\d,.]+ received"))
    also = page.get_by_text("Paid in full").nth(1)
    desk.promise.sees(desk.stage("Paid in full"), payments.nth(1), also)
    expect(payments).to_have_count(2)
    expect(page.get_by_text("Invoice status").first).to_be_visible()
    desk.picture("deal-paid")
    desk.picture("books-paid", books)


def owed(books: Page) -> float:
    text = books.get_by_label("Amount", exact=True).input_value()
    return float(text.replace(",", ""))


def pay(books: Page, amount: str) -> None:
    if amount:
        books.get_by_label("Amount", exact=True).fill(amount)
    with books.expect_navigation():
        books.get_by_role("button", name="Receive payment").click()
