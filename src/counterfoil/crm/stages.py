"""The stage of an invoice, from what the books say of it and the calendar (row D4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """Where an invoice stands; the values are those that records keep."""

    AWAITING_SEND = "awaiting_send"
    SENT = "sent"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    VOIDED = "voided"


OPEN = (Stage.AWAITING_SEND, Stage.SENT, Stage.PARTIALLY_PAID)
SENT_WORDS = frozenset({"sent", "emailsent", "email_sent"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides a stage. ``is_void`` is true of a deleted document too."""

    total: Decimal
    balance: Decimal
    due_on: date | None
    is_sent: bool
    is_void: bool = False


def stage(standing: Standing, *, today: date) -> Stage:
    """Decide; ``today`` is the calendar day in the workspace's zone.

    An invoice is overdue from the day after its due date for as long as anything is
    owed, whether or not it was sent or paid in part. One that comes to zero owes
    nothing: it is paid, as QuickBooks shows it.
    """
    if standing.is_void:
        return Stage.VOIDED
    if standing.balance <= 0:
        return Stage.PAID
    if standing.due_on is not None and standing.due_on < today:
        return Stage.OVERDUE
    if standing.balance < standing.total:
        return Stage.PARTIALLY_PAID
    return Stage.SENT if standing.is_sent else Stage.AWAITING_SEND


def is_sent(email_status: str, sent_at: datetime | None) -> bool:
    """Whether the customer has got it."""
    return sent_at is not None or email_status.lower() in SENT_WORDS
