"""What a customer still owes, and has to their credit: what a payment may be for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm import associations
from counterfoil.crm.models import (
    CreditMemo,
    Invoice,
    Payment,
    PostingState,
    Record,
)
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import match
from counterfoil.workspaces.models import Workspace

STARTS = ("invoice", "contact", "company", "payment", "credit_memo")
MOST = 100
STANDING = (
    PostingState.NONE.value,
    PostingState.CONFIRMED.value,
    PostingState.PENDING.value,
)
IN_BOOKS = (PostingState.NONE.value, PostingState.CONFIRMED.value)


@dataclass(frozen=True)
class Account:
    """The open invoices of one customer in one company and currency, oldest first."""

    connection: Connection
    customer: str
    currency: str
    invoices: Sequence[Invoice]

    @property
    def customer_id(self) -> str:
        """As the books call the customer; ``""`` of one that they do not have yet."""
        return self.invoices[0].customer_remote_id

    @property
    def key(self) -> str:
        return f"{self.connection.pk}-{self.customer_id}-{self.currency}"

    @property
    def total(self) -> Decimal:
        return sum((each.balance for each in self.invoices), start=Decimal(0))


def accounts(workspace: Workspace, started: Record) -> list[Account]:
    """Whose invoices a payment from here may be for, what is owed longest first."""
    if isinstance(started, Invoice | CreditMemo):
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


def open_credits(account: Account) -> list[CreditMemo]:
    """The customer's credit memos with something left, the oldest first."""
    if not account.customer_id:
        return []
    rows = CreditMemo.objects.filter(_in_books(account), remaining__gt=0)
    return list(rows.order_by("issued_on", "pk")[:MOST])


def unapplied(account: Account) -> list[Payment]:
    """Payments of the customer's in the books that are not all applied, oldest first.

    What is left of them is applied there: QuickBooks takes it in the payment itself
    only, and not in another one.
    """
    if not account.customer_id:
        return []
    rows = Payment.objects.filter(_in_books(account), unapplied__gt=0)
    return list(rows.order_by("paid_on", "pk")[:MOST])


def _in_books(account: Account) -> Q:
    """What the books have of the customer in the account's currency."""
    return Q(
        workspace=account.connection.workspace_id,
        connection=account.connection,
        customer_remote_id=account.customer_id,
        currency=account.currency,
        archived_at=None,
        voided=False,
        deleted_remotely=False,
        posting_state__in=IN_BOOKS,
    )


def _of_customer(document: Invoice | CreditMemo) -> Q:
    if not document.customer_remote_id:
        is_invoice = isinstance(document, Invoice)
        return Q(pk=document.pk) if is_invoice else Q(pk__in=[])
    return Q(
        connection=document.connection_id,
        customer_remote_id=document.customer_remote_id,
        currency=document.currency,
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
