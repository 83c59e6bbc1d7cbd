"""One document of the card: what is said of it, and what may be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import PostingState, Record
from counterfoil.crm.stages import is_sent
from counterfoil.invoicing.offers import (
    DELETABLE,
    PERMISSIONS,
    SENDABLE,
    VOIDABLE,
)
from counterfoil.posting.act_state import Deed
from counterfoil.posting.models import Act
from counterfoil.posting.state import State
from counterfoil.web import formats
from counterfoil.web.invoicing.chips import Chip, chip_of
from counterfoil.web.invoicing.papers import Paper
from counterfoil.workspaces.access import Access

PRINTED = SENDABLE | {"payment"}
POSSIBLE = {Deed.SEND: SENDABLE, Deed.VOID: VOIDABLE, Deed.DELETE: DELETABLE}


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose card it is, and for whom; ``is_mixed``: of several companies."""

    access: Access
    record: Record
    is_mixed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One document of the card. ``moves`` are the acts that its menu offers."""

    document: Paper
    title: str
    who: str
    chip: Chip
    amount: str
    left: str
    small: Sequence[str]
    doubt: str
    trouble: str
    moves: Sequence[str]
    is_printed: bool


def row_of(document: Paper, setting: Setting, asked: Sequence[Act]) -> Row:
    """Say it all in a line or two."""
    chip = chip_of(document)
    doubtful = next((act for act in asked if act.state == State.ESCALATED), None)
    in_trouble = chip.key in {"rejected", "attention"}
    return Row(
        document=document,
        title=title_of(document),
        who=document.who,
        chip=chip,
        amount=formats.money(document.total, document.currency),
        left=_left(document, chip),
        small=[
            *_dates(document, chip),
            *_mail(document, asked),
            *_held_up(document, chip),
            *_uncounted(document, setting),
            *_company(document, setting),
        ],
        doubt=doubtful.message if doubtful else "",
        trouble=document.posting_message if in_trouble else "",
        moves=[
            deed.value
            for deed, nouns in POSSIBLE.items()
            if document.object_type in nouns
            and setting.access.may(PERMISSIONS[deed])
            and _is_worth_asking(deed, chip)
        ],
        is_printed=chip.is_in_books and document.object_type in PRINTED,
    )


def title_of(document: Any) -> str:
    """Its number, or what it is: some have none, others none until the books have it."""
    label = str(object_types[document.object_type].label[0])
    is_there = document.posting_state in {PostingState.NONE, PostingState.CONFIRMED}
    untitled = label if is_there else _("New: %(kind)s") % {"kind": label}
    return document.number or untitled


def who_of(document: Any) -> str:
    """Who gets it; of an expense, who was paid."""
    return str(getattr(document, "vendor_name", "") or document.customer_name)


def _is_worth_asking(deed: Deed, chip: Chip) -> bool:
    """What is not there cannot be acted upon; only sending may be asked for before."""
    if chip.key == "pending":
        return deed is Deed.SEND
    is_void = chip.key == "voided"
    return chip.is_in_books and not (is_void and deed is not Deed.DELETE)


def _left(document: Paper, chip: Chip) -> str:
    """What is still owed, or still to be used."""
    left, paid_on = document.left, document.last_paid_on
    if chip.is_over or not left:
        if chip.key == "paid" and document.total and paid_on:
            return _("paid %(day)s") % {"day": formats.short_day(paid_on)}
        return ""
    amount = formats.money(left, document.currency)
    return _("%(amount)s left") % {"amount": amount}


def _dates(document: Paper, chip: Chip) -> Iterator[str]:
    until = document.until
    if document.object_type == "invoice":
        if until and not chip.is_over:
            late = chip.key == "overdue"
            sentence = _("was due %(day)s") if late else _("due %(day)s")
            yield sentence % {"day": formats.day(until)}
        return
    if document.dated:
        yield formats.day(document.dated)
    if until and chip.key in {"offered", "expired"}:
        yield _("valid until %(day)s") % {"day": formats.day(until)}


def _mail(document: Paper, asked: Sequence[Act]) -> Iterator[str]:
    """What became of its e-mail, and what is asked for now."""
    for act in asked:
        if words := asked_for(act):
            yield words
    sent_at = document.sent_at
    if document.object_type in SENDABLE and is_sent(document.email_status, sent_at):
        if sent_at:
            yield _("sent %(day)s") % {"day": formats.short_day(sent_at)}
        else:
            yield _("sent by e-mail")


def asked_for(act: Act) -> str:
    """What is being done, or will be; empty when a person has to decide."""
    if act.state == State.ESCALATED:
        return ""
    if act.state == State.INTENDED and act.not_before is not None:
        return _("will be sent %(moment)s") % {"moment": formats.minute(act.not_before)}
    sentences = {
        Deed.SEND: _("is being sent"),
        Deed.VOID: _("is being voided"),
        Deed.DELETE: _("is being deleted"),
    }
    return sentences[Deed(act.action)]


def _held_up(document: Paper, chip: Chip) -> Iterator[str]:
    """Why a document on its way does not get on."""
    connection = document.connection
    if chip.key == "pending" and connection and not connection.is_active:
        sentence = _("waits until %(company)s is connected again")
        yield sentence % {"company": connection.name}


def _uncounted(document: Paper, setting: Setting) -> Iterator[str]:
    """Why the deal does not count an invoice."""
    home = setting.access.workspace.home_currency
    is_counted = setting.record.object_type == "deal"
    if is_counted and document.object_type == "invoice" and document.currency != home:
        sentence = _("in %(currency)s, not counted on this deal")
        yield sentence % {"currency": document.currency}


def _company(document: Paper, setting: Setting) -> Iterator[str]:
    if setting.is_mixed and document.connection:
        yield document.connection.name
