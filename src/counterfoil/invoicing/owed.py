"""What a customer still owes: the open invoices that a payment may be for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, Payment, PostingState, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import match
from counterfoil.workspaces.models import Workspace

STARTS = ("invoice", "contact", "company", "payment")
MOST = 100
STANDING = (
    PostingState.NONE.value,
    PostingState.CONFIRMED.value,
    PostingState.PENDING.value,
)


@dataclass(frozen=True)
class Account:
    """The open invoices of one customer in one company and currency, oldest first."""

    connection: Connection
    customer: str
    currency: str
    invoices: Sequence[Invoice]

    @property
    def key(self) -> str:
        first = self.invoices[0]
        return f"{self.connection.pk}-{first.customer_remote_id}-{self.currency}"

    @property
    def total(self) -> Decimal:
        return sum((each.balance for each in self.invoices), start=Decimal(0))


def accounts(workspace: Workspace, started: Record) -> list[Account]:
    """Whose invoices a payment from here may be for, what is owed longest first."""
    if isinstance(started, Invoice):
        wanted = _of_customer(started)
    else:
        wanted = _of_parties(workspace, started)
    rows = (
        Invoice.objects.filter(
            wanted,
            workspace=workspace,
            archived_at=None,
            voided=False,
            deleted_remotely=False,
            balance__gt=0,
            posting_state__in=STANDING,
            connection__isnull=False,
        )
        .select_related("connection")
        .order_by("due_on", "issued_on", "pk")
    )
    if isinstance(started, Payment):
        rows = rows.filter(currency=started.currency)
    return _grouped(rows[:MOST])


def shared(amount: Decimal, invoices: Sequence[Invoice]) -> dict[int, Decimal]:
    """An amount over invoices, as far as it goes: what is owed longest is paid first."""
    found = {}
    for each in invoices:
        part = min(amount, each.balance)
        if part > 0:
            found[each.pk] = part
        amount -= part
    return found


def _of_customer(invoice: Invoice) -> Q:
    if not invoice.customer_remote_id:
        return Q(pk=invoice.pk)
    return Q(
        connection=invoice.connection_id,
        customer_remote_id=invoice.customer_remote_id,
        currency=invoice.currency,
    )


def _of_parties(workspace: Workspace, started: Record) -> Q:
    """Of the customers that its people are, and those that are tied to it."""
    parties = match.parties_of(workspace, started).records
    wanted = Q(pk__in=[])
    for record in parties:
        linked = Link.objects.filter(
            connection__workspace=workspace,
            stream="customers",
            object_type=record.object_type,
            record_id=record.pk,
        ).exclude(state=LinkState.IGNORED)
        for link in linked:
            wanted |= Q(
                connection=link.connection_id, customer_remote_id=link.remote_id
            )
    for record in {Ref.of(each): each for each in (started, *parties)}.values():
        refs = associations.refs_of(workspace, Ref.of(record), "invoice")
        wanted |= Q(pk__in=[ref.record_id for ref in refs])
    return wanted


def _grouped(rows: Iterable[Invoice]) -> list[Account]:
    found: dict[tuple[object, ...], list[Invoice]] = {}
    for each in rows:
        who = each.customer_remote_id or each.customer_name
        key = (each.connection_id, who, each.currency)
        found.setdefault(key, []).append(each)
    return [
        Account(
            each[0].connection,
            each[0].customer_name,
            each[0].currency,
            each,
        )
        for each in found.values()
        if each[0].connection is not None
    ]
