"""Up to which day a company's books are closed, read anew when they turn out to be."""

from __future__ import annotations

from django.db import transaction

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks.client import Client
from counterfoil.connectors.quickbooks.company import closing_date
from counterfoil.core.errors import CounterfoilError


def learn(connection: Connection, client: Client, *, seconds: float) -> None:
    """Note the closing date as it is now; where it cannot be read, nothing changes.

    It is a call: not in a transaction.
    """
    try:
        closed_on = closing_date(client.get("preferences", deadline=seconds))
    except CounterfoilError:
        return
    connection.facts = {**connection.facts, "closed_on": closed_on}
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        row.facts = {**row.facts, "closed_on": closed_on}
        row.save(update_fields=["facts"])
