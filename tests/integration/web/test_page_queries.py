"""Every page costs at most twelve queries, whatever stands on it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from support.queries import at_most
from support.showcase import Showcase, make_showcase

from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import post

pytestmark = pytest.mark.django_db
MOST = 12
PAGES = {
    "home": "",
    "attention": "attention/",
    "search": "search/?q=oven",
    "contacts": "contacts/",
    "contacts-search": "contacts/?q=park&sort=-email",
    "companies": "companies/",
    "deals": "deals/?f=amount:greater:10&sort=amount",
    "board": "deals/?view=board",
    "quotes": "quotes/",
    "products": "products/",
    "invoices": "invoices/",
    "payments": "payments/",
    "deal": "deals/{deal}/",
    "deal-changes": "deals/{deal}/?show=changes",
    "contact": "contacts/{contact}/",
    "company": "companies/{company}/",
    "quote": "quotes/{quote}/",
    "product": "products/{product}/",
    "invoice": "invoices/{invoice}/",
    "payment": "payments/{payment}/",
    "new": "deals/new/",
    "edit": "deals/{deal}/edit/",
    "lines": "deals/{deal}/lines/",
    "ties": "deals/{deal}/ties/contacts/",
    "settings": "settings/",
    "workspace": "settings/workspace/",
    "people": "settings/people/",
    "integration": "settings/integrations/quickbooks/",
    "connection": "settings/integrations/quickbooks/{connection}/",
    "reviews": "settings/integrations/quickbooks/{connection}/sync/reviews/",
    "conflicts": "settings/integrations/quickbooks/{connection}/sync/conflicts/",
    "issues": "settings/integrations/quickbooks/{connection}/sync/issues/",
    "deal-sync": "deals/{deal}/sync/",
    "invoice-sync": "invoices/{invoice}/sync/",
    "contact-sync": "contacts/{contact}/sync/",
    "product-sync": "products/{product}/sync/",
}


@pytest.fixture
def showcase() -> Showcase:
    return make_showcase(datetime.now(UTC))


def test_every_page_costs_at_most_twelve_queries(showcase: Showcase, subtests):
    client = Client()
    client.force_login(showcase.access.user)
    base = f"/w/{showcase.access.workspace.pk}/"
    client.get(base)
    nouns = "deal contact company quote product invoice payment connection"
    ids = {noun: getattr(showcase, noun).pk for noun in nouns.split()}
    for name, path in PAGES.items():
        with subtests.test(name), at_most(MOST):
            response = client.get(base + path.format(**ids))
            assert response.status_code == 200


@pytest.mark.parametrize("state", ["pending", "rejected", "attention", "confirmed"])
def test_what_was_posted_from_here_makes_pages_no_dearer(
    showcase: Showcase, state: str
):
    workspace, invoice = showcase.access.workspace, showcase.invoice
    ref = Ref.of(invoice)
    for record in (ref, Ref.of(showcase.deal)):
        post.submit(
            workspace=workspace,
            connection=showcase.connection,
            kind="invoice",
            document={"customer_id": "58", "currency": "USD", "lines": []},
            business_key=[record.object_type, str(record.record_id)],
            record=record,
            actor=Actor.user(showcase.access.user.pk, "Ada"),
            now=datetime.now(UTC),
        )
    Invoice.objects.filter(pk=invoice.pk).update(posting_state=state)
    client = Client()
    client.force_login(showcase.access.user)
    base = f"/w/{workspace.pk}/"
    client.get(base)
    here = f"invoices/{invoice.pk}/"
    for path in (f"deals/{showcase.deal.pk}/", "invoices/", here, "attention/"):
        with at_most(MOST):
            assert client.get(base + path).status_code == 200
