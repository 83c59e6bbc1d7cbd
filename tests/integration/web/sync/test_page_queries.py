"""Every page of sync costs at most twelve queries, whatever stands on it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from support.queries import at_most
from support.showcase import make_showcase
from support.sync_showcase import make_sync_showcase

pytestmark = pytest.mark.django_db
MOST = 12
# What waits for a yes is judged record by record, as when it is carried out.
JUDGING = 8


def test_every_page_of_sync_costs_at_most_twelve_queries(subtests):
    now = datetime.now(UTC)
    showcase = make_showcase(now)
    made = make_sync_showcase(showcase, now)
    connection = showcase.connection
    base = (
        f"/w/{connection.workspace_id}/settings/integrations/quickbooks"
        f"/{connection.pk}/sync/"
    )
    client = Client()
    client.force_login(showcase.access.user)
    client.get(base)
    for path in (
        "",
        "import/",
        "objects/contacts/",
        "objects/products/",
        "objects/invoices/",
        "objects/contacts/fields/",
        "objects/contacts/held/",
        f"changes/{made.ready.pk}/",
        f"changes/{made.counting.pk}/",
        "runs/",
        f"runs/{made.importing.pk}/",
        f"runs/{made.done.pk}/",
        f"runs/{made.done.pk}/?show=created",
        f"runs/{made.done.pk}/undo/",
    ):
        most = MOST + JUDGING * path.endswith("held/")
        with subtests.test(path), at_most(most):
            assert client.get(base + path).status_code == 200
