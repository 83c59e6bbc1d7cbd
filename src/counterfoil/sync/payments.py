"""Applies payments as they are in the books, each split over its documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Payment, PaymentAllocation
from counterfoil.crm.records import Change
from counterfoil.events.origin import Origin
from counterfoil.sync import allocations, linked
from counterfoil.sync.invoices import customer_names, day, decimal, name_customer
from counterfoil.sync.ports import Observed
from counterfoil.sync.writing import write_all

STREAM, OBJECT_TYPE = "payments", "payment"


def apply(
    connection: Connection,
    observed: Sequence[Observed],
    *,
    historical: bool = False,
    now: datetime,
) -> int:
    """Write what is news through the one door; returns how many records changed."""
    newest = linked.newest(observed)
    links = linked.held(connection, STREAM, OBJECT_TYPE, list(newest))
    news = [
        each
        for each in newest.values()
        if linked.is_news(each, links.get(each.remote_id))
    ]
    methods, customers = _methods(connection, news), customer_names(connection, news)
    changes = []
    for each in news:
        link = links.get(each.remote_id)
        values = _gone(each) if each.deleted else _values(connection, each, methods)
        name_customer(values, customers)
        record_id = link.record_id if link else None
        changes.append(Change(OBJECT_TYPE, values, record_id, key=each.remote_id))
    origin = Origin.connection(connection.pk, historical=historical)
    written = write_all(connection, changes, origin=origin, now=now)
    applied = [each for each in news if each.remote_id in written]
    linked.renew(connection, applied, links, written, now)
    parts = {written[each.remote_id].ref.record_id: _parts(each) for each in applied}
    before = allocations.replace(connection, parts)
    allocations.tell(connection, list(parts), before, origin=origin, now=now)
    return len(applied)


def _values(
    connection: Connection, observed: Observed, methods: Mapping[str, str]
) -> dict[str, object]:
    held: Mapping[str, Any] = observed.content
    return {
        "number": observed.remote_id,
        "currency": held["currency"] or connection.home_currency,
        "exchange_rate": decimal(held["exchange_rate"]),
        "customer_name": held["customer_name"],
        "customer_remote_id": held["customer_id"],
        "paid_on": day(held["paid_on"]),
        "method": held["method"] or methods.get(held["method_id"], ""),
        "reference": held["reference"],
        "amount": decimal(held["amount"]),
        "unapplied": decimal(held["unapplied"]),
        "voided": held["voided"],
        "deleted_remotely": False,
        "remote_updated_at": observed.updated_at,
        "connection": connection,
    }


def _gone(observed: Observed) -> dict[str, object]:
    return {"deleted_remotely": True, "remote_updated_at": observed.updated_at}


def _methods(connection: Connection, news: Sequence[Observed]) -> dict[str, str]:
    ids = {str(each.content.get("method_id") or "") for each in news} - {""}
    if not ids:
        return {}
    rows = mirror.get_many(connection, "payment_methods", ids)
    return {remote_id: row.name for remote_id, row in rows.items()}


def invoices_of(connection: Connection, observed: Observed) -> set[str]:
    """The invoices that a payment is or was on and that are older here than it is."""
    touched = {
        remote_id for kind, remote_id, _ in _parts(observed) if kind == "invoice"
    }
    before = PaymentAllocation.objects.filter(
        connection=connection,
        document_kind="invoice",
        payment__number=observed.remote_id,
    )
    touched.update(before.values_list("document_remote_id", flat=True))
    if observed.updated_at is None:
        return touched
    fresh = Link.objects.filter(
        connection=connection,
        stream="invoices",
        remote_id__in=touched,
        remote_updated_at__gte=observed.updated_at,
    )
    return touched - set(fresh.values_list("remote_id", flat=True))


def _parts(observed: Observed) -> list[allocations.Part]:
    """What a voided or deleted payment gave is given back."""
    if observed.deleted or observed.content.get("voided"):
        return []
    held: Any = observed.content.get("allocations") or ()
    return [
        (part["kind"], part["remote_id"], decimal(part["amount"]) or Decimal(0))
        for part in held
    ]


def known(connection: Connection) -> set[str]:
    """The remote ids of the payments that are here and not known to be deleted."""
    rows = Payment.objects.filter(connection=connection, deleted_remotely=False)
    return linked.remote_ids(
        connection, STREAM, OBJECT_TYPE, rows.values_list("pk", flat=True)
    )
