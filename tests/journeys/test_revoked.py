"""The company's administrator takes our access away in the middle of an invoice.

Nothing is half-made, a sentence says what to do, and after reconnecting it goes on:
the books hold exactly one invoice and one customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_access, make_deal
from support import simulator as simulated
from support.worker import run_until_idle

from counterfoil.connections import authorise, mirror
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import company as companies, drafts, match
from counterfoil.invoicing.content import NO_TAX, DraftLine, NewCustomer
from counterfoil.invoicing.models import Draft, DraftState
from counterfoil.posting.models import Intent
from counterfoil.sync.runs import plan
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMER = "Newly Met Breakfasts"
LATER = timedelta(minutes=10)


class Story:
    """Ada with a draft at its review, and a company that may go away."""

    def __init__(self, simulator: simulated.Simulator, access: Access) -> None:
        self.simulator, self.access = simulator, access
        now = datetime.now(UTC)
        self.connection = simulated.connect(simulator, access.workspace, now=now)
        plan.begin(self.connection, now)
        run_until_idle(now)
        self.connection.refresh_from_db()
        self.deal = make_deal(access.workspace)
        self.draft = self._ready(now)
        self.client = Client()
        self.client.force_login(access.user)

    def _ready(self, now: datetime) -> Draft:
        draft = drafts.start(access=self.access, started=Ref.of(self.deal), now=now)
        content = drafts.choose_source(
            draft, connection=self.connection, key="scratch", now=now
        )
        items = [
            companies.item_of(row) for row in mirror.all_of(self.connection, "items")
        ]
        item = next(each for each in items if each.has_income_account)
        line = match.with_item(DraftLine(key="", unit_price="95", taxable=False), item)
        content = replace(
            content.with_line(line),
            customer="new",
            new_customer=NewCustomer(display_name=CUSTOMER, currency="USD"),
            tax_code_id=NO_TAX,
        )
        company = companies.read(
            self.connection, self.access.workspace, content, now=now
        )
        content = drafts.with_terms(content, company, self.connection, now=now)
        return drafts.save(draft, content, step="review", now=now)

    def revoke(self) -> None:
        answer = self.simulator.call(
            "POST", "/_sim/oauth/revoke", {"realm": self.connection.account}
        )
        assert answer["revoked"]

    def finish(self) -> str:
        """Press the last button; the page that follows."""
        args = [self.access.workspace.pk, self.draft.pk, "review"]
        address = reverse("invoice_step", args=args)
        answer = self.client.post(address, {"go": "finish"}, follow=True)
        return answer.content.decode()

    def work(self, now: datetime) -> None:
        run_until_idle(now)
        self.connection.refresh_from_db()

    def reconnect(self) -> None:
        now = datetime.now(UTC)
        address = authorise.begin(
            access=self.access,
            service="quickbooks",
            session_key="ada",
            now=now,
            connection=self.connection,
        )
        self.connection = authorise.complete(
            user=self.access.user,
            session_key="ada",
            service="quickbooks",
            params=self.simulator.consent(address),
            now=now,
        )

    def in_books(self, entity: str, where: str) -> list[dict[str, object]]:
        keys = self.simulator.credentials()
        asked = quote(f"select * from {entity} where {where}")  # noqa: S608
        address = f"/v3/company/{keys['realm_id']}/query?query={asked}"
        answer = self.simulator.call("GET", address, token=keys["access_token"])
        found: list[dict[str, object]] = answer["QueryResponse"].get(entity, [])
        return found

    def exactly_one_is_in_the_books(self) -> bool:
        customers = self.in_books("Customer", f"DisplayName = '{CUSTOMER}'")
        assert len(customers) == 1
        invoices = self.in_books("Invoice", f"CustomerRef = '{customers[0]['Id']}'")
        invoice = Invoice.objects.get(title=invoices[0]["DocNumber"])
        assert invoice.posting_state == "confirmed"
        return len(invoices) == 1


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    with simulated.serving(tmp_path) as simulator:
        yield Story(simulator, make_access())


def test_revoked_after_submitting_the_invoice_waits_and_is_made_once_on_return(
    story: Story,
) -> None:
    assert "on its way to QuickBooks" in story.finish()
    story.revoke()
    story.work(datetime.now(UTC))
    assert story.connection.state == ConnectionState.RECONNECT
    assert story.in_books("Customer", f"DisplayName = '{CUSTOMER}'") == []
    assert Invoice.objects.get(customer_name=CUSTOMER).posting_state == "pending"
    assert {each.state for each in Intent.objects.all()} == {"intended"}
    page = story.client.get(f"/w/{story.access.workspace.pk}/deals/{story.deal.pk}/")
    name = story.connection.name
    assert f"{name} needs reconnecting." in page.content.decode()
    assert f"waits until {name} is connected again" in page.content.decode()
    story.reconnect()
    story.work(datetime.now(UTC) + LATER)
    assert story.exactly_one_is_in_the_books()


def test_revoked_before_finishing_the_draft_is_kept_and_finished_on_return(
    story: Story,
) -> None:
    story.revoke()
    Connection.objects.filter(pk=story.connection.pk).update(next_poll_at=None)
    story.work(datetime.now(UTC))
    assert story.connection.state == ConnectionState.RECONNECT
    page = story.finish()
    assert "QuickBooks no longer accepts the connection" in page
    assert not Intent.objects.exists()
    assert not Invoice.objects.filter(customer_name=CUSTOMER).exists()
    story.draft.refresh_from_db()
    assert story.draft.state == DraftState.OPEN
    story.reconnect()
    assert "on its way to QuickBooks" in story.finish()
    story.work(datetime.now(UTC) + LATER)
    assert story.exactly_one_is_in_the_books()


def test_revoked_unnoticed_between_review_and_finish_it_is_found_out_by_sending(
    story: Story,
) -> None:
    story.revoke()
    assert "on its way to QuickBooks" in story.finish()
    story.work(datetime.now(UTC))
    assert story.connection.state == ConnectionState.RECONNECT
    assert story.in_books("Customer", f"DisplayName = '{CUSTOMER}'") == []
    story.finish()
    story.reconnect()
    story.work(datetime.now(UTC) + LATER)
    assert story.exactly_one_is_in_the_books()
