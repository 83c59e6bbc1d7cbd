"""Issue an invoice from a draft: one commit, and exactly one invoice in the books.

Everything is decided again inside the transaction, on the locked draft. The draft's id
is the business key of what it creates, so that a second click, a reload or another tab
meets what the first one made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Invalid
from counterfoil.crm import associations, records
from counterfoil.crm.models import Invoice, InvoiceLine, PostingState, Quote, Record
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.crm.stages import Stage
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import company as companies, document, match, sources
from counterfoil.invoicing.checks import Problem, problems
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, day, number
from counterfoil.invoicing.drafts import content_of, started_from
from counterfoil.invoicing.models import DraftState, InvoiceDraft
from counterfoil.invoicing.numbers import following
from counterfoil.invoicing.reckoning import reckon
from counterfoil.invoicing.totals import Totals
from counterfoil.posting import documents, post
from counterfoil.posting.models import Intent
from counterfoil.workspaces.access import Access, Permission

RECENT_NUMBERS = 200


class NotReady(Invalid):
    """The draft cannot be issued as it stands; ``problems`` say where and why."""

    def __init__(self, found: list[Problem]) -> None:
        messages: dict[str, list[str]] = {}
        for each in found:
            messages.setdefault(each.field, []).append(each.message)
        super().__init__(messages)
        self.problems = found


@dataclass(frozen=True, slots=True)
class _Issue:
    """What issuing needs to know, gathered once."""

    access: Access
    draft: InvoiceDraft
    connection: Connection
    content: Content
    company: Company
    started: Record
    now: datetime

    @property
    def actor(self) -> Actor:
        return Actor.user(self.access.user.pk, self.access.user.name)

    @property
    def key(self) -> tuple[str, str]:
        return (str(self.draft.pk), str(self.draft.generation))


@transaction.atomic
def issue_invoice(*, access: Access, draft: InvoiceDraft, now: datetime) -> Invoice:
    """Record the invoice and ask for it in the books; again: the same invoice.

    Raises ``NotReady`` with everything that is in the way; then nothing has changed.
    """
    access.require(Permission.CREATE_DOCUMENTS)
    locked = _locked(access, draft.pk)
    if locked.state == DraftState.ISSUED and locked.invoice is not None:
        return locked.invoice
    issue = _gathered(access, locked, now)
    totals = reckon(issue.content, issue.company)
    taken = _number(issue)
    invoice = _recorded(issue, totals, taken)
    _post(issue, invoice, taken)
    locked.state = DraftState.ISSUED
    locked.invoice = invoice
    locked.updated_at = now
    locked.save(update_fields=["state", "invoice", "updated_at"])
    return invoice


def _locked(access: Access, draft_id: UUID) -> InvoiceDraft:
    rows = InvoiceDraft.objects.select_for_update(of=("self",)).select_related(
        "connection", "invoice"
    )
    draft = rows.filter(
        pk=draft_id, workspace=access.workspace, user=access.user
    ).first()
    if draft is None:
        raise Http404
    if draft.state == DraftState.DISCARDED:
        message = _("This draft was discarded. Start a new invoice.")
        raise NotReady([Problem("review", "", message)])
    return draft


def _gathered(access: Access, draft: InvoiceDraft, now: datetime) -> _Issue:
    content = content_of(draft)
    draft.workspace = access.workspace
    if draft.connection is None:
        message = _("Choose a QuickBooks company.")
        raise NotReady([Problem("source", "connection", message)])
    started = started_from(draft)
    company = companies.read(draft.connection, access.workspace, content, now=now)
    found = [
        *unusable(draft.connection),
        *stale_source(draft, content, started, now=now),
        *problems(content, company),
    ]
    if found:
        raise NotReady(found)
    return _Issue(access, draft, draft.connection, content, company, started, now)


def unusable(connection: Connection) -> list[Problem]:
    """Why nothing can be created in a company at present."""
    names = {"company": connection.name}
    if connection.state == ConnectionState.RECONNECT:
        sentence = _(
            "QuickBooks no longer accepts the connection to %(company)s. Reconnect it "
            "in the settings; this draft is kept."
        )
        return [Problem("source", "connection", sentence % names)]
    if connection.state == ConnectionState.DISCONNECTED:
        sentence = _(
            "%(company)s is disconnected. Connect it in the settings, or choose "
            "another company; this draft is kept."
        )
        return [Problem("source", "connection", sentence % names)]
    return []


def stale_source(
    draft: InvoiceDraft, content: Content, started: Record, *, now: datetime
) -> list[Problem]:
    """A quote may have expired or gone since it was chosen."""
    if content.quote_id is None:
        return []
    offer = sources.offer(draft.workspace, started, content.source, now=now)
    if offer is None:
        message = _("The quote is no longer there. Choose another source.")
        return [Problem("source", "source", message)]
    if offer.reason:
        sentence = _("Quote %(quote)s cannot be invoiced any more. %(reason)s")
        message = sentence % {"quote": offer.title, "reason": offer.reason}
        return [Problem("source", "source", message)]
    return []


def _number(issue: _Issue) -> str:
    """The document's number, when the company numbers by hand: ours to take (C5)."""
    if issue.content.number.strip() or not issue.company.has_custom_numbers:
        return issue.content.number.strip()
    return next_number(issue.connection)


def next_number(connection: Connection) -> str:
    """The number after the highest known; callers in a transaction hold it by a lock."""
    if transaction.get_connection().in_atomic_block:
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    recent = (
        Invoice.objects.filter(connection=connection)
        .exclude(number="")
        .order_by("-id")
        .values_list("number", flat=True)[:RECENT_NUMBERS]
    )
    return following(recent)


