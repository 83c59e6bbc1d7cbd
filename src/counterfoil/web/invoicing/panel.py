"""The QuickBooks invoices card: what it shows, in a few queries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.connections import queries as connection_queries
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import (
    Association,
    Invoice,
    PostingState,
    Record,
    TimelineEntry,
)
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import drafts
from counterfoil.web import formats
from counterfoil.workspaces.access import Access, Permission

SHOWN = 20
ON = ("deal", "contact", "company", "quote")


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice of the card."""

    invoice: Invoice
    state: str
    label: Any
    left: Any
    when: str
    paid_on: Any
    small: Sequence[str]

    @property
    def title(self) -> str:
        return self.invoice.number or _("New invoice")

    @property
    def is_in_books(self) -> bool:
        return self.state not in {"pending", "rejected", "cancelled"}


@dataclass(frozen=True, slots=True)
class Panel:
    """The card of one record."""

    record: Record
    object_type: str
    rows: Sequence[Row]
    more: int
    connections: Sequence[Connection]
    broken: Sequence[Connection]
    drafts: int
    may_create: bool
    may_add: bool
    may_connect: bool
    version: str
    address: str

    @property
    def company(self) -> Connection | None:
        """The company to name in the head, when there is only one."""
        return self.connections[0] if len(self.connections) == 1 else None


def panel_of(access: Access, record: Record) -> Panel:
    """Gather the card."""
    workspace = access.workspace
    invoices = _invoices(access, record)
    connections = [
        each
        for each in connection_queries.of(workspace, active=False)
        if each.state != ConnectionState.DISCONNECTED
    ]
    object_type = type_of(record).key
    shown = invoices[:SHOWN]
    is_mixed = len({each.connection_id for each in shown}) > 1 or len(connections) > 1
    is_archived = record.archived_at is not None
    may_create = access.may(Permission.CREATE_DOCUMENTS) and not is_archived
    return Panel(
        record=record,
        object_type=object_type,
        rows=[_row(each, record, workspace.home_currency, is_mixed) for each in shown],
        more=len(invoices) - len(shown),
        connections=connections,
        broken=[each for each in connections if not each.is_active],
        drafts=_begun(access, record) if may_create else 0,
        may_create=may_create,
        may_add=access.may(Permission.EDIT_RECORDS) and not is_archived,
        may_connect=access.may(Permission.MANAGE_INTEGRATIONS),
        version=version_of(access, record, invoices, connections),
        address=reverse("record", args=[workspace.pk, type_of(record).slug, record.pk]),
    )


def _begun(access: Access, record: Record) -> int:
    begun = drafts.open_drafts(access=access, started=Ref.of(record))
    return sum(1 for draft in begun if draft.content)


def _invoices(access: Access, record: Record) -> list[Invoice]:
    ties = Association.objects.filter(
        workspace=access.workspace,
        from_type=record.object_type,
        from_id=record.pk,
        to_type="invoice",
    )
    rows = (
        Invoice.objects.filter(
            workspace=access.workspace,
            pk__in=ties.values("to_id"),
            archived_at=None,
        )
        .select_related("connection")
        .annotate(paid_on=Max("allocations__payment__paid_on"))
    )
    return list(rows.order_by("-issued_on", "-id"))


def version_of(
    access: Access,
    record: Record,
    invoices: Sequence[Invoice],
    connections: Sequence[Connection] = (),
) -> str:
    """Changes when anything that the card, or the page around it, shows does."""
    told = TimelineEntry.objects.filter(
        workspace=access.workspace,
        object_type=type_of(record).key,
        record_id=record.pk,
    ).aggregate(last=Max("id"))
    parts = [f"{record.pk}.{record.version}", f"{told['last']}"]
    parts += [f"{each.pk}.{each.version}" for each in invoices]
    parts += [f"{each.pk}.{each.state}.{each.name}" for each in connections]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _row(
    invoice: Invoice,
    record: Record,
    home_currency: str,
    is_mixed: bool,  # noqa: FBT001  one of four plain facts
) -> Row:
    state, label = state_of(invoice)
    left = invoice.balance if _is_owed(invoice, state) else None
    return Row(
        invoice=invoice,
        state=state,
        label=label,
        left=left,
        when=_when(invoice, state),
        paid_on=getattr(invoice, "paid_on", None),
        small=[
            *_dates(invoice, state),
            *_held_up(invoice, state),
            *_notes(invoice, record, home_currency),
            *([invoice.connection.name] if is_mixed and invoice.connection else []),
        ],
    )


def _is_owed(invoice: Invoice, state: str) -> bool:
    return state not in {"paid", "voided", "deleted", "rejected"} and bool(
        invoice.balance
    )


def state_of(invoice: Invoice) -> tuple[str, Any]:
    """The chip: the stage once it is in the books, and until then how far it is."""
    if invoice.deleted_remotely:
        return "deleted", _("Deleted in QuickBooks")
    states = {
        PostingState.PENDING: ("pending", _("Sending to QuickBooks")),
        PostingState.REJECTED: ("rejected", _("Refused by QuickBooks")),
        PostingState.ATTENTION: ("attention", _("Needs attention")),
        PostingState.CANCELLED: ("cancelled", _("Given up")),
    }
    found = states.get(PostingState(invoice.posting_state))
    return found or (invoice.stage, invoice.get_stage_display())


def _when(invoice: Invoice, state: str) -> str:
    """Which of its days matters: ``due``, ``was_due``, ``paid`` or none."""
    if state == "paid" and invoice.total:
        return "paid"
    if state in {"voided", "deleted", "cancelled", "rejected", "paid"}:
        return ""
    return "was_due" if state == "overdue" else "due"


def _dates(invoice: Invoice, state: str) -> list[str]:
    when = _when(invoice, state)
    if invoice.due_on is None or when not in {"due", "was_due"}:
        return []
    sentence = _("due %(day)s") if when == "due" else _("was due %(day)s")
    return [sentence % {"day": formats.day(invoice.due_on)}]


def _held_up(invoice: Invoice, state: str) -> list[str]:
    """Why an invoice on its way does not get on."""
    connection = invoice.connection
    if state != "pending" or connection is None or connection.is_active:
        return []
    sentence = _("waits until %(company)s is connected again")
    return [sentence % {"company": connection.name}]


def _notes(invoice: Invoice, record: Record, home_currency: str) -> list[str]:
    """Why the deal does not count an invoice."""
    if type_of(record).key != "deal" or invoice.currency == home_currency:
        return []
    sentence = _("in %(currency)s, not counted on this deal")
    return [sentence % {"currency": invoice.currency}]
