"""What QuickBooks holds of a document, as posting and the rooms above see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw

from counterfoil.connectors.quickbooks import (
    client,
    mapping,
    mapping_sales,
    wire,
    wire_sales,
)
from counterfoil.core.http import Answer
from counterfoil.posting.ports import Expectation, Receipt


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


def of_invoice(held: wire_sales.Invoice) -> Receipt:
    expectation = Expectation(
        customer_id=held.customer_ref.value,
        total=held.total_amt,
        currency=held.currency_ref.value,
    )
    return _receipt(
        held,
        expectation=expectation,
        body=mapping_sales.invoice(held),
        number=held.doc_number,
        note=held.private_note,
    )


KINDS: dict[str, Kind] = {
    "customer": Kind(
        "Customer",
        msgspec.json.Decoder(wire.Customer, strict=False),
        of_customer,
    ),
    "item": Kind(
        "Item",
        msgspec.json.Decoder(wire.Item, strict=False),
        of_item,
    ),
    "invoice": Kind(
        "Invoice",
        msgspec.json.Decoder(wire_sales.Invoice, strict=False),
        of_invoice,
    ),
}


def written(kind: str, answer: Answer) -> Receipt:
    """The receipt in the answer to a write; ``Unclear`` when it cannot be read."""
    spec = KINDS[kind]
    raw, time = wire.single(answer, spec.entity, is_write=True)
    receipt = _decoded(spec, raw, answer, is_write=True)
    return replace(receipt, correlation_id=client.tid(answer), provider_time=time)


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
