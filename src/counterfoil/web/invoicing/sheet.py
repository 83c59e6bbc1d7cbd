"""The sheet of one invoice: its lines, totals, payments and way into the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.crm.models import Invoice, InvoiceLine, PaymentAllocation, Record
from counterfoil.invoicing import preview, reopen
from counterfoil.web.invoicing.panel import version_of
from counterfoil.workspaces.access import Access, Permission


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the middle of an invoice's page shows."""

    invoice: Invoice
    lines: Sequence[InvoiceLine]
    codes: Mapping[str, str]
    payments: Sequence[PaymentAllocation]
    shows_codes: bool
    address: str
    books_address: str
    may_correct: bool
    is_pending: bool
    version: str


def sheet_of(access: Access, record: Record) -> Sheet:
    """Gather the sheet."""
    if not isinstance(record, Invoice):
        raise TypeError("only an invoice has a sheet")
    invoice = record
    lines = list(invoice.lines.order_by("position"))
    payments = list(
        invoice.allocations.filter(payment__voided=False)
        .select_related("payment")
        .order_by("payment__paid_on", "id")
    )
    return Sheet(
        invoice=invoice,
        lines=lines,
        codes=_codes(invoice, lines),
        payments=payments,
        shows_codes=any(line.tax_code for line in lines),
        address=reverse("record", args=[access.workspace.pk, "invoices", invoice.pk]),
        books_address=preview.page_address(access=access, made=invoice),
        may_correct=access.may(Permission.CREATE_DOCUMENTS)
        and reopen.may_correct(invoice),
        is_pending=invoice.posting_state == "pending",
        version=version_of(access, invoice, [invoice]),
    )


def _codes(invoice: Invoice, lines: Sequence[InvoiceLine]) -> dict[str, str]:
    """What the tax codes of the lines are called."""
    used = {line.tax_code for line in lines if line.tax_code}
    names = {"TAX": _("Taxable"), "NON": _("Not taxable")}
    if used - set(names) and invoice.connection is not None:
        rows = mirror.get_many(invoice.connection, "tax_codes", used)
        names |= {code: row.name for code, row in rows.items() if code not in names}
    return {code: names.get(code, code) for code in used}
