"""Where a person opens an object in QuickBooks' own pages."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from django.conf import settings

from counterfoil.connections.models import Connection

PAGES: Mapping[str, str] = {
    "customers": "customerdetail?nameId=",
    "vendors": "vendordetail?nameId=",
    "items": "items?itemId=",
    "invoices": "invoice?txnId=",
    "estimates": "estimate?txnId=",
    "sales_receipts": "salesreceipt?txnId=",
    "credit_memos": "creditmemo?txnId=",
    "refund_receipts": "refundreceipt?txnId=",
    "payments": "recvpayment?txnId=",
    "expenses": "expense?txnId=",
    "deposits": "deposit?txnId=",
}


def address(connection: Connection, stream: str, remote_id: str) -> str:
    """The page of an object; ``""`` where QuickBooks has none of its own."""
    page = PAGES.get(stream)
    if page is None:
        return ""
    base = str(settings.QUICKBOOKS["app_url"]).rstrip("/")
    company = quote(connection.account, safe="")
    return f"{base}/app/{page}{quote(remote_id, safe='')}&deeplinkcompanyid={company}"
