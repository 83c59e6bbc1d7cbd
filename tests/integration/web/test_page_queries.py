"""Every page costs at most twelve queries, whatever stands on it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from support.queries import at_most
from support.showcase import Showcase, make_showcase

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
