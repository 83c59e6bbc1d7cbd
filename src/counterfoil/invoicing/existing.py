"""Add documents that exist already to a deal, contact or company (rows D6, D9)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Manager, Q
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.crm import associations, queries
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import PostingState, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import rollups, sums, telling
from counterfoil.invoicing.content import number
from counterfoil.workspaces.access import Access, Permission

SHOWN = 30
TARGETS = ("deal", "contact", "company")
ADDED = (
    "invoice",
    "estimate",
    "sales_receipt",
    "credit_memo",
    "refund_receipt",
    "expense",
)
# What is still owed or to be used: people look for that, too.
LEFT = {"invoice": "balance", "credit_memo": "remaining"}


@dataclass(frozen=True, slots=True)
class Found:
    """A document that may be added; ``is_added`` when the record has it already."""

    document: Any
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
    *,
    access: Access,
    connection: Connection,
    target: Ref,
    noun: str = "invoice",
    text: str = "",
) -> Results:
    """Documents of a company by number, name or amount; the newest without a text.

    A whole number is found first. Else the company's documents are walked from the
    newest on until enough are found; what is rare among very many is given up after
    some seconds.
    """
    if not may_be_added(noun, target):
        raise Http404
    every: Manager[Any] = object_types[noun].model._default_manager
    unmade = [PostingState.CANCELLED, PostingState.REJECTED]
    rows = every.exclude(posting_state__in=unmade).filter(
        workspace=access.workspace,
        connection=connection,
        archived_at=None,
        deleted_remotely=False,
    )
    text = text.strip()[:100]
    rows = rows.order_by("-spent_on" if noun == "expense" else "-issued_on", "-id")
    found = list(rows.filter(number=text)[:SHOWN]) if text else []
    try:
        with queries.limited():
            more = rows.filter(_holds(noun, text)).exclude(
                pk__in=[each.pk for each in found]
            )
            found += more[: SHOWN + 1 - len(found)]
    except Invalid:
        if not found:
            return Results(problem=_("The search took too long. Type a whole number."))
    refs = associations.refs_of(access.workspace, target, noun)
    added = {ref.record_id for ref in refs}
    return Results(
        tuple(Found(each, each.pk in added) for each in found[:SHOWN]),
        len(found) > SHOWN,
    )


def may_be_added(noun: str, target: Ref) -> bool:
    """Whether such documents are tied to such records by people."""
    return (
        noun in ADDED
        and target.object_type in TARGETS
        and noun in object_types[target.object_type].associated
    )


def _holds(noun: str, text: str) -> Q:
    if not text:
        return Q()
    name = "vendor_name" if noun == "expense" else "customer_name"
    wanted = Q(number__istartswith=text) | Q(**{f"{name}__icontains": text})
    amount = number(text.lstrip("$€£¥"))
    if amount is None:
        return wanted
    wanted |= Q(total=amount)
    left = LEFT.get(noun)
    return wanted | Q(**{left: amount}) if left else wanted


@transaction.atomic
def add(
    *,
    access: Access,
    target: Ref,
    ids: Collection[int],
    noun: str = "invoice",
    now: datetime,
) -> list[Any]:
    """Tie the documents to the record; returns those that it did not have yet.

    Raises ``Invalid`` when none is chosen or one is not of this workspace.
    """
    access.require(Permission.EDIT_RECORDS)
    queries.get(access.workspace, target.object_type, target.record_id)
    if not may_be_added(noun, target):
        raise Http404
    wanted = set(ids)
    if not wanted:
        raise Invalid({"document": [_("Choose at least one.")]})
    every: Manager[Any] = object_types[noun].model._default_manager
    rows = every.select_related("connection").filter(
        workspace=access.workspace, pk__in=wanted, archived_at=None
    )
    documents: list[Any] = list(rows.order_by("pk"))
    if len(documents) != len(wanted):
        raise Invalid({"document": [_("One of them is no longer there.")]})
    refs = associations.refs_of(access.workspace, target, noun)
    known = {ref.record_id for ref in refs}
    fresh = [document for document in documents if document.pk not in known]
    associations.associate_many(
        workspace=access.workspace,
        pairs=[(target, Ref.of(document)) for document in fresh],
        now=now,
    )
    _roll_up(access, target, now)
    actor = Actor.user(access.user.pk, access.user.name)
    for document in fresh:
        telling.tell(
            access.workspace,
            document,
            f"{noun}_added",
            actor=actor,
            at=now,
            occasion=str(target),
        )
    return fresh


@transaction.atomic
def remove(*, access: Access, target: Ref, document: Record, now: datetime) -> None:
    """Take a document off a record; in the books nothing changes."""
    access.require(Permission.EDIT_RECORDS)
    if not may_be_added(document.object_type, target):
        raise Http404
    associations.dissociate(
        workspace=access.workspace, left=target, right=Ref.of(document), now=now
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
