"""Estimates and the invoices that they name, or name no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from factories import NOW, make_invoice

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks.streams import streams
from counterfoil.crm import associations
from counterfoil.crm.models import Estimate, Invoice
from counterfoil.crm.refs import Ref
from counterfoil.sync.incoming import applying

pytestmark = pytest.mark.django_db


def read(connection: Connection, stream: str, remote_id: str, **body: Any) -> None:
    """As QuickBooks shows it; each version is a minute younger than the one before."""
    version = body.pop("version", 0)
    at = (NOW + timedelta(minutes=version)).isoformat()
    whole = {
        "Id": remote_id,
        "SyncToken": str(version),
        "TxnDate": "2026-03-04",
        "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
        "CustomerRef": {"value": "1", "name": "Dora"},
        "TotalAmt": 20.0,
        **body,
    }
    observed = streams[stream].observed(msgspec.Raw(msgspec.json.encode(whole)))
    applying.apply(connection, stream, [observed], now=NOW)


def test_an_estimate_lets_go_of_invoices_of_its_books_only(
    connection: Connection,
) -> None:
    workspace = connection.workspace
    read(connection, "invoices", "9")
    named = [{"TxnId": "9", "TxnType": "Invoice"}]
    read(connection, "estimates", "7", LinkedTxn=named)
    estimate = Ref.of(Estimate.objects.get())
    booked = Ref.of(Invoice.objects.get())
    draft = Ref.of(make_invoice(workspace))
    associations.associate(workspace=workspace, left=estimate, right=draft, now=NOW)
    tied = associations.refs_of(workspace, estimate, "invoice")
    assert set(tied) == {booked, draft}

    read(connection, "estimates", "7", version=1)

    assert associations.refs_of(workspace, estimate, "invoice") == [draft]
