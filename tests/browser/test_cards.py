"""The card of documents and a document's own page, in Chromium: by hand, and ugly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from factories import make_deal
from integration.invoicing.delivery import Books
from playwright.sync_api import expect
from support.browser import barriers, picture
from support.deeds import Mishap
from support.showcase_records import LONG

from counterfoil.crm import associations
from counterfoil.crm.refs import Ref

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KINDS = ("invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt")
UNBROKEN = "INV" + "0123456789" * 3


class Desk(Books):
    """Books whose clock is the page's."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime.now(UTC)
        self.deal = make_deal(self.workspace, name=LONG)
        self.base = f"/w/{self.workspace.pk}"

    def settle(self, record: Any, **passed: float) -> Any:
        self.now = max(self.now, datetime.now(UTC))
        return super().settle(record, **passed)

    def tied(self, kind: str = "invoice", **values: Any) -> Any:
        record = self.document(kind, **values)
        associations.associate(
            workspace=self.workspace,
            left=Ref.of(self.deal),
            right=Ref.of(record),
            now=self.now,
        )
        return record

    def path(self, record: Any) -> str:
        slug = record.object_type.replace("_", "-") + "s"
        return f"{self.base}/{slug}/{record.pk}/"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_document_is_sent_now_and_later_from_its_card_and_page(desk, open_page):
    sent, later = desk.tied(), desk.tied("sales_receipt")
    page = open_page(desk.access.user, f"{desk.base}/deals/{desk.deal.pk}/")
    card = page.locator("#invoices-card")
    card.locator(".inv", has_text=sent.number).locator("summary").click()
    card.get_by_role("link", name="Send…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_contain_text(f"Invoice {sent.number}")
    dialog.get_by_label("To").fill("ada@example.com")
    dialog.get_by_role("button", name="Send by e-mail").click()
    expect(page.get_by_text("is being sent to ada@example.com")).to_be_visible()
    desk.settle(sent, seconds=5)
    expect(page.locator(".toast", has_text="was sent")).to_be_visible()
    expect(card.locator(".inv", has_text=sent.number)).to_contain_text("sent")

    page.goto(desk.path(later))
    page.get_by_role("link", name="Send…").click()
    dialog.get_by_label("Later").check()
    day = (desk.now + timedelta(days=2)).date().isoformat()
    dialog.get_by_label("Day").fill(day)
    dialog.get_by_label("Time").fill("09:30")
    dialog.get_by_role("button", name="Send by e-mail").click()
    expect(page.locator("#dossier")).to_contain_text("It will be sent")
    page.get_by_role("button", name="Do not send it").click()
    expect(page.locator("#dossier")).to_contain_text("Not sent by e-mail yet.")
    assert page.problems == []


def test_a_document_is_voided_and_deleted_only_once_that_is_confirmed(desk, open_page):
    void = desk.tied("sales_receipt")
    page = open_page(desk.access.user, desk.path(void))
    dialog = page.get_by_role("dialog")
    page.get_by_role("link", name="Void…").click()
    expect(dialog).to_contain_text("$120.00")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("link", name="Void…").click()
    dialog.get_by_role("button", name="Void in QuickBooks").click()
    desk.settle(void, seconds=5)
    expect(page.locator(".toast", has_text="was voided")).to_be_visible()
    page.get_by_role("link", name="Delete…").click()
    dialog.get_by_role("button", name="Delete in QuickBooks").click()
    desk.settle(void, seconds=10)
    expect(page.get_by_text("Deleted in QuickBooks.").first).to_be_visible()
    assert page.problems == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_cards_and_pages_of_documents_are_without_barriers_in(
    desk, open_page, theme, width
):
    ugly = {"customer_name": LONG, "number": UNBROKEN, "recipient": f"{UNBROKEN}@b.de"}
    records = [desk.tied(kind, **ugly) for kind in KINDS]
    refused = desk.tied(
        posting_state="rejected", posting_message=LONG, customer_name=LONG, number=""
    )
    desk.tied("expense", vendor_name=LONG, number=UNBROKEN)
    desk.shelf.deeds.faults.append(Mishap.DROP_BEFORE)
    desk.send(records[1])
    for _round in range(12):
        desk.settle(records[1], minutes=10)
    desk.send(records[2], at=datetime.now(UTC) + timedelta(days=3))
    invoice, doubtful, later = records[0], records[1], records[2]
    own = f"{desk.base}/invoicing"
    paths = {
        "card-all": f"{desk.base}/deals/{desk.deal.pk}/",
        "document-invoice": desk.path(invoice),
        "document-doubtful": desk.path(doubtful),
        "document-later": desk.path(later),
        "document-refused": desk.path(refused),
        "ask-send": f"{own}/invoice/{invoice.pk}/send/",
        "ask-later": f"{own}/sales_receipt/{later.pk}/send/",
        "ask-delete": f"{own}/invoice/{invoice.pk}/delete/",
        "story-doubtful": f"{own}/estimate/{doubtful.pk}/story/",
        "existing-kinds": f"{own}/existing/deal/{desk.deal.pk}/?kind=estimate",
    }
    page = open_page(desk.access.user, "/", width=width, theme=theme)
    found = []
    for name, path in paths.items():
        page.goto(path)
        picture(page, f"{name}-{theme}-{width}")
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name}: {wide} pixels wider than the window")
    page.goto(desk.path(invoice))
    page.get_by_role("link", name="Send…").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Later").check()
    picture(page, f"dialog-send-{theme}-{width}")
    found += [f"dialog: {barrier}" for barrier in barriers(page)]
    assert found + page.problems == []
