"""Keeps the invoice properties of deals in step with their invoices (row D5).

Always computed anew from the records, never by adding or subtracting, so that nothing
can drift. The deal's row is locked before its invoices are read: two workers that hear
of two invoices of one deal write one after the other, and the later one sees both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from counterfoil.crm import associations, records
from counterfoil.crm.models import Deal, Invoice, PostingState
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing.headline import Candidate, headline
from counterfoil.workspaces.models import Workspace

ON_THE_WAY = (PostingState.PENDING, PostingState.REJECTED, PostingState.CANCELLED)


def is_in_books(invoice: Invoice) -> bool:
    """Whether QuickBooks has it now, as far as is known."""
    if invoice.deleted_remotely or invoice.archived_at is not None:
        return False
    if invoice.posting_state == PostingState.ATTENTION:
        return invoice.remote_updated_at is not None
    return invoice.posting_state not in ON_THE_WAY


def candidate(invoice: Invoice) -> Candidate:
    """An invoice as the choice of the headline needs it."""
    return Candidate(
        record_id=invoice.pk,
        currency=invoice.currency,
        remote_updated_at=invoice.remote_updated_at,
        is_in_books=is_in_books(invoice),
        total=invoice.total,
        recipient=invoice.recipient or invoice.customer_name[:500],
        number=invoice.number,
        stage=invoice.stage,
        due_on=invoice.due_on,
    )


@transaction.atomic
def recompute(
    *,
    workspace: Workspace,
    deal_ids: Collection[int],
    origin: Origin,
    now: datetime,
) -> list[int]:
    """Bring deals up to date; returns the ids of those that changed."""
    deals = list(
        Deal.objects.select_for_update(no_key=True)
        .filter(workspace=workspace, pk__in=deal_ids)
        .order_by("pk")
    )
    if not deals:
        return []
    ties = associations.of_many(workspace, [Ref.of(deal) for deal in deals], "invoice")
    wanted = {ref.record_id for refs in ties.values() for ref in refs}
    invoices = Invoice.objects.filter(workspace=workspace).in_bulk(wanted)
    changes = []
    for deal in deals:
        found = headline(
            [
                candidate(invoices[ref.record_id])
                for ref in ties[Ref.of(deal)]
                if ref.record_id in invoices
            ],
            home_currency=workspace.home_currency,
            deal_currency=deal.currency,
        )
        changes.append(Change("deal", asdict(found), record_id=deal.pk))
    written = records.write(
        workspace=workspace,
        changes=changes,
        actor=Actor.system(),
        origin=origin,
        now=now,
    )
    return [each.ref.record_id for each in written if each.changed]
