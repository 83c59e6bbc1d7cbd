"""Asks posting for a document and for all that must exist before and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterfoil.crm import records
from counterfoil.crm.models import Payment, PostingState, Record
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Origin
from counterfoil.invoicing import customers, document, received
from counterfoil.invoicing.order import Order
from counterfoil.invoicing.totals import Totals
from counterfoil.posting import documents, post
from counterfoil.posting.models import Intent
from counterfoil.posting.numbers import Reserved


def ask(order: Order, made: Record, totals: Totals, taken: Reserved) -> Intent:
    """The new customer, the new products, the document, and the payment it may have."""
    customer_id, before = _customer(order)
    items, new = _items(order)
    built = document.sale(
        order.content,
        order.company,
        customer_id=customer_id,
        items=items,
        document_number=taken.number,
    )
    if taken.series:
        built["number_series"] = taken.series
    built |= document.made_from(*_sources(order))
    after = [*before, *new]
    kind = order.kind.posting_kind
    intent = _submit(order, kind, built, record=Ref.of(made), after=after)
    if order.kind.is_paid and isinstance(order.started, Payment):
        _pay(order, order.started, customer_id, intent, totals)
    return intent


def _sources(order: Order) -> list[Record | Ref]:
    """The record, and the quote where the lines were taken from one of its quotes."""
    quote_id = order.content.quote_id
    return [order.started, *([Ref("quote", quote_id)] if quote_id else [])]


def _customer(order: Order) -> tuple[document.Reference, list[Intent]]:
    content = order.content
    if not content.creates_customer:
        return content.customer_id, []
    record = customers.record_of(order.workspace, order.started)
    built = document.customer(content, order.company)
    made = _share(order, "customer", built, record=Ref.of(record) if record else None)
    return documents.reference(made.pk), [made]


def _items(order: Order) -> tuple[dict[str, document.Reference], list[Intent]]:
    """The items by the lines' keys; lines of one name share the item they make."""
    items: dict[str, document.Reference] = {}
    new: dict[str, Intent] = {}
    for line in order.content.lines:
        items[line.key] = line.item_id
        if not line.creates_item:
            continue
        name = line.name.strip().casefold()
        if name not in new:
            product = Ref("product", line.product_id) if line.product_id else None
            built = document.item(line)
            key = f"line {line.key}"
            new[name] = _share(order, "item", built, record=product, key=key)
        items[line.key] = documents.reference(new[name].pk)
    return items, list(new.values())


def _share(
    order: Order,
    kind: str,
    built: Mapping[str, object],
    *,
    record: Ref | None,
    key: str = "",
) -> Intent:
    """What several documents need is created once: the later ones wait for it, too.

    A customer of another currency is another customer.
    """
    name = str(built["name"])
    whose = f"{record.object_type} {record.record_id}" if record else name.casefold()
    take_turn(f"share|{order.connection.pk}|{kind}|{whose}")
    held = post.under_way(order.connection, kind, record=record, name=name)
    if held is not None and held.document.get("currency") == built.get("currency"):
        return held
    return _submit(order, kind, built, record=record, key=key)


def _pay(
    order: Order,
    payment: Payment,
    customer_id: document.Reference,
    invoice: Intent,
    totals: Totals,
) -> Intent:
    """The payment waits for its invoice, and is applied to it in full."""
    received.give_up_refused(payment, actor=order.actor, now=order.now)
    built = document.payment(
        order.content,
        order.company,
        payment=payment,
        customer_id=customer_id,
        applied=[document.applied(invoice.pk, totals.total)],
    )
    values = {
        "connection": order.connection.pk,
        "posting_state": PostingState.PENDING.value,
        "posting_message": "",
    }
    records.write(
        workspace=order.workspace,
        changes=[Change("payment", values, record_id=payment.pk)],
        actor=order.actor,
        origin=Origin.system(),
        now=order.now,
    )
    return _submit(order, "payment", built, record=Ref.of(payment), after=[invoice])


def _submit(
    order: Order,
    kind: str,
    built: Mapping[str, object],
    *,
    record: Ref | None,
    key: str = "",
    after: Sequence[Intent] = (),
) -> Intent:
    return post.submit(
        workspace=order.workspace,
        connection=order.connection,
        kind=kind,
        document=built,
        business_key=[*order.key, *([key] if key else [])],
        record=record,
        after=after,
        actor=order.actor,
        now=order.now,
    )
