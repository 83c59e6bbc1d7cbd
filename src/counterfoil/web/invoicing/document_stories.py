"""Sentences of the timeline about documents of every kind, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _, gettext_lazy, pgettext

from counterfoil.crm.models import TimelineEntry
from counterfoil.web.stories import MONEY, Story, stories

# What a sentence calls a document; payments and expenses are called by their reference.
NAMES = {
    "invoice": gettext_lazy("Invoice"),
    "estimate": gettext_lazy("Estimate"),
    "sales_receipt": gettext_lazy("Sales receipt"),
    "credit_memo": gettext_lazy("Credit memo"),
    "refund_receipt": gettext_lazy("Refund receipt"),
    "payment": gettext_lazy("Payment"),
    "expense": gettext_lazy("Expense"),
}
SENT_KINDS = frozenset({"estimate", "sales_receipt", "credit_memo", "refund_receipt"})
Sentence = Callable[[TimelineEntry], str]


def _words(entry: TimelineEntry) -> dict[str, str]:
    noun = next((name for name in NAMES if entry.kind.startswith(f"{name}_")), "")
    number = str(entry.content.get("number") or "")
    return {
        "document": f"{NAMES.get(noun, noun)} {number}".strip(),
        "recipient": str(entry.content.get("recipient") or ""),
        "message": str(entry.content.get("message") or ""),
    }


def _sent(entry: TimelineEntry) -> str:
    words = _words(entry)
    if words["recipient"]:
        return _("%(document)s sent to %(recipient)s") % words
    return pgettext("timeline", "%(document)s sent") % words


def _created(entry: TimelineEntry) -> str:
    return _("%(document)s created in QuickBooks") % _words(entry)


def _added(entry: TimelineEntry) -> str:
    return _("%(document)s added") % _words(entry)


def _rejected(entry: TimelineEntry) -> str:
    return _("%(document)s was refused by QuickBooks: %(message)s") % _words(entry)


def _attention(entry: TimelineEntry) -> str:
    return _("%(document)s needs a person: %(message)s") % _words(entry)


def _renumbered(entry: TimelineEntry) -> str:
    words = {
        **_words(entry),
        "taken": str(entry.content.get("from") or ""),
        "next": str(entry.content.get("to") or ""),
    }
    return _("Number %(taken)s is taken in QuickBooks; it goes by %(next)s") % words


def _settled(entry: TimelineEntry) -> str:
    words = {**_words(entry), "name": str(entry.content.get("settled_by") or "")}
    if words["name"]:
        return _("%(document)s looked at and left as it is by %(name)s") % words
    return _("%(document)s is in QuickBooks only once again") % words


def _voided(entry: TimelineEntry) -> str:
    return _("%(document)s voided in QuickBooks") % _words(entry)


def _deleted(entry: TimelineEntry) -> str:
    return _("%(document)s deleted in QuickBooks") % _words(entry)


def _refused(entry: TimelineEntry) -> str:
    sentences = {
        "send": _("%(document)s could not be sent: %(message)s"),
        "void": _("%(document)s could not be voided: %(message)s"),
        "delete": _("%(document)s could not be deleted: %(message)s"),
    }
    return sentences.get(_action(entry), "%(message)s") % _words(entry)


def _unclear(entry: TimelineEntry) -> str:
    sentences = {
        "send": _("Nobody knows whether %(document)s was sent: %(message)s"),
        "void": _("Nobody knows whether %(document)s was voided: %(message)s"),
        "delete": _("Nobody knows whether %(document)s was deleted: %(message)s"),
    }
    return sentences.get(_action(entry), "%(message)s") % _words(entry)


def _not_made(entry: TimelineEntry) -> str:
    sentences = {
        "invoice": _("Invoice was not created: %(message)s"),
        "paid_invoice": _("Paid invoice was not created: %(message)s"),
        "estimate": _("Estimate was not created: %(message)s"),
        "sales_receipt": _("Sales receipt was not created: %(message)s"),
        "credit_memo": _("Credit memo was not created: %(message)s"),
        "refund_receipt": _("Refund receipt was not created: %(message)s"),
        "payment": _("Payment was not booked: %(message)s"),
        "expense": _("Expense was not created: %(message)s"),
    }
    document = str(entry.content.get("document") or "")
    return sentences.get(document, "%(message)s") % _words(entry)


def _action(entry: TimelineEntry) -> str:
    return str(entry.content.get("action") or "")


def _add(key: str, icon: str, tone: str, sentence: Sentence) -> None:
    stories.add(Story(key, icon, MONEY, sentence, tone))


def _named(entry: TimelineEntry) -> dict[str, str]:
    return {"name": str(entry.content.get("name") or "")}


def add_all() -> None:
    """Every kind's sentences; what an invoice is told with has its own words."""
    _add(
        "file_added",
        "paperclip",
        "",
        lambda one: _("File added: %(name)s") % _named(one),
    )
    _add(
        "file_removed",
        "paperclip",
        "",
        lambda one: _("File removed: %(name)s") % _named(one),
    )
    _add("document_refused", "circle-alert", "bad", _not_made)
    for noun in NAMES:
        _add(f"{noun}_act_refused", "circle-alert", "bad", _refused)
        _add(f"{noun}_act_unclear", "triangle-alert", "bad", _unclear)
        _add(f"{noun}_renumbered", "hash", "info", _renumbered)
        _add(f"{noun}_settled", "circle-check", "info", _settled)
        if noun in SENT_KINDS:
            _add(f"{noun}_sent", "send", "info", _sent)
        if noun != "invoice":
            _add(f"{noun}_created", "receipt", "info", _created)
            _add(f"{noun}_added", "link", "", _added)
            _add(f"{noun}_rejected", "circle-alert", "bad", _rejected)
            _add(f"{noun}_attention", "triangle-alert", "bad", _attention)
            _add(f"{noun}_voided", "ban", "", _voided)
            _add(f"{noun}_deleted", "trash-2", "bad", _deleted)
