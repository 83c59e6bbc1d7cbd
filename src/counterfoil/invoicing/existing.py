"""Add invoices that exist already to a deal, contact or company (row D6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.crm import associations, queries
from counterfoil.crm.models import Invoice, PostingState
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import rollups, sums, telling
from counterfoil.invoicing.content import number
from counterfoil.workspaces.access import Access, Permission

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Found:
    """An invoice that may be added; ``is_added`` when the record has it already."""

    invoice: Invoice
    is_added: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found; ``is_cut`` when there is more than is shown.

    ``problem`` says why there is no result: the search took too long.
    """

    rows: tuple[Found, ...] = ()
    is_cut: bool = False
    problem: str = ""


def search(
    *, access: Access, connection: Connection, target: Ref, text: str = ""
) -> Results:
    """Invoices of a company by number, customer or amount; the newest without a text.

    A whole number is found by its index. Else the company's invoices are walked from
    the newest on until enough are found; what is rare among very many is given up after
    some seconds.
    """
    rows = Invoice.objects.filter(
        workspace=access.workspace,
        connection=connection,
        archived_at=None,
        deleted_remotely=False,
    ).exclude(posting_state__in=[PostingState.CANCELLED, PostingState.REJECTED])
    text = text.strip()[:100]
    rows = rows.order_by("-issued_on", "-id")
    found = list(rows.filter(number=text)[:SHOWN]) if text else []
    try:
        with queries.limited():
            more = rows.filter(_holds(text)).exclude(pk__in=[each.pk for each in found])
            found += more[: SHOWN + 1 - len(found)]
    except Invalid:
        if not found:
            return Results(problem=_("The search took too long. Type a whole number."))
    refs = associations.refs_of(access.workspace, target, "invoice")
    added = {ref.record_id for ref in refs}
    return Results(
        tuple(Found(each, each.pk in added) for each in found[:SHOWN]),
        len(found) > SHOWN,
    )


def _holds(text: str) -> Q:
    if not text:
        return Q()
    wanted = Q(number__istartswith=text) | Q(customer_name__icontains=text)
    amount = number(text.lstrip("$€£¥"))
    return wanted if amount is None else wanted | Q(total=amount) | Q(balance=amount)


@transaction.atomic
def add(
    *, access: Access, target: Ref, invoice_ids: Collection[int], now: datetime
) -> list[Invoice]:
    """Tie the invoices to the record; returns those that it did not have yet.

    Raises ``Invalid`` when none is chosen or one is not of this workspace.
    """
    access.require(Permission.EDIT_RECORDS)
    queries.get(access.workspace, target.object_type, target.record_id)
    wanted = set(invoice_ids)
    if not wanted:
        raise Invalid({"invoice": [_("Choose at least one invoice.")]})
    rows = Invoice.objects.select_related("connection").filter(
        workspace=access.workspace, pk__in=wanted, archived_at=None
    )
    invoices = list(rows.order_by("pk"))
    if len(invoices) != len(wanted):
        raise Invalid({"invoice": [_("One of the invoices is no longer there.")]})
    refs = associations.refs_of(access.workspace, target, "invoice")
    known = {ref.record_id for ref in refs}
    fresh = [invoice for invoice in invoices if invoice.pk not in known]
    associations.associate_many(
        workspace=access.workspace,
        pairs=[(target, Ref.of(invoice)) for invoice in fresh],
        now=now,
    )
    _roll_up(access, target, now)
    actor = Actor.user(access.user.pk, access.user.name)
    for invoice in fresh:
        telling.tell(
            access.workspace,
            invoice,
            "invoice_added",
            actor=actor,
            at=now,
            occasion=str(target),
        )
    return fresh


@transaction.atomic
def remove(*, access: Access, target: Ref, invoice: Invoice, now: datetime) -> None:
    """Take an invoice off a record; in the books nothing changes."""
    access.require(Permission.EDIT_RECORDS)
    associations.dissociate(
        workspace=access.workspace, left=target, right=Ref.of(invoice), now=now
    )
    _roll_up(access, target, now)


def _roll_up(access: Access, target: Ref, now: datetime) -> None:
    """At once, so that the page that is shown next has the new figures."""
    if target.object_type in sums.NOUNS:
        rollups.recompute(
            workspace=access.workspace,
            object_type=target.object_type,
            ids=[target.record_id],
            origin=Origin.system(),
            now=now,
        )
