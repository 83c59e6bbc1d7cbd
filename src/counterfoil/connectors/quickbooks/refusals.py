"""Refusals in words that fit the company and the document: what is taken, what is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks.naming import explained
from counterfoil.core.errors import Gone, Rejected, Stale
from counterfoil.posting import documents

CLOSED_CODES = frozenset({"6200", "6210"})
MISSING_CODES = frozenset({"610"})
CONFLICT = "5010"  # posting knows it by this, too
# What the date of a document is called here.
DATES: Mapping[str, str] = {"payment": "paid_on", "expense": "spent_on"}


def of_creation(
    connection: Connection, error: Rejected | Gone, kind: str, payload: bytes
) -> Rejected:
    """Why a document was not made. What is missing then is something it names."""
    if isinstance(error, Gone):
        sentence = _("Something it refers to no longer exists in QuickBooks.")
        return Rejected(sentence, code="610", correlation_id=error.correlation_id)
    sent = msgspec.json.decode(payload)
    if error.field == "issued_on":
        error.field = DATES.get(kind, error.field)
    if error.code in CLOSED_CODES:
        error.message = _closed(connection, _dated(payload))
        return error
    name = str(sent.get("DisplayName") or sent.get("Name") or "")
    return explained(connection, error, documents.stream(kind), name)


def conflicting(error: Stale) -> Rejected:
    """What a new document names was being edited just then: nothing was made.

    The same may be asked again, but under another id: this one keeps its answer.
    """
    sentence = _("Somebody was changing the same thing in QuickBooks. Try again.")
    return Rejected(sentence, code=CONFLICT, correlation_id=error.correlation_id)


def of_action(connection: Connection, error: Rejected) -> Rejected | Gone:
    """Why nothing was done to a document that exists."""
    if error.code in MISSING_CODES:
        return gone(error)
    if error.code in CLOSED_CODES:
        sentence = _(
            "The books of %(company)s are closed for its date, so QuickBooks lets nobody"
            " change it. Open the period there first."
        )
        error.message = sentence % {"company": connection.name}
        error.field = ""
    return error


def gone(error: Rejected) -> Gone | Rejected:
    """What is missing where nothing else is named is the document itself."""
    if error.code not in MISSING_CODES:
        return error
    return Gone(_("It no longer exists in QuickBooks."), error.correlation_id)


def is_of_unknown_closing(
    connection: Connection, error: Rejected | Gone, payload: bytes
) -> bool:
    """Whether books are closed, and what is known of the company does not explain it."""
    if isinstance(error, Gone) or error.code not in CLOSED_CODES:
        return False
    return _closing(connection, _dated(payload)) is None


def _dated(payload: bytes) -> str:
    return str(msgspec.json.decode(payload).get("TxnDate") or "")


def _closing(connection: Connection, dated: str) -> date | None:
    """The known closing date, if it explains that nothing can be booked on the day."""
    closed, day = _day(str(connection.facts.get("closed_on") or "")), _day(dated)
    is_open = closed is not None and day is not None and day > closed
    return None if is_open else closed


def _closed(connection: Connection, dated: str) -> str:
    """With the next open day where what is known of the company explains the refusal."""
    closed = _closing(connection, dated)
    if closed is None:
        return _(
            "The books are closed for this date. Choose a date after the closing date."
        )
    sentence = _(
        "The books of %(company)s are closed up to %(day)s. Choose %(next)s or a later"
        " date."
    )
    return sentence % {
        "company": connection.name,
        "day": date_format(closed),
        "next": date_format(closed + timedelta(days=1)),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
