"""Makes a document from a record without a person: for steps and programs (W5, W6).

Everything that a person would decide in the wizard is decided by rules, and whatever
they leave open is a refusal with its sentence: no document is half right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.crm import queries
from counterfoil.crm.models import Payment, Quote, Record
from counterfoil.crm.refs import Ref
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Actor
from counterfoil.invoicing import (
    company as companies,
    drafts,
    issue,
    match,
    payers,
    rates,
    received,
    sources,
)
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.content import Content, DraftLine, day
from counterfoil.invoicing.kinds import kinds
from counterfoil.invoicing.order import NotReady, Order
from counterfoil.posting import acts, post
from counterfoil.posting.act_state import Deed
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Settings:
    """How a document is made. Texts are as in a draft; empty ones follow the books.

    ``source`` is a key of :func:`sources.offers`; by default the quote itself, or the
    line items of the deal or payment. ``tax_code_id`` is the document's inside the US,
    and outside that of lines whose product has none; shipping has one of its own there.
    ``discount_kind`` is percent or amount, off the whole document. ``income_account_id``
    is for products that are created. With ``sends`` it is e-mailed once it is in the
    books: whoever sets it may send documents.
    """

    kind: str
    source: str = ""
    sends: bool = False
    creates_products: bool = False
    income_account_id: str = ""
    tax_code_id: str = ""
    prices_include_tax: bool = False
    terms_id: str = ""
    issued_on: str = ""
    due_on: str = ""
    expires_on: str = ""
    exchange_rate: str = ""
    number: str = ""
    email: str = ""
    message: str = ""
    discount_kind: str = ""
    discount_value: str = ""
    shipping: str = ""
    shipping_tax_code_id: str = ""
    class_id: str = ""
    department_id: str = ""
    deposit_account_id: str = ""
    payment_method_id: str = ""
    reference: str = ""


def make(
    *,
    connection: Connection,
    source: Ref,
    settings: Settings,
    key: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Record:
    """Make the document, once per ``key``; again: the document that was made.

    Raises ``NotReady`` with every reason why not; then nothing has changed. 404 for a
    source that the workspace does not have or that has no documents of the kind. A rate
    of exchange that it needs is read from the books first, unless a transaction is open.
    """
    read_rate(connection, source, settings, now=now)
    return _make(
        connection=connection,
        source=source,
        settings=settings,
        key=key,
        actor=actor,
        now=now,
    )


def read_rate(
    connection: Connection, source: Ref, settings: Settings, *, now: datetime
) -> None:
    """The rate of the document's day, in the currency of what it is made from.

    For who makes it inside a transaction of their own: before that one.
    """
    if settings.exchange_rate or source.object_type not in kinds[settings.kind].starts:
        return
    workspace = connection.workspace
    started = queries.get(workspace, source.object_type, source.record_id)
    own = f"quote-{started.pk}" if isinstance(started, Quote) else sources.OWN_LINES
    offer = sources.offer(workspace, started, settings.source or own, now=now)
    if offer is not None:
        on = day(str(_header(settings, started)["issued_on"] or ""))
        rates.read_ahead(connection, offer.currency, on, now=now)


@transaction.atomic
def _make(
    *,
    connection: Connection,
    source: Ref,
    settings: Settings,
    key: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Record:
    workspace = connection.workspace
    take_turn("|".join(("make", str(workspace.pk), *key)))
    kind = kinds[settings.kind]
    asked = post.of_key(connection, kind.posting_kind, key)
    if asked is not None and asked.record_id is not None:
        return queries.get(workspace, asked.object_type, asked.record_id)
    started = queries.get(workspace, source.object_type, source.record_id)
    if source.object_type not in kind.starts:
        message = _("Nothing of this kind is made from such a record.")
        raise NotReady([Problem("source", "kind", message)])
    if found := issue.unusable(connection):
        raise NotReady(found)
    content = _content(workspace, connection, started, settings, now)
    company = companies.read(connection, workspace, content, now=now)
    order = Order(
        workspace=workspace,
        actor=actor,
        connection=connection,
        content=content,
        company=company,
        started=started,
        key=tuple(key),
        now=now,
    )
    if settings.sends and not content.email.strip():
        message = _("It is to be sent, but there is no e-mail address to send it to.")
        raise NotReady([Problem("terms", "email", message)])
    made = issue.place(order)
    if settings.sends:
        _send(order, made)
    return made


def _send(order: Order, made: Record) -> None:
    """Asks for the e-mail, which waits until the books have the document."""
    acts.ask(
        workspace=order.workspace,
        connection=order.connection,
        kind=order.kind.posting_kind,
        action=Deed.SEND,
        record=Ref.of(made),
        business_key=[made.object_type, str(made.pk), "0"],
        actor=order.actor,
        now=order.now,
    )


def _content(
    workspace: Workspace,
    connection: Connection,
    started: Record,
    settings: Settings,
    now: datetime,
) -> Content:
    """The content as the wizard would have it after its last step."""
    _refuse_unclear_discount(settings)
    offer = _offer(workspace, started, settings, now)
    home = connection.home_currency or workspace.home_currency
    currency = offer.currency or home
    parties = payers.parties_of(workspace, started)
    payer = payers.choose(connection, parties, currency=currency, now=now)
    if found := payers.problems(payer):
        raise NotReady(found)
    content = Content(
        kind=settings.kind,
        source=offer.key,
        quote_id=offer.quote.pk if offer.quote else None,
        filled_from=f"{connection.pk}:{offer.key}",
        currency=offer.currency,
        prices_include_tax=settings.prices_include_tax,
        **_header(settings, started),
    )
    content = payer.put_in(content, currency)
    for line in _lines(workspace, connection, offer, settings):
        content = content.with_line(line)
    company = companies.read(connection, workspace, content, now=now)
    if not company.needs_code_per_line:
        content = replace(
            content, tax_code_id=settings.tax_code_id, shipping_tax_code_id=""
        )
    content = drafts.with_method(content, company, started)
    content = drafts.with_tax(content, company, connection)
    return drafts.with_terms(content, company, connection, now=now)


def _refuse_unclear_discount(settings: Settings) -> None:
    """The page offers two kinds and none; a program may send anything."""
    is_given = bool(settings.discount_kind or settings.discount_value.strip())
    if is_given and settings.discount_kind not in DISCOUNTS:
        message = _("Say how the discount is meant: percent or amount.")
        raise NotReady([Problem("lines", "discount_kind", message)])


def _offer(
    workspace: Workspace, started: Record, settings: Settings, now: datetime
) -> sources.Offer:
    own = f"quote-{started.pk}" if isinstance(started, Quote) else sources.OWN_LINES
    offer = sources.offer(workspace, started, settings.source or own, now=now)
    if offer is None:
        message = _("It has no line items of its own: choose one of its quotes.")
        raise NotReady([Problem("source", "source", message)])
    if offer.reason:
        raise NotReady([Problem("source", "source", offer.reason)])
    return offer


DISCOUNTS = ("percent", "amount")
COPIED = (
    "terms_id",
    "issued_on",
    "due_on",
    "expires_on",
    "exchange_rate",
    "number",
    "email",
    "message",
    "discount_kind",
    "discount_value",
    "shipping",
    "shipping_tax_code_id",
    "class_id",
    "department_id",
    "deposit_account_id",
    "payment_method_id",
    "reference",
)


def _header(settings: Settings, started: Record) -> dict[str, Any]:
    """What the settings say; a payment's own day and reference where they do not."""
    header = {name: getattr(settings, name) for name in COPIED}
    if isinstance(started, Payment):
        for name, held in received.header_of(settings.kind, started).items():
            header[name] = header[name] or held
    return header


def _lines(
    workspace: Workspace,
    connection: Connection,
    offer: sources.Offer,
    settings: Settings,
) -> list[DraftLine]:
    """Every line with its product in the books, or none at all (row W7)."""
    taken = sources.lines_of(workspace, offer.record) if offer.record else []
    lines = match.with_items(connection, sources.draft_lines(connection, taken))
    unmatched = [line.called for line in lines if not line.item_id]
    if unmatched and not settings.creates_products:
        sentence = _(
            "No product in QuickBooks matches %(names)s, so nothing was created. Match "
            "them, or let products be created."
        )
        names = ", ".join(f"“{name}”" for name in dict.fromkeys(unmatched))
        raise NotReady([Problem("lines", "item", sentence % {"names": names})])
    if unmatched and not settings.income_account_id:
        message = _("Name the income account of the products that are created.")
        raise NotReady([Problem("lines", "income_account_id", message)])
    return [
        replace(
            line,
            income_account_id="" if line.item_id else settings.income_account_id,
            tax_code_id=line.tax_code_id or settings.tax_code_id,
        )
        for line in lines
    ]
