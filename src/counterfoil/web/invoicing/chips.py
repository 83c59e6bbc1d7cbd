"""The chip of a document: where it stands, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _, pgettext

from counterfoil.crm.models import EstimateStatus, InvoiceStage, PostingState
from counterfoil.web.invoicing.papers import Paper
from counterfoil.web.place import here
from counterfoil.web.records.looks import ESTIMATE_STATES, INVOICE_STAGES

STRUCK = "plain struck"


@dataclass(frozen=True, slots=True)
class Chip:
    """``key`` is for decisions, ``label`` for people, ``look`` for the stylesheet.

    What a kind says of itself has a key of its own: an estimate that is pending, or that
    its customer rejected, is in the books all the same.
    """

    key: str
    label: str
    look: str = ""

    @property
    def is_in_books(self) -> bool:
        """Whether the books have it, as far as is known."""
        return self.key not in {"pending", "rejected", "cancelled", "deleted"}

    @property
    def is_over(self) -> bool:
        """Whether nothing is owed or done any more."""
        return self.key in {"voided", "deleted", "cancelled", "rejected", "paid"}


def chip_of(document: Paper) -> Chip:
    """How far it is on its way into the books; once there, where it stands."""
    if document.deleted_remotely:
        return Chip("deleted", _("Deleted in QuickBooks"), STRUCK)
    found = _underway(document)
    if found is not None:
        return found
    if document.voided:
        return Chip("voided", pgettext("document", "Voided"), STRUCK)
    return STANDINGS[document.object_type](document)


def _underway(document: Paper) -> Chip | None:
    chips = {
        PostingState.PENDING: ("pending", _("Sending to QuickBooks"), "info"),
        PostingState.REJECTED: ("rejected", _("Refused by QuickBooks"), "bad"),
        PostingState.ATTENTION: ("attention", _("Needs attention"), "warn"),
        PostingState.CANCELLED: ("cancelled", _("Given up"), STRUCK),
    }
    found = chips.get(PostingState(document.posting_state))
    return Chip(*found) if found else None


def _invoice(document: Paper) -> Chip:
    label = str(InvoiceStage(document.state).label)
    return Chip(document.state, label, INVOICE_STAGES.get(document.state, ""))


def _estimate(document: Paper) -> Chip:
    today, expires = here().today, document.until
    is_open = document.state == EstimateStatus.PENDING
    if is_open and today and expires and expires < today:
        return Chip("expired", pgettext("document", "Expired"), "warn")
    label = str(EstimateStatus(document.state).label)
    look = ESTIMATE_STATES.get(document.state, "")
    return Chip("offered" if is_open else "answered", label, look)


def _sales_receipt(document: Paper) -> Chip:
    if document.state == "deposited":
        return Chip("deposited", pgettext("document", "Deposited"), "good")
    return Chip("paid", pgettext("document", "Paid"), "good")


def _credit_memo(document: Paper) -> Chip:
    if not document.left:
        return Chip("used", pgettext("credit memo", "Used up"), "good")
    if document.left < document.total:
        return Chip("partly_used", pgettext("credit memo", "Partly used"), "outline")
    return Chip("unused", pgettext("credit memo", "Not used yet"))


STANDINGS: dict[str, Callable[[Paper], Chip]] = {
    "invoice": _invoice,
    "estimate": _estimate,
    "sales_receipt": _sales_receipt,
    "credit_memo": _credit_memo,
    "refund_receipt": lambda _one: Chip("refunded", pgettext("document", "Given back")),
    "expense": lambda _one: Chip("booked", pgettext("document", "Booked")),
}
