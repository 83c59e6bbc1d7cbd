"""Which invoice a deal's invoice properties are taken from (row D5). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice of a deal, as far as the choice needs it.

    ``remote_updated_at`` is when QuickBooks last changed it; ``is_in_books`` is false
    for what is still on its way, was refused, or has been deleted there.
    """

    record_id: int
    currency: str
    remote_updated_at: datetime | None
    is_in_books: bool
    total: Decimal
    recipient: str
    number: str
    stage: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Headline:
    """What the deal shows of its invoices."""

    invoiced_amount: Decimal | None = None
    invoice_recipient: str = ""
    invoice_number: str = ""
    invoice_status: str = ""
    invoice_due_on: date | None = None


NOTHING = Headline()


def counts(candidate: Candidate, *, home_currency: str) -> bool:
    """Whether the invoice may speak for the deal at all."""
    return candidate.is_in_books and candidate.currency == home_currency


def headline(
    candidates: Iterable[Candidate], *, home_currency: str, deal_currency: str
) -> Headline:
    """The one most recently updated in QuickBooks wins; none of them: empty.

    The amount is left out when the deal is kept in another currency, since the deal
    shows its amounts in its own.
    """
    counted = [each for each in candidates if counts(each, home_currency=home_currency)]
    if not counted:
        return NOTHING
    winner = max(counted, key=_recency)
    return Headline(
        invoiced_amount=winner.total if deal_currency == winner.currency else None,
        invoice_recipient=winner.recipient,
        invoice_number=winner.number,
        invoice_status=winner.stage,
        invoice_due_on=winner.due_on,
    )


def _recency(candidate: Candidate) -> tuple[float, int]:
    at = candidate.remote_updated_at
    return (at.timestamp() if at else float("-inf"), candidate.record_id)
