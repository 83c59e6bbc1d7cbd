"""Credit memos that a payment uses up: they pay for invoices beside its money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.core.money import rounded
from counterfoil.crm.models import CreditMemo, Invoice
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import document, promised, sentences
from counterfoil.invoicing.wording import shown_money


@dataclass(frozen=True, slots=True)
class Used:
    """Credit memos, and by their records how much of each is used up."""

    connection: Connection
    shares: Mapping[int, Decimal]
    memos: Sequence[CreditMemo]

    @property
    def total(self) -> Decimal:
        return sum(self.shares.values(), start=Decimal(0))


def locked(connection: Connection, shares: Mapping[int, Decimal]) -> Used:
    """In the caller's transaction: two payments of one moment see each other."""
    rows = CreditMemo.objects.select_for_update(of=("self",), no_key=True).filter(
        workspace=connection.workspace_id, pk__in=shares, archived_at=None
    )
    return Used(connection, shares, list(rows.order_by("pk")))


def problems(used: Used, invoices: Sequence[Invoice]) -> Iterator[tuple[str, str]]:
    """Why they cannot be used up for these invoices, by field."""
    memos, first = used.memos, invoices[0]
    if len(memos) != len(used.shares):
        yield "credits", _("Choose credit memos of the list.")
        return
    whose = (used.connection.pk, first.customer_remote_id, first.currency)
    if any(_owner(each) != whose for each in memos):
        yield (
            "credits",
            _("The credit memos must be of the same customer as the invoices."),
        )
        return
    taken = promised.of_credits(used.connection, memos)
    for each in memos:
        left = each.remaining - taken.get(each.pk, Decimal(0))
        yield from _of_memo(used, each, left)


def _owner(memo: CreditMemo) -> tuple[object, ...]:
    return (memo.connection_id, memo.customer_remote_id, memo.currency)


def _of_memo(used: Used, memo: CreditMemo, left: Decimal) -> Iterator[tuple[str, str]]:
    names = {"number": memo.number or _("without a number")}
    field, amount = f"credit-{memo.pk}", used.shares[memo.pk]
    is_there = _remote_id(used.connection, memo) is not None
    if memo.voided or memo.deleted_remotely or not is_there:
        yield field, _("Credit memo %(number)s is not in QuickBooks.") % names
    elif amount <= 0:
        yield field, _("Enter how much of credit memo %(number)s is used.") % names
    elif amount > left:
        sentence = _("Credit memo %(number)s has %(left)s left.")
        yield field, sentence % {**names, "left": shown_money(left, memo.currency)}
    elif amount != rounded(amount, memo.currency):
        yield field, sentences.too_fine(memo.currency)


def parts(used: Used) -> list[dict[str, object]]:
    """As the document of the payment has them."""
    return [
        document.credited(remote_id, used.shares[each.pk])
        for each in used.memos
        if (remote_id := _remote_id(used.connection, each)) is not None
    ]


def _remote_id(connection: Connection, memo: CreditMemo) -> str | None:
    return links.remote_for(connection, "credit_memos", Ref.of(memo))
