"""What can be made from a record: the menu beside its title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.models import CreditMemo, Invoice, Payment, Record
from counterfoil.invoicing import kinds, owed, received, receiving
from counterfoil.workspaces.access import Access, Permission

ON = (*kinds.RECORDS, *kinds.FROM_PAYMENTS, "invoice", "credit_memo")
PAY = gettext_lazy("Record payment in QuickBooks")
USE = gettext_lazy("Use for open invoices")
FEE = gettext_lazy("Book the fee as expense")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to make: what it is for, or why it cannot be made of this record."""

    label: Any
    about: Any
    icon: str
    address: str
    why_not: str = ""


def menu(access: Access, record: Record) -> Mapping[str, object] | None:
    """The choices, and the one that is a button of its own."""
    if record.archived_at is not None or not access.may(Permission.CREATE_DOCUMENTS):
        return None
    if isinstance(record, Invoice):
        is_owed = record.posting_state in owed.STANDING and record.balance > 0
        is_gone = record.voided or record.deleted_remotely
        if not record.connection_id or not is_owed or is_gone:
            return None
        return {"choices": [], "first": None, "pay": _pay_address(record), "label": PAY}
    if isinstance(record, CreditMemo):
        return _use(record)
    made = _made(record)
    first = made[0] if record.object_type in kinds.RECORDS else None
    rest = made[1:] if first else made
    return {
        "first": first,
        "pay": "",
        "label": kinds.kinds["invoice"].create if first else "",
        "choices": [*rest, *_money(record)],
    }


def _use(record: CreditMemo) -> Mapping[str, object] | None:
    is_there = record.posting_state in owed.IN_BOOKS and record.connection_id
    is_gone = record.voided or record.deleted_remotely
    if not is_there or is_gone or record.remaining <= 0:
        return None
    return {"choices": [], "first": None, "pay": _pay_address(record), "label": USE}


def _made(record: Record) -> Sequence[Choice]:
    facts = received.facts_of(record) if isinstance(record, Payment) else None
    return [
        Choice(
            kind.label,
            kind.about,
            "receipt" if kind.takes_money else "file-text",
            reverse(
                "document_new",
                args=[record.workspace_id, kind.key, record.object_type, record.pk],
            ),
            _reason(kind.key, facts),
        )
        for kind in kinds.of_start(record.object_type)
    ]


def _reason(kind: str, facts: receiving.Received | None) -> str:
    found = receiving.refusals(kind, facts) if facts is not None else iter(())
    return next((message for _field, message in found), "")


def _money(record: Record) -> Sequence[Choice]:
    """Payments against what is owed, and a payment's fee."""
    found = []
    if record.object_type in owed.STARTS:
        about = _("Against one or several open invoices of the customer.")
        why_not = ""
        if isinstance(record, Payment) and received.is_booked(record):
            why_not = _("This payment is in QuickBooks already.")
        found.append(Choice(PAY, about, "hand-coins", _pay_address(record), why_not))
    if isinstance(record, Payment) and record.fee > 0:
        found.append(
            Choice(
                FEE,
                _("What the payment service kept of it."),
                "wallet",
                reverse("payment_fee", args=[record.workspace_id, record.pk]),
                received.why_not(record, "expense"),
            )
        )
    return found


def _pay_address(record: Record) -> str:
    return reverse(
        "invoices_pay", args=[record.workspace_id, record.object_type, record.pk]
    )
