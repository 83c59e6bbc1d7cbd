"""What the books answered, written onto the document's record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from counterfoil.crm.models import Booked, PostingState

AMOUNTS = ("total", "subtotal", "tax", "balance", "remaining", "amount", "unapplied")
# Not the customer's name: of a sub-customer the books give its last part only.
TAKEN = {"customer_remote_id": "customer_id", "email_status": "email_status"}


def confirmed(
    made: Booked, payload: Mapping[str, object], *, updated_at: datetime
) -> dict[str, object]:
    """The values of a document that stands in the books.

    ``updated_at`` is when the books wrote it. Amounts are taken from the answer unless
    the document has been read from the books meanwhile: that is newer.
    """
    held = payload.get("document")
    document: Mapping[str, object] = held if isinstance(held, Mapping) else {}
    values: dict[str, object] = {
        "posting_state": PostingState.CONFIRMED.value,
        "posting_message": "",
        "number": str(payload.get("number") or made.number),
    }
    if made.remote_updated_at is not None:
        return values
    values["remote_updated_at"] = updated_at
    values |= amounts(made, document)
    columns = {field.name for field in made._meta.get_fields()}
    for name, held_as in TAKEN.items():
        if name in columns and document.get(held_as):
            values[name] = str(document[held_as])
    return values


def amounts(made: Booked, document: Mapping[str, object]) -> dict[str, object]:
    """The amounts that the document says, of those that the record has."""
    columns = {field.name for field in made._meta.get_fields()}
    said = {name: _amount(document.get(name)) for name in columns & set(AMOUNTS)}
    return {name: amount for name, amount in said.items() if amount is not None}


def troubled(state: PostingState, payload: Mapping[str, object]) -> dict[str, object]:
    """The values of a document that a person has to look at."""
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