def _recorded(issue: _Issue, totals: Totals, taken: str) -> Invoice:
    """Write the invoice with its lines, and tie it to what it is for."""
    change = Change(
        "invoice",
        _values(issue, totals, taken),
        record_id=issue.draft.invoice.pk if issue.draft.invoice else None,
    )
    written = records.write(
        workspace=issue.access.workspace,
        changes=[change],
        actor=issue.actor,
        origin=Origin.system(),
        now=issue.now,
    )[0]
    invoice = written.record
    assert isinstance(invoice, Invoice)  # noqa: S101  the door returns what was asked
    InvoiceLine.objects.filter(invoice=invoice).delete()
    InvoiceLine.objects.bulk_create(_lines(issue, invoice, totals))
    _associate(issue, Ref.of(invoice))
    return invoice


def _values(issue: _Issue, totals: Totals, taken: str) -> dict[str, object]:
    content, company = issue.content, issue.company
    term = company.terms.get(content.terms_id)
    known = company.customer
    rate = number(content.exchange_rate)
    is_foreign = totals.currency != company.home_currency
    is_new = content.creates_customer or known is None
    return {
        "connection": issue.connection.pk,
        "number": taken,
        "currency": totals.currency,
        "exchange_rate": rate if is_foreign else None,
        "customer_name": content.new_customer.display_name.strip()
        if is_new
        else known.name,  # type: ignore[union-attr]
        "customer_remote_id": "" if is_new else content.customer_id,
        "posting_state": PostingState.PENDING.value,
        "posting_message": "",
        "issued_on": day(content.issued_on),
        "due_on": day(content.due_on),
        "terms": term.name if term else "",
        "recipient": content.email.strip(),
        "message": content.message.strip(),
        "subtotal": totals.subtotal,
        "tax": totals.tax,
        "total": totals.total,
        "balance": totals.total,
        "stage": Stage.AWAITING_SEND.value,
    }


def _lines(issue: _Issue, invoice: Invoice, totals: Totals) -> list[InvoiceLine]:
    lines = [
        InvoiceLine(
            invoice=invoice,
            position=position,
            item_remote_id=line.item_id,
            name=line.name[:500],
            description=line.description,
            quantity=None if line.is_text else number(line.quantity),
            unit_price=None if line.is_text else total.price,
            amount=total.amount,
            tax_code=line.tax_code_id if issue.company.needs_code_per_line else "",
            kind=line.kind,
        )
        for position, (line, total) in enumerate(
            zip(issue.content.lines, totals.lines, strict=True)
        )
    ]
    if totals.discount:
        lines.append(
            InvoiceLine(
                invoice=invoice,
                position=len(lines),
                name=_("Discount"),
                amount=-totals.discount,
                kind="discount",
            )
        )
    return lines


def _associate(issue: _Issue, invoice: Ref) -> None:
    """With the deal or quote, its first contact and its first company (row W9)."""
    workspace = issue.access.workspace
    parties = match.parties_of(workspace, issue.started)
    tied: list[Record] = [issue.started, *parties.contacts[:1], *parties.companies[:1]]
    if isinstance(issue.started, Quote):
        tied += associations.of(workspace, Ref.of(issue.started), "deal")
    elif issue.content.quote_id is not None:
        quotes = sources.quotes_of(workspace, issue.started)
        tied += [quote for quote in quotes if quote.pk == issue.content.quote_id]
    for ref in dict.fromkeys(Ref.of(record) for record in tied):
        associations.associate(
            workspace=workspace, left=ref, right=invoice, now=issue.now
        )


def _post(issue: _Issue, invoice: Invoice, taken: str) -> Intent:
    """Ask for the new customer, the new products and the invoice, in this order."""
    after: list[Intent] = []
    customer_id: document.Reference = issue.content.customer_id
    if issue.content.creates_customer:
        made = _submit(
            issue,
            "customer",
            document.customer(issue.content, issue.company),
            key="",
            record=_customer_record(issue),
        )
        after.append(made)
        customer_id = documents.reference(made.pk)
    items: dict[str, document.Reference] = {}
    new: dict[str, Intent] = {}
    for line in issue.content.lines:
        items[line.key] = line.item_id
        if line.creates_item:
            name = line.name.strip().casefold()
            if name not in new:
                product = Ref("product", line.product_id) if line.product_id else None
                new[name] = _submit(
                    issue, "item", document.item(line), key=line.key, record=product
                )
            items[line.key] = documents.reference(new[name].pk)
    built = document.invoice(
        issue.content,
        issue.company,
        customer_id=customer_id,
        items=items,
        document_number=taken,
    )
    return _submit(
        issue,
        "invoice",
        built,
        key="",
        record=Ref.of(invoice),
        after=(*after, *new.values()),
    )


def _submit(
    issue: _Issue,
    kind: str,
    built: Mapping[str, object],
    *,
    key: str,
    record: Ref | None,
    after: tuple[Intent, ...] = (),
) -> Intent:
    return post.submit(
        workspace=issue.access.workspace,
        connection=issue.connection,
        kind=kind,
        document=built,
        business_key=["draft", *issue.key, *([f"line {key}"] if key else [])],
        record=record,
        after=after,
        actor=issue.actor,
        now=issue.now,
    )


def _customer_record(issue: _Issue) -> Ref | None:
    """Which of our records the new customer is: the company, else the contact."""
    parties = match.parties_of(issue.access.workspace, issue.started)
    first = [*parties.companies[:1], *parties.contacts[:1]]
    return Ref.of(first[0]) if first else None
