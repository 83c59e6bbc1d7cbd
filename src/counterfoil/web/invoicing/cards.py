"""Cards and sentences that invoicing adds to the pages of records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.crm.models import TimelineEntry
from counterfoil.web import formats
from counterfoil.web.cards import Card, cards
from counterfoil.web.invoicing import buttons, document_stories, sheet
from counterfoil.web.invoicing.dossier import DOCUMENTS, dossier_of
from counterfoil.web.invoicing.panel import ON, has_dossier, panel_of
from counterfoil.web.stories import MONEY, Story, stories
from counterfoil.workspaces.access import Access


def _panel(access: Access, record: Any) -> Mapping[str, object]:
    return {"panel": panel_of(access, record)}


def _sheet(access: Access, record: Any) -> Mapping[str, object]:
    return {"sheet": sheet.sheet_of(access, record)}


def _dossier(access: Access, record: Any) -> Mapping[str, object] | None:
    """Nothing while it is known only here, as payments may be."""
    return {"dossier": dossier_of(access, record)} if has_dossier(record) else None


cards.add(
    Card("quickbooks_invoices", ON, 10, "invoicing/card.html", _panel, first=True)
)
cards.add(
    Card(
        "create_document",
        buttons.ON,
        10,
        "invoicing/button.html",
        buttons.menu,
        place="buttons",
    )
)
cards.add(
    Card(
        "document_sheet",
        sheet.ON,
        10,
        "invoicing/sheet.html",
        _sheet,
        place="middle",
    )
)
cards.add(Card("dossier", DOCUMENTS, 5, "invoicing/dossier.html", _dossier, first=True))


def _words(entry: TimelineEntry) -> dict[str, str]:
    """The parts of a sentence, as the reader's locale writes them."""
    content = entry.content
    currency = str(content.get("currency") or "USD")
    return {
        "number": str(content.get("number") or "") or _("without a number"),
        "amount": formats.money(_amount(content.get("amount")), currency),
        "before": formats.money(_amount(content.get("before")), currency),
        "recipient": str(content.get("recipient") or ""),
        "company": str(content.get("company") or "QuickBooks"),
        "message": str(content.get("message") or ""),
        "customer": str(content.get("customer") or ""),
    }


def _amount(value: object) -> Decimal:
    return Decimal(str(value or 0))


def _sent(entry: TimelineEntry) -> str:
    words = _words(entry)
    if words["recipient"]:
        return _("Invoice %(number)s sent to %(recipient)s") % words
    return _("Invoice %(number)s sent") % words


def _received(entry: TimelineEntry) -> str:
    sentence = _("Payment of %(amount)s received on invoice %(number)s") % _words(entry)
    content = entry.content
    parts = [f"{content.get('method', '')} {content.get('reference', '')}".strip()]
    if content.get("paid_on"):
        parts.append(formats.day(date.fromisoformat(str(content["paid_on"]))))
    more = " · ".join(part for part in parts if part)
    return f"{sentence} · {more}" if more else sentence


def _tell(key: str, icon: str, tone: str, sentence: Any) -> None:
    stories.add(Story(key, icon, MONEY, sentence, tone))


_tell(
    "invoice_created",
    "receipt",
    "info",
    lambda entry: _("Invoice %(number)s created in QuickBooks") % _words(entry),
)
_tell("invoice_sent", "send", "info", _sent)
_tell(
    "invoice_added",
    "link",
    "",
    lambda entry: _("Invoice %(number)s added") % _words(entry),
)
_tell(
    "invoice_voided",
    "ban",
    "",
    lambda entry: _("Invoice %(number)s voided in QuickBooks") % _words(entry),
)
_tell(
    "invoice_deleted",
    "trash-2",
    "bad",
    lambda entry: _("Invoice %(number)s deleted in QuickBooks") % _words(entry),
)
_tell(
    "invoice_rejected",
    "circle-alert",
    "bad",
    lambda entry: _("QuickBooks refused the invoice: %(message)s") % _words(entry),
)
_tell(
    "invoice_attention",
    "triangle-alert",
    "bad",
    lambda entry: _("The invoice needs a person: %(message)s") % _words(entry),
)
_tell("payment_received", "hand-coins", "good", _received)
_tell(
    "payment_changed",
    "hand-coins",
    "info",
    lambda entry: (
        _("Payment on invoice %(number)s changed from %(before)s to %(amount)s")
        % _words(entry)
    ),
)
_tell(
    "payment_removed",
    "hand-coins",
    "bad",
    lambda entry: (
        _("Payment of %(amount)s on invoice %(number)s taken back") % _words(entry)
    ),
)
document_stories.add_all()
