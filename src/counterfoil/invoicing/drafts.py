"""Drafts of documents: opened, saved at every step, taken up again, discarded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.connections import queries as connection_queries
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm import queries
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Payment, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import (
    company as companies,
    match,
    rates,
    received,
    sources,
)
from counterfoil.invoicing.checks import STEPS
from counterfoil.invoicing.company import Company, customer as customer_at
from counterfoil.invoicing.content import Content, day, from_json, to_json
from counterfoil.invoicing.kinds import kinds
from counterfoil.invoicing.models import Draft, DraftState
from counterfoil.invoicing.sentences import currency_missing, is_sensible
from counterfoil.invoicing.terms import due_on
from counterfoil.invoicing.totals import TaxMode
from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import Workspace

STARTING_POINTS = ("deal", "contact", "company", "quote", "payment")
RECENT = 20  # issued drafts that are asked for the usual sales tax


def start(
    *, access: Access, started: Ref, kind: str = "invoice", now: datetime
) -> Draft:
    """Open a draft from a record; an untouched one of the same person is used again.

    404 for a kind that is not made from such records.
    """
    access.require(Permission.CREATE_DOCUMENTS)
    if kind not in kinds or started.object_type not in kinds[kind].starts:
        raise Http404
    record = queries.get(access.workspace, started.object_type, started.record_id)
    untouched = next(
        (
            draft
            for draft in open_drafts(access=access, started=started)
            if draft.content == {} and draft.kind == kind
        ),
        None,
    )
    if untouched is not None:
        return untouched
    connections = connection_queries.of(access.workspace)
    return Draft.objects.create(
        workspace=access.workspace,
        user=access.user,
        started_type=started.object_type,
        started_id=record.pk,
        kind=kind,
        connection=connections[0] if len(connections) == 1 else None,
        created_at=now,
        updated_at=now,
    )


def open_drafts(*, access: Access, started: Ref | None = None) -> Sequence[Draft]:
    """The person's open drafts, the one last worked on first."""
    rows = Draft.objects.filter(
        workspace=access.workspace, user=access.user, state=DraftState.OPEN
    ).select_related("connection")
    if started is not None:
        rows = rows.filter(
            started_type=started.object_type, started_id=started.record_id
        )
    return list(rows.order_by("-updated_at")[:50])


def get(*, access: Access, draft_id: UUID) -> Draft:
    """The person's own draft, in any state, or 404."""
    found = (
        Draft.objects.select_related("connection")
        .filter(workspace=access.workspace, user=access.user, pk=draft_id)
        .first()
    )
    if found is None:
        raise Http404
    found.workspace = access.workspace
    return found


def content_of(draft: Draft) -> Content:
    """What has been entered."""
    return replace(from_json(draft.content), kind=draft.kind)


def started_from(draft: Draft) -> Record:
    """The record it was opened from, or 404 when that is gone."""
    return queries.get(draft.workspace, draft.started_type, draft.started_id)


def with_records(
    workspace: Workspace, found: Sequence[Draft]
) -> list[tuple[Draft, Record]]:
    """Each with the record it was opened from, in a query per kind of record.

    Those whose record is gone are left out.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for draft in found:
        ids[draft.started_type].add(draft.started_id)
    records = {
        Ref(kind, record.pk): record
        for kind, wanted in ids.items()
        for record in object_types[kind].model._default_manager.filter(
            workspace=workspace, pk__in=wanted
        )
    }
    started = [records.get(Ref(each.started_type, each.started_id)) for each in found]
    return [
        (draft, record)
        for draft, record in zip(found, started, strict=True)
        if record is not None
    ]


def save(draft: Draft, content: Content, *, step: str = "", now: datetime) -> Draft:
    """Keep what was entered; ``step`` is the one reached, when it is further on."""
    if step and STEPS.index(step) > STEPS.index(draft.step):
        draft.step = step
    draft.content = to_json(content)
    draft.updated_at = now
    changed = Draft.objects.filter(pk=draft.pk, state=DraftState.OPEN).update(
        content=draft.content,
        step=draft.step,
        connection=draft.connection,
        updated_at=now,
    )
    if not changed:
        raise Stale(_("This draft has been finished or discarded."))
    return draft


def discard(draft: Draft, *, now: datetime) -> None:
    """Give a draft up; nothing of it is in the books."""
    Draft.objects.filter(pk=draft.pk, state=DraftState.OPEN).update(
        state=DraftState.DISCARDED, updated_at=now
    )


@transaction.atomic
def choose_source(
    draft: Draft, *, connection: Connection | None, key: str, now: datetime
) -> Content:
    """Choose the company and what to start from; refills what depends on them.

    Raises ``Invalid`` when either cannot be chosen. Choosing the same again changes
    nothing, so that going back and forth keeps every edit.
    """
    if connection is None:
        raise Invalid({"connection": [_("Choose a QuickBooks company.")]})
    started = started_from(draft)
    offer = sources.offer(draft.workspace, started, key, now=now)
    if offer is None:
        raise Invalid({"source": [_("Choose what it is made from.")]})
    if offer.reason:
        raise Invalid({"source": [offer.reason]})
    home = connection.home_currency
    known = {home, *map(str, connection.facts.get("currencies") or ())}
    if offer.currency and offer.currency not in known:
        message = currency_missing(offer.currency, connection.name)
        raise Invalid({"source": [message]})
    content = content_of(draft)
    origin = f"{connection.pk}:{offer.key}"
    if content.filled_from != origin:
        content = _filled(draft, content, offer, connection)
        content = replace(content, filled_from=origin)
        company = companies.read(connection, draft.workspace, content, now=now)
        content = with_method(content, company, started)
        content = with_tax(content, company, connection)
    draft.connection = connection
    save(draft, content, step="customer", now=now)
    return content


_OF_COMPANY: dict[str, Any] = dict.fromkeys(
    (
        "class_id",
        "department_id",
        "deposit_account_id",
        "payment_method_id",
        "shipping_tax_code_id",
        "number",
    ),
    "",
)


def _is_other(content: Content, connection: Connection) -> bool:
    """Whether what was chosen of lists is of another company's lists."""
    before, _sep, _key = content.filled_from.partition(":")
    return before not in {"", str(connection.pk)}


