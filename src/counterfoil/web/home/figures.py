"""The figures and lists of the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Deal, Invoice, InvoiceStage, Payment, PostingState
from counterfoil.workspaces.models import Workspace

SHOWN = 8
UNPAID = (
    InvoiceStage.AWAITING_SEND,
    InvoiceStage.SENT,
    InvoiceStage.PARTIALLY_PAID,
    InvoiceStage.OVERDUE,
)


@dataclass(frozen=True)
class Figures:
    """What is open, past due and paid this month, in one currency."""

    currency: str
    open: Decimal = Decimal(0)
    open_count: int = 0
    overdue: Decimal = Decimal(0)
    overdue_count: int = 0
    oldest: date | None = None
    paid: Decimal = Decimal(0)
    paid_count: int = 0


@dataclass(frozen=True)
class Home:
    """Everything that the first page reads; other currencies stand apart."""

    home: Figures
    others: Sequence[Figures]
    overdue: Sequence[Invoice]
    deals: Sequence[Deal]
    connections: Sequence[Connection]
    today: date


def home_of(workspace: Workspace, now: datetime) -> Home:
    """The first page at ``now``."""
    today = workspace.today(now)
    found = _figures(workspace, today)
    home = found.pop(workspace.home_currency, Figures(workspace.home_currency))
    overdue = (
        _in_the_books(workspace)
        .filter(stage=InvoiceStage.OVERDUE)
        .order_by("due_on", "id")[:SHOWN]
    )
    deals = Deal.objects.filter(workspace=workspace, archived_at=None)
    return Home(
        home,
        list(found.values()),
        list(overdue.select_related("connection")),
        list(deals.select_related("stage").order_by("-updated_at", "-id")[:SHOWN]),
        list(Connection.objects.filter(workspace=workspace).order_by("id")),
        today,
    )


def _in_the_books(workspace: Workspace) -> Any:
    """Invoices that QuickBooks has, and has not deleted."""
    held = ["", PostingState.CONFIRMED]
    return Invoice.objects.filter(
        workspace=workspace,
        archived_at=None,
        voided=False,
        deleted_remotely=False,
        posting_state__in=held,
    )


def _figures(workspace: Workspace, today: date) -> dict[str, Figures]:
    is_open, is_late = Q(stage__in=UNPAID), Q(stage=InvoiceStage.OVERDUE)
    invoices = (
        _in_the_books(workspace)
        .filter(is_open)
        .values("currency")
        .annotate(
            open=Sum("balance"),
            open_count=Count("id"),
            overdue=Sum("balance", filter=is_late),
            overdue_count=Count("id", filter=is_late),
            oldest=Min("due_on", filter=is_late),
        )
        .order_by("currency")
    )
    payments = (
        Payment.objects.filter(
            workspace=workspace,
            archived_at=None,
            voided=False,
            deleted_remotely=False,
            paid_on__gte=today.replace(day=1),
            paid_on__lte=today,
        )
        .values("currency")
        .annotate(paid=Sum("amount"), paid_count=Count("id"))
        .order_by("currency")
    )
    rows: dict[str, dict[str, Any]] = {}
    for row in (*invoices, *payments):
        known = {name: value for name, value in row.items() if value is not None}
        rows.setdefault(row["currency"], {}).update(known)
    return {currency: Figures(**row) for currency, row in rows.items()}
