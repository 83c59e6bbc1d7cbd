"""The sheet of a document: its lines, what they come to, and what was applied to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _, pgettext

from counterfoil.connections import mirror
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import DocumentLine, PaymentAllocation
from counterfoil.web import formats
from counterfoil.workspaces.access import Access

ON = ("invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt")
# Lines that stand with the totals: the books keep them apart, too.
BESIDE = ("shipping", "discount")


@dataclass(frozen=True, slots=True)
class Applied:
    """A payment or credit, and its part for this document."""

    noun: str
    slug: str
    record_id: int
    label: str
    detail: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the middle of a document's page shows."""

    document: Any
    lines: Sequence[DocumentLine]
    beside: Sequence[DocumentLine]
    codes: Mapping[str, str]
    applied: Sequence[Applied]
    left_label: str
    left: Decimal | None
    deposit: str

    @property
    def shows_codes(self) -> bool:
        return bool(self.codes)


def sheet_of(access: Access, document: Any) -> Sheet:
    """Gather the sheet."""
    lines = list(document.lines.order_by("position"))
    labels = {
        "invoice": pgettext("document", "Balance"),
        "credit_memo": pgettext("credit memo", "Not used yet"),
    }
    return Sheet(
        document=document,
        lines=[line for line in lines if line.kind not in BESIDE],
        beside=[line for line in lines if line.kind in BESIDE],
        codes=_codes(document, lines),
        applied=list(_applied(access, document)),
        left_label=labels.get(document.object_type, ""),
        left=getattr(document, "balance", getattr(document, "remaining", None)),
        deposit=_deposit(document),
    )


def _applied(access: Access, document: Any) -> Iterator[Applied]:
    """What was paid or credited, or what a credit memo was used for."""
    if document.object_type not in {"invoice", "credit_memo"}:
        return
    rows = document.allocations.filter(
        payment__workspace=access.workspace,
        payment__voided=False,
        payment__deleted_remotely=False,
    ).select_related("payment")
    for part in rows.order_by("payment__paid_on", "id"):
        yield _part(part, is_credit=document.object_type == "credit_memo")


def _part(part: PaymentAllocation, *, is_credit: bool) -> Applied:
    """A payment of nothing brings a credit to an invoice."""
    payment = part.payment
    label = _("Payment")
    if is_credit:
        label = pgettext("credit memo", "Used")
    elif not payment.amount:
        label = _("Credit")
    details = [
        payment.method,
        payment.reference,
        formats.day(payment.paid_on) if payment.paid_on else "",
    ]
    return Applied(
        "payment",
        object_types["payment"].slug,
        payment.pk,
        label,
        " · ".join(filter(None, details)),
        part.amount,
    )


def _deposit(document: Any) -> str:
    """Where the money went, and when it was brought to the bank."""
    account = getattr(document, "deposit_account", "")
    if getattr(document, "deposited_on", None):
        words = {
            "account": document.bank_account or account,
            "day": formats.day(document.deposited_on),
        }
        return _("Deposited to %(account)s on %(day)s") % words
    if not account:
        return ""
    if document.object_type == "refund_receipt":
        return _("Paid from %(account)s") % {"account": account}
    return _("Put on %(account)s") % {"account": account}


def _codes(document: Any, lines: Sequence[DocumentLine]) -> dict[str, str]:
    """What the tax codes of the lines are called."""
    used = {line.tax_code for line in lines if line.tax_code}
    names = {"TAX": _("Taxable"), "NON": _("Not taxable")}
    if used - set(names) and document.connection is not None:
        rows = mirror.get_many(document.connection, "tax_codes", used)
        names |= {code: row.name for code, row in rows.items() if code not in names}
    return {code: names.get(code, code) for code in used}
