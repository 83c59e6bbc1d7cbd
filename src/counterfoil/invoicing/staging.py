"""Keeps the stage of invoices right, from what the books say and the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from counterfoil.crm import records, stages
from counterfoil.crm.models import Invoice
from counterfoil.crm.records import Change
from counterfoil.crm.stages import OPEN, Stage, Standing, stage
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

BATCH = 500
# The day begins first where clocks are fourteen hours ahead of UTC.
EARLIEST_ZONE = timedelta(hours=14)


def is_sent(invoice: Invoice) -> bool:
    """Whether the customer has got it."""
    return stages.is_sent(invoice.email_status, invoice.sent_at)


def stage_of(invoice: Invoice, *, today: date) -> Stage:
    """The stage that the invoice should have on a day of its workspace."""
    standing = Standing(
        total=invoice.total,
        balance=invoice.balance,
        due_on=invoice.due_on,
        is_sent=is_sent(invoice),
        is_void=invoice.voided or invoice.deleted_remotely,
    )
    return stage(standing, today=today)


def restage(
    *,
    workspace: Workspace,
    invoices: Sequence[Invoice],
    origin: Origin,
    now: datetime,
) -> int:
    """Write the stages that differ; returns how many did."""
    today = workspace.today(now)
    changes = []
    for invoice in invoices:
        found = stage_of(invoice, today=today)
        if found != invoice.stage:
            changes.append(
                Change("invoice", {"stage": found.value}, record_id=invoice.pk)
            )
    if changes:
        records.write(
            workspace=workspace,
            changes=changes,
            actor=Actor.system(),
            origin=origin,
            now=now,
        )
    return len(changes)


def make_overdue(now: datetime) -> int:
    """Turn what has become overdue, workspace by workspace, as each one's day begins.

    The partial index on open invoices by due date makes an idle look cheap: only what
    is due before the newest day on earth is read.
    """
    newest_day = (now + EARLIEST_ZONE).date()
    past_due = Invoice.objects.filter(
        stage__in=[each.value for each in OPEN], due_on__lt=newest_day
    )
    turned = 0
    workspace_ids = past_due.values_list("workspace_id", flat=True).distinct()
    for workspace in Workspace.objects.filter(pk__in=workspace_ids):
        turned += _make_overdue_in(workspace, now)
    return turned


def _make_overdue_in(workspace: Workspace, now: datetime) -> int:
    due = Invoice.objects.filter(
        workspace=workspace,
        stage__in=[each.value for each in OPEN],
        due_on__lt=workspace.today(now),
    ).order_by("pk")
    turned, last = 0, 0
    while batch := list(due.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        turned += restage(
            workspace=workspace, invoices=batch, origin=Origin.system(), now=now
        )
    return turned
