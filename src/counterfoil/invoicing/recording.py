"""Writes a document that is to be made: its record, its lines and what it is tied to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from counterfoil.crm import associations, records
from counterfoil.crm.models import DocumentLine, Payment, PostingState, Quote, Record
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Origin
from counterfoil.invoicing import match, sources
from counterfoil.invoicing.content import day, number
from counterfoil.invoicing.order import Order
from counterfoil.invoicing.totals import Totals


def record(order: Order, totals: Totals, taken: str) -> Record:
    """The record of the document, tied to what it is for; it is not in the books yet."""
    kind = order.kind
    change = Change(
        kind.object_type, _values(order, totals, taken), record_id=order.record_id
    )
    written = records.write(
        workspace=order.workspace,
        changes=[change],
        actor=order.actor,
        origin=Origin.system(),
        now=order.now,
    )[0]
    document = written.record
    manager = kind.line._default_manager
    manager.filter(**{kind.line.owner: document}).delete()
    manager.bulk_create(_lines(order, document, totals))
    _associate(order, Ref.of(document))
    return document


def _values(order: Order, totals: Totals, taken: str) -> dict[str, object]:
    content, company = order.content, order.company
    rate = number(content.exchange_rate)
    is_foreign = totals.currency != company.home_currency
    return {
        "connection": order.connection.pk,
        "number": taken,
        "currency": totals.currency,
        "exchange_rate": rate if is_foreign else None,
        **_customer(order),
        "posting_state": PostingState.PENDING.value,
        "posting_message": "",
        "issued_on": day(content.issued_on),
        "recipient": content.email.strip(),
        "message": content.message.strip(),
        "subtotal": totals.subtotal,
        "tax": totals.tax,
        "total": totals.total,
        **order.kind.values(content, company, totals),
    }


def _customer(order: Order) -> dict[str, object]:
    content, known = order.content, order.company.customer
    if content.creates_customer or known is None:
        name = content.new_customer.display_name.strip()
        return {"customer_name": name, "customer_remote_id": ""}
    return {"customer_name": known.name, "customer_remote_id": content.customer_id}


def _lines(order: Order, document: Record, totals: Totals) -> list[DocumentLine]:
    content, company = order.content, order.company
    owner: dict[str, Any] = {order.kind.line.owner: document}
    lines = [
        order.kind.line(
            **owner,
            position=position,
            item_remote_id=line.item_id,
            name=line.name[:500],
            description=line.description,
            quantity=None if line.is_text else number(line.quantity),
            unit_price=None if line.is_text else total.price,
            amount=total.amount,
            tax_code=line.tax_code_id if company.needs_code_per_line else "",
            kind=line.kind,
        )
        for position, (line, total) in enumerate(
            zip(content.lines, totals.lines, strict=True)
        )
    ]
    beside = [
        ("shipping", _("Shipping"), totals.shipping),
        ("discount", _("Discount"), -totals.discount),
    ]
    for kind, name, amount in beside:
        if amount:
            position = len(lines)
            more = order.kind.line(
                **owner, position=position, name=name, amount=amount, kind=kind
            )
            lines.append(more)
    return lines


def _associate(order: Order, document: Ref) -> None:
    """With what it was made from, its first contact and its first company (row W9)."""
    workspace, started = order.workspace, order.started
    parties = match.parties_of(workspace, started)
    tied: list[Record] = [started, *parties.contacts[:1], *parties.companies[:1]]
    if isinstance(started, Quote | Payment):
        tied += associations.of(workspace, Ref.of(started), "deal")
    elif order.content.quote_id is not None:
        quotes = sources.quotes_of(workspace, started)
        tied += [quote for quote in quotes if quote.pk == order.content.quote_id]
    refs = dict.fromkeys(Ref.of(each) for each in tied)
    associations.associate_many(
        workspace=workspace, pairs=[(ref, document) for ref in refs], now=order.now
    )