def _filled(
    draft: Draft, content: Content, offer: sources.Offer, connection: Connection
) -> Content:
    """Lines and customer afresh; dates, message and address stay as they are."""
    record = offer.record
    taken = sources.lines_of(draft.workspace, record) if record else []
    lines = match.with_items(connection, sources.draft_lines(connection, taken))
    emptied = replace(
        content,
        source=offer.key,
        quote_id=offer.quote.pk if offer.quote else None,
        currency=offer.currency,
        customer="",
        customer_id="",
        customer_reason="",
        lines=(),
        tax_code_id="",
        prices_include_tax=False,
        terms_id="",
        due_on="",
        filled_for="",
        **(_OF_COMPANY if _is_other(content, connection) else {}),
    )
    for line in lines:
        emptied = emptied.with_line(line)
    started = started_from(draft)
    if isinstance(started, Payment):
        for name, held in received.header_of(draft.kind, started).items():
            known: dict[str, Any] = {name: getattr(emptied, name) or held}
            emptied = replace(emptied, **known)
    return _with_customer(draft, emptied, started, connection)


def _with_customer(
    draft: Draft, content: Content, started: Record, connection: Connection
) -> Content:
    """Propose the best match in the document's currency, or a new customer.

    Of several contacts the first counts; the others are offered beside it.
    """
    parties = match.parties_of(draft.workspace, started)
    home = connection.home_currency
    wanted = content.currency or home
    content = replace(
        content, new_customer=match.new_customer(parties, currency=wanted)
    )
    found = match.customers(connection, parties)
    fitting = [each for each in found if each.customer.currency == wanted]
    if not fitting:
        return content
    first = {Ref.of(each) for each in (*parties.contacts[:1], *parties.companies[:1])}
    best = min(fitting, key=lambda each: Ref.of(each.record) not in first)
    return replace(
        content,
        customer="existing",
        customer_id=best.customer.customer_id,
        customer_reason=best.reason,
    )


def with_method(content: Content, company: Company, started: Record) -> Content:
    """Money goes by the method that its payment names, where the company has it."""
    is_moved = isinstance(started, Payment) and kinds[content.kind].moves_money
    if not is_moved or content.payment_method_id:
        return content
    return replace(
        content, payment_method_id=company.method_called(getattr(started, "method", ""))
    )


def with_tax(content: Content, company: Company, connection: Connection) -> Content:
    """Preselect the tax of a US document; what has been chosen already stays.

    The customer's own comes first, then the company's, then that of its last invoices.
    That an invoice had no tax is no reason for the next to have none.
    """
    if company.tax_mode is not TaxMode.US_MANUAL or content.tax_code_id:
        return content
    own = company.customer.tax_code_id if company.customer else ""
    usual = (own, company.default_tax_code_id, *_recent_tax_codes(connection))
    known = (code for code in usual if code in company.tax_codes)
    return replace(content, tax_code_id=next(known, ""))


def _recent_tax_codes(connection: Connection) -> list[str]:
    issued = Draft.objects.filter(connection=connection, state=DraftState.ISSUED)
    codes = issued.order_by("-updated_at").values_list(
        "content__tax_code_id", flat=True
    )
    return list(codes[:RECENT])


def with_terms(
    content: Content, company: Company, connection: Connection, *, now: datetime
) -> Content:
    """Fill the terms step: today, the customer's terms, the due date they give.

    Money that came in goes where the company usually puts it.
    """
    known = customer_at(connection, content.customer_id)
    email = known.email if known and not content.creates_customer else ""
    email = email or content.new_customer.email
    usual = (known.terms_id if known else "") or company.default_terms_id
    terms_id = content.terms_id or (usual if usual in company.terms else "")
    issued = content.issued_on or company.today.isoformat()
    filled = replace(
        content,
        terms_id=terms_id,
        issued_on=issued,
        email=content.email or email,
        deposit_account_id=content.deposit_account_id
        or _usual_account(content, company),
        filled_for=content.customer_id or content.customer,
    )
    filled = rates.proposed(connection, filled, company)
    return filled if filled.due_on else following_terms(filled, company)


def _usual_account(content: Content, company: Company) -> str:
    return company.usual_deposit_account if kinds[content.kind].takes_money else ""


def following_terms(content: Content, company: Company) -> Content:
    """The due date that the terms give; the invoice date itself without any."""
    issued = day(content.issued_on)
    if issued is None or not is_sensible(issued):
        return content
    term = company.terms.get(content.terms_id)
    due = due_on(issued, term.terms) if term else issued
    return replace(content, due_on=due.isoformat())
