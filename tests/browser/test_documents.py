"""Every kind of document from every kind of record, in Chromium, into running books.

In the American company and in the British one; each kind once, and invoices from each. What is asked for on the
last step stands in the books afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from factories import (
    make_access,
    make_company,
    make_contact,
    make_deal,
    make_payment,
    make_quote,
)
from integration.invoicing.books import give_lines
from playwright.sync_api import Page, expect
from support import simulator as simulated
from support.browser import OUTPUT
from support.worker import run_until_idle

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.company import customer_of, item_of
from counterfoil.posting.models import Intent
from counterfoil.posting.state import DONE, State
from counterfoil.sync import reference
from counterfoil.sync.ports import sources
from counterfoil.workspaces.access import Access

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STREAMS = (
    "accounts",
    "classes",
    "customers",
    "departments",
    "items",
    "payment_methods",
    "tax_codes",
    "tax_rates",
    "terms",
    "vendors",
)
AMERICAN, BRITISH = 1, 2


@dataclass
class Shop:
    """A workspace that is connected to one company, and somebody who buys there."""

    access: Access
    connection: Connection
    contact: Record
    company: Record
    item: str
    now: datetime

    def sold(self, record: Any, *lines: dict[str, Any]) -> Any:
        """Tie a deal, quote or payment to the buyer, and give it lines."""
        for other in (self.contact, self.company):
            associations.associate(
                workspace=self.access.workspace,
                left=Ref.of(record),
                right=Ref.of(other),
                now=self.now,
            )
        give_lines(
            record,
            list(lines) or [{"name": self.item, "unit_price": "100", "taxable": False}],
        )
        return record

    def started(self, noun: str) -> Any:
        workspace, currency = self.access.workspace, self.connection.home_currency
        if noun in {"contact", "company"}:
            return getattr(self, noun)
        if noun == "deal":
            return self.sold(make_deal(workspace, currency=currency))
        if noun == "quote":
            quote = make_quote(workspace, currency=currency, status="published")
            return self.sold(quote)
        values: dict[str, Any] = {"amount": Decimal(100), "fee": Decimal("3.20")}
        if self.connection.country == "GB":
            values = {"amount": Decimal(120), "refunded": Decimal(120)}
            values["refunded_on"] = self.now.date()
        return self.sold(
            make_payment(
                workspace,
                currency=currency,
                source="payment_link",
                reference="ch_3QXy",
                paid_on=self.now.date(),
                **values,
            )
        )


def shop_of(simulator: simulated.Simulator, company: int) -> Shop:
    """The lists of the company are read; its past documents are not needed."""
    now = datetime.now(UTC)
    access = make_access()
    connection = simulated.connect(
        simulator, access.workspace, now=now, company=company
    )
    for stream in STREAMS:
        cursor: Any = {}
        while cursor is not None:
            page = sources["quickbooks"].page(connection, stream, cursor, now=now)
            reference.keep(connection, stream, page.observed, now=now)
            cursor = page.after
    buyer = next(
        row
        for row in mirror.all_of(connection, "customers")
        if row.active
        and row.email
        and not row.content.get("parent_id")
        and customer_of(row, connection).currency == connection.home_currency
    )
    item = next(
        row
        for row in mirror.all_of(connection, "items")
        if row.active
        and str(row.content["type"]).lower() == "service"
        and item_of(row).has_income_account
    )
    workspace = access.workspace
    return Shop(
        access,
        connection,
        make_contact(workspace, email=buyer.email),
        make_company(workspace, name=buyer.name, email=buyer.email),
        item.name,
        now,
    )


def keep(page: Page, name: str) -> None:
    folder = OUTPUT / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def address_of(record: Any) -> str:
    slug = {"company": "companies"}.get(record.object_type, f"{record.object_type}s")
    return f"/w/{record.workspace_id}/{slug}/{record.pk}/"


def go_on(page: Page, step: str) -> None:
    page.locator(".wizard-bar .primary").click()
    page.wait_for_url(re.compile(f"/{step}/"))


def begin(page: Page, label: str) -> None:
    if label == "Invoice":
        page.locator(".head").get_by_role("link", name="Create invoice").click()
    else:
        page.locator("details.create > summary").press("Enter")
        keep(page, f"menu-{label.lower().replace(' ', '-')}")
        page.locator("details.create").get_by_role("link", name=label).first.click()
    page.wait_for_url(re.compile("/source/"))


def through_lines(page: Page, shop: Shop) -> None:
    """Add a product where there are no lines, and choose what the taxes ask for."""
    if not page.locator("input[name^=quantity-]").count():
        page.fill("#f-q-new", shop.item)
        page.locator("#items-new button", has_text="Choose").first.click()
        page.locator("#f-unit_price-1").fill("100")
    code = page.locator("select[name=tax_code-1]")
    if code.count():
        code.select_option(label="20.0% S")
    header = page.locator("#f-tax_code_id")
    if header.count():
        header.select_option("none")


@pytest.mark.parametrize(
    ("company", "noun", "label", "kinds"),
    [
        (AMERICAN, "deal", "Invoice", ["invoice"]),
        (AMERICAN, "quote", "Estimate", ["estimate"]),
        (AMERICAN, "company", "Credit memo", ["credit_memo"]),
        (AMERICAN, "payment", "Paid invoice", ["invoice", "payment"]),
        (AMERICAN, "contact", "Invoice", ["invoice"]),
        (BRITISH, "deal", "Invoice", ["invoice"]),
        (BRITISH, "quote", "Invoice", ["invoice"]),
        (BRITISH, "company", "Invoice", ["invoice"]),
        (BRITISH, "contact", "Sales receipt", ["sales_receipt"]),
        (BRITISH, "payment", "Refund receipt", ["refund_receipt"]),
    ],
)
def test_it_is_made_and_stands_in_the_books(
    simulator, open_page, company, noun, label, kinds
):
    shop = shop_of(simulator, company)
    record = shop.started(noun)
    name = f"{label} {noun} {shop.connection.country}".lower().replace(" ", "-")
    page = open_page(shop.access.user, address_of(record))
    begin(page, label)
    keep(page, f"{name}-1-source")
    go_on(page, "customer")
    page.locator("input[name=customer_id]").first.check()
    keep(page, f"{name}-2-customer")
    go_on(page, "lines")
    through_lines(page, shop)
    keep(page, f"{name}-3-lines")
    go_on(page, "terms")
    account = page.locator("#f-deposit_account_id")
    if account.count():
        account.select_option(index=1)
    keep(page, f"{name}-4-terms")
    go_on(page, "review")
    keep(page, f"{name}-5-review")
    expect(page.locator("#problems")).to_have_count(0)
    page.locator(".wizard-bar .primary").click()
    page.wait_for_url(re.compile(address_of(record)))
    run_until_idle(datetime.now(UTC))
    posted = Intent.objects.order_by("created_at", "kind")
    assert [each.kind for each in posted] == kinds
    assert {State(each.state) for each in posted} <= DONE
    page.reload()
    keep(page, f"{name}-6-done")
    # A search that a person does not wait for is given up; that is no fault.
    assert [each for each in page.problems if not each.startswith("htmx:")] == []
