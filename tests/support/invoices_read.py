"""Invoices as they are read, made by hand."""

from __future__ import annotations

from typing import Any

from factories import NOW

from counterfoil.sync.ports import Observed


def invoice(remote_id: str = "7", **values: Any) -> Observed:
    """One that is open; what is not said is as most are."""
    content = {
        "number": remote_id,
        "issued_on": "2026-03-01",
        "due_on": "2026-04-01",
        "currency": "USD",
        "exchange_rate": "",
        "customer_id": "1",
        "customer_name": "Dora",
        "terms_id": "",
        "terms": "",
        "email": "",
        "email_status": "",
        "sent_at": "",
        "message": "",
        "total": "10",
        "subtotal": "10",
        "tax": "0",
        "balance": "10",
        "voided": False,
        "estimate_ids": [],
        "lines": [],
        **values,
    }
    return Observed(
        "invoices",
        remote_id,
        version="0",
        updated_at=NOW,
        content=content,
        digest=repr(sorted(content.items())).encode(),
    )
