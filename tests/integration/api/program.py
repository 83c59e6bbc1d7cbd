"""A program that calls the API, and what it asks for."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from factories import NOW

from counterfoil.crm.models import Deal
from counterfoil.workspaces import tokens
from counterfoil.workspaces.access import Access

ALL = ["documents.read", "documents.write", "documents.act"]


class Program:
    """A client with a token."""

    def __init__(self, access: Access, scopes: list[str] | None = None) -> None:
        issued = tokens.issue(access=access, name="Shop", scopes=scopes or ALL, now=NOW)
        self.token = issued.token
        self.client = Client(headers={"authorization": f"Bearer {issued.text}"})

    def post(self, path: str, body: Any = None, key: str = "order-1") -> Any:
        return self.client.post(
            f"/api/v1/documents/{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"idempotency-key": key} if key else {},
        )

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/documents/{path}")


def asked(deal: Deal, kind: str = "invoice", **settings: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "source": {"type": "deal", "id": deal.pk},
        "settings": {"issued_on": "2026-03-04", **settings},
    }
