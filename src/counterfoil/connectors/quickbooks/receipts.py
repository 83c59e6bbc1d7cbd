"""What QuickBooks holds of a document, as posting and the rooms above see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from counterfoil.connectors.quickbooks import (
    client,
    mapping,
    mapping_expenses,
    mapping_sales,
    wire,
    wire_expenses,
    wire_sales,
)
from counterfoil.core.http import Answer
from counterfoil.posting.ports import Expectation, Receipt

S = TypeVar("S", bound=wire.Entity)


class SentPayment(wire_sales.Payment, rename="pascal", kw_only=True):
    """A payment with what is known of its confirmation by e-mail."""

    email_status: str = ""
    delivery_info: wire_sales.Delivery = wire_sales.Delivery()


@dataclass(frozen=True)
class Kind:
    """How documents of one kind are called, read and recognised."""

    entity: str
    decoder: msgspec.json.Decoder[Any]
    receipt: Callable[[Any], Receipt]


def _receipt(
    held: wire.Entity,
    *,
    expectation: Expectation,
    body: mapping.Content,
    number: str = "",
    note: str = "",
) -> Receipt:
    return Receipt(
        remote_id=held.id,
        version=held.sync_token,
        number=number,
        marker=mapping.marker_of(note),
        expectation=expectation,
        created_at=held.meta_data.create_time,
        updated_at=held.meta_data.last_updated_time,
        body=body,
    )


def of_customer(held: wire.Customer) -> Receipt:
    content = mapping.customer(held)
    name = str(content["display_name"])
    expectation = Expectation(name=name, currency=held.currency_ref.value)
    return _receipt(held, expectation=expectation, body=content, note=held.notes)


def of_item(held: wire.Item) -> Receipt:
    content = mapping.item(held)
    return _receipt(
        held, expectation=Expectation(name=str(content["name"])), body=content
    )


def of_sale(held: wire_sales.Sale, body: mapping.Content) -> Receipt:
    """An invoice, an estimate, a sales or refund receipt, or a credit memo."""
    expectation = Expectation(
        customer_id=held.customer_ref.value,
        total=held.total_amt,
        currency=held.currency_ref.value,
    )
    return _receipt(
        held,
        expectation=expectation,
        body=body,
        number=held.doc_number,
        note=held.private_note,
    )


def of_invoice(held: wire_sales.Invoice) -> Receipt:
    return of_sale(held, mapping_sales.invoice(held))


def of_estimate(held: wire_sales.Estimate) -> Receipt:
    return of_sale(held, mapping_sales.estimate(held))


def of_sales_receipt(held: wire_sales.Receipt) -> Receipt:
    return of_sale(held, mapping_sales.sales_receipt(held))


def of_credit_memo(held: wire_sales.CreditMemo) -> Receipt:
    return of_sale(held, mapping_sales.credit_memo(held))


def of_refund_receipt(held: wire_sales.Receipt) -> Receipt:
    """QuickBooks gives it no e-mail status, but the time when it went out."""
    content = mapping_sales.refund_receipt(held)
    if content["sent_at"] and not content["email_status"]:
        content["email_status"] = "EmailSent"
    return of_sale(held, content)


def of_payment(held: SentPayment) -> Receipt:
    """A payment has no number; people know it by its reference."""
    expectation = Expectation(
        customer_id=held.customer_ref.value,
        total=held.total_amt,
        currency=held.currency_ref.value,
    )
    content = {
        **mapping_sales.payment(held),
        "email_status": held.email_status,
        "sent_at": mapping_sales.instant(held.delivery_info.delivery_time),
    }
    return _receipt(held, expectation=expectation, body=content, note=held.private_note)


def of_expense(held: wire_expenses.Purchase) -> Receipt:
    """Whom it was paid to is not compared: nobody is possible, too."""
    expectation = Expectation(total=held.total_amt, currency=held.currency_ref.value)
    return _receipt(
        held,
        expectation=expectation,
        body=mapping_expenses.expense(held),
        number=held.doc_number,
        note=held.private_note,
    )


def _kind(entity: str, shape: type[S], receipt: Callable[[S], Receipt]) -> Kind:
    return Kind(entity, msgspec.json.Decoder(shape, strict=False), receipt)


KINDS: dict[str, Kind] = {
    "customer": _kind("Customer", wire.Customer, of_customer),
    "item": _kind("Item", wire.Item, of_item),
    "invoice": _kind("Invoice", wire_sales.Invoice, of_invoice),
    "estimate": _kind("Estimate", wire_sales.Estimate, of_estimate),
    "sales_receipt": _kind("SalesReceipt", wire_sales.Receipt, of_sales_receipt),
    "credit_memo": _kind("CreditMemo", wire_sales.CreditMemo, of_credit_memo),
    "refund_receipt": _kind("RefundReceipt", wire_sales.Receipt, of_refund_receipt),
    "payment": _kind("Payment", SentPayment, of_payment),
    "expense": _kind("Purchase", wire_expenses.Purchase, of_expense),
}


def written(kind: str, answer: Answer) -> Receipt:
    """The receipt in the answer to a write; ``Unclear`` when it cannot be read."""
    spec = KINDS[kind]
    raw, time = wire.single(answer, spec.entity, is_write=True)
    receipt = _decoded(spec, raw, answer, is_write=True)
    return replace(receipt, correlation_id=client.tid(answer), provider_time=time)


def read(kind: str, answer: Answer) -> Receipt:
    """The receipt in the answer to a read of one object."""
    raw, time = wire.single(answer, KINDS[kind].entity, is_write=False)
    return _stamped(KINDS[kind], raw, answer, time)


def removed(kind: str, answer: Answer) -> Receipt:
    """What the answer to a deletion tells: which object it was, and no more."""
    raw, time = wire.single(answer, KINDS[kind].entity, is_write=True)
    receipt = _decoded(KINDS[kind], raw, answer, is_write=True)
    return Receipt(
        remote_id=receipt.remote_id,
        version="",
        number="",
        marker="",
        expectation=Expectation(),
        created_at=None,
        updated_at=None,
        body={"deleted": True},
        correlation_id=client.tid(answer),
        provider_time=time,
    )


def found(kind: str, answer: Answer) -> list[Receipt]:
    """The receipts in the answer to a query."""
    spec = KINDS[kind]
    raws, time = wire.rows(answer, spec.entity)
    return [_stamped(spec, raw, answer, time) for raw in raws]


def of_raw(kind: str, raw: Raw, answer: Answer) -> Receipt:
    """The receipt of one raw object out of a larger answer."""
    return _decoded(KINDS[kind], raw, answer, is_write=False)


def _stamped(spec: Kind, raw: Raw, answer: Answer, time: datetime | None) -> Receipt:
    receipt = _decoded(spec, raw, answer, is_write=False)
    return replace(receipt, correlation_id=client.tid(answer), provider_time=time)


def _decoded(spec: Kind, raw: Raw, answer: Answer, *, is_write: bool) -> Receipt:
    try:
        held = spec.decoder.decode(raw)
    except msgspec.DecodeError:
        client.unreadable(answer, is_write=is_write)
    if not held.id:
        client.unreadable(answer, is_write=is_write)
    return spec.receipt(held)
