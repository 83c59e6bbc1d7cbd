"""What the books answered, written onto the invoice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from counterfoil.crm.models import Invoice, PostingState

AMOUNTS = ("total", "subtotal", "tax", "balance")


def confirmed(
    invoice: Invoice, payload: Mapping[str, object], *, now: datetime
) -> dict[str, object]:
    """The values of an invoice that stands in the books.

    Amounts are taken from the answer unless newer news has been read meanwhile.
    """
    held = payload.get("document")
    document: Mapping[str, object] = held if isinstance(held, Mapping) else {}
    values: dict[str, object] = {
        "posting_state": PostingState.CONFIRMED.value,
        "posting_message": "",
        "number": str(payload.get("number") or invoice.number),
    }
    updated_at = _moment(document.get("remote_updated_at")) or now
    if invoice.remote_updated_at and invoice.remote_updated_at >= updated_at:
        return values
    values["remote_updated_at"] = updated_at
    for name in AMOUNTS:
        amount = _amount(document.get(name))
        if amount is not None:
            values[name] = amount
    for name in ("customer_name", "customer_remote_id"):
        if document.get(name):
            values[name] = str(document[name])
    return values


def troubled(state: PostingState, payload: Mapping[str, object]) -> dict[str, object]:
    """The values of an invoice that a person has to look at."""
    return {
        "posting_state": state.value,
        "posting_message": str(payload.get("message") or ""),
    }


def _amount(value: object) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None
