"""What the books answered, written onto the invoice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from counterfoil.crm.models import Invoice, PostingState

AMOUNTS = ("total", "subtotal", "tax", "balance")
# Not the customer's name: of a sub-customer the books give its last part only.
TAKEN = {"customer_remote_id": "customer_id", "email_status": "email_status"}


def confirmed(
    invoice: Invoice, payload: Mapping[str, object], *, updated_at: datetime
) -> dict[str, object]:
    """The values of an invoice that stands in the books.

    ``updated_at`` is when the books wrote it. Amounts are taken from the answer unless
    the invoice has been read from the books meanwhile: that is newer.
    """
    held = payload.get("document")
    document: Mapping[str, object] = held if isinstance(held, Mapping) else {}
    values: dict[str, object] = {
        "posting_state": PostingState.CONFIRMED.value,
        "posting_message": "",
        "number": str(payload.get("number") or invoice.number),
    }
    if invoice.remote_updated_at is not None:
        return values
    values["remote_updated_at"] = updated_at
    for name in AMOUNTS:
        amount = _amount(document.get(name))
        if amount is not None:
            values[name] = amount
    for name, held_as in TAKEN.items():
        if document.get(held_as):
            values[name] = str(document[held_as])
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
