"""Applies invoices as they are in the books to invoices here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from counterfoil.connections import links as remote_links, mirror
from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, InvoiceLine
from counterfoil.crm.records import Change, Written
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Origin
from counterfoil.sync import allocations, linked
from counterfoil.sync.ports import Observed
from counterfoil.sync.writing import write_all

STREAM, OBJECT_TYPE = "invoices", "invoice"


def apply(
    connection: Connection,
    observed: Sequence[Observed],
    *,
    historical: bool = False,
    now: datetime,
) -> int:
    """Write what is news through the one door; returns how many records changed.

    Within the caller's transaction. What carries a marker of ours is adopted by posting
    before this is called, so that it is linked to its record already.
    """
    newest = linked.newest(observed)
    links = linked.held(connection, STREAM, OBJECT_TYPE, list(newest))
    news = [
        each
        for each in newest.values()
        if linked.is_news(each, links.get(each.remote_id))
    ]
    terms, customers = _terms(connection, news), customer_names(connection, news)
    changes = []
    for each in news:
        link = links.get(each.remote_id)
        values = _gone(each) if each.deleted else _values(connection, each, terms)
        name_customer(values, customers)
        record_id = link.record_id if link else None
        changes.append(Change(OBJECT_TYPE, values, record_id, key=each.remote_id))
    origin = Origin.connection(connection.pk, historical=historical)
    written = write_all(connection, changes, origin=origin, now=now)
    applied = [each for each in news if each.remote_id in written]
    _replace_lines([each for each in applied if not each.deleted], written)
    linked.renew(connection, applied, links, written, now)
    fresh = {
        each.remote_id: written[each.remote_id]
        for each in applied
        if each.remote_id not in links
    }
    _tie_to_customers(connection, applied, fresh, now)
    ids = {remote_id: one.ref.record_id for remote_id, one in written.items()}
    allocations.resolve(connection, ids, origin=origin, now=now)
    return len(applied)


def _values(
    connection: Connection, observed: Observed, terms: Mapping[str, str]
) -> dict[str, object]:
    held: Mapping[str, Any] = observed.content
    return {
        "number": held["number"],
        "currency": held["currency"] or connection.home_currency,
        "exchange_rate": decimal(held["exchange_rate"]),
        "customer_name": held["customer_name"],
        "customer_remote_id": held["customer_id"],
        "issued_on": day(held["issued_on"]),
        "due_on": day(held["due_on"]),
        "terms": held["terms"] or terms.get(held["terms_id"], ""),
        "recipient": held["email"],
        "message": held["message"],
        "total": decimal(held["total"]),
        "subtotal": decimal(held["subtotal"]),
        "tax": decimal(held["tax"]),
        "balance": decimal(held["balance"]),
        "email_status": held["email_status"],
        "sent_at": moment(held["sent_at"]),
        "voided": held["voided"],
        "deleted_remotely": False,
        "remote_updated_at": observed.updated_at,
        "connection": connection,
    }


def customer_names(connection: Connection, news: Sequence[Observed]) -> dict[str, str]:
    """Full names (``Parent:Child``) by id: documents carry a sub-customer's own only."""
    ids = {str(each.content.get("customer_id") or "") for each in news} - {""}
    rows = mirror.get_many(connection, "customers", ids) if ids else {}
    return {
        remote_id: str(row.content.get("full_name") or row.name)
        for remote_id, row in rows.items()
    }


def name_customer(values: dict[str, object], names: Mapping[str, str]) -> None:
    """Show the customer's full name, when the customer has been read."""
    full_name = names.get(str(values.get("customer_remote_id") or ""))
    if full_name:
        values["customer_name"] = full_name


def _gone(observed: Observed) -> dict[str, object]:
    return {"deleted_remotely": True, "remote_updated_at": observed.updated_at}


def _terms(connection: Connection, news: Sequence[Observed]) -> dict[str, str]:
    ids = {str(each.content.get("terms_id") or "") for each in news} - {""}
    if not ids:
        return {}
    return {
        remote_id: row.name
        for remote_id, row in mirror.get_many(connection, "terms", ids).items()
    }


def _replace_lines(applied: Sequence[Observed], written: Mapping[str, Written]) -> None:
    """The books have the last word on the lines of what they hold."""
    ids = {each.remote_id: written[each.remote_id].ref.record_id for each in applied}
    InvoiceLine.objects.filter(invoice_id__in=ids.values()).delete()
    InvoiceLine.objects.bulk_create(
        _line(ids[each.remote_id], position, line)
        for each in applied
        for position, line in enumerate(_lines(each))
    )


def _lines(observed: Observed) -> Sequence[Mapping[str, Any]]:
    lines: Any = observed.content.get("lines") or ()
    return list(lines)


def _line(invoice_id: int, position: int, held: Mapping[str, Any]) -> InvoiceLine:
    return InvoiceLine(
        invoice_id=invoice_id,
        position=position,
        kind=held["kind"],
        item_remote_id=held.get("item_id", ""),
        name=str(held.get("name", ""))[:500],
        description=held.get("description", ""),
        quantity=fitting(held.get("quantity"), places=5),
        unit_price=fitting(held.get("unit_price"), places=7),
        amount=decimal(held["amount"]) or Decimal(0),
        tax_code=held.get("tax_code", ""),
    )


def _tie_to_customers(
    connection: Connection,
    applied: Sequence[Observed],
    fresh: Mapping[str, Written],
    now: datetime,
) -> None:
    """A new invoice belongs to the contact or company that its customer is."""
    customers = {
        each.remote_id: str(each.content.get("customer_id") or "")
        for each in applied
        if each.remote_id in fresh
    }
    if not customers:
        return
    pairs = []
    for object_type in ("contact", "company"):
        known = remote_links.records_for(
            connection, "customers", set(customers.values()), object_type
        )
        pairs += [
            (fresh[remote_id].ref, Ref(object_type, known[customer]))
            for remote_id, customer in customers.items()
            if customer in known
        ]
    if pairs:
        associations.associate_many(
            workspace=connection.workspace, pairs=pairs, now=now
        )


def known(connection: Connection) -> set[str]:
    """The remote ids of the invoices that are here and not known to be deleted."""
    rows = Invoice.objects.filter(connection=connection, deleted_remotely=False)
    return linked.remote_ids(
        connection, STREAM, OBJECT_TYPE, rows.values_list("pk", flat=True)
    )


def linked_ids(connection: Connection, remote_ids: Collection[str]) -> set[str]:
    """Those of the remote ids that are an invoice here."""
    return set(remote_links.records_for(connection, STREAM, remote_ids, OBJECT_TYPE))


def decimal(text: object) -> Decimal | None:
    """Money and rates come as plain text."""
    return Decimal(str(text)) if text not in {None, ""} else None


def fitting(text: object, *, places: int) -> Decimal | None:
    """Rounded to what the column keeps."""
    number = decimal(text)
    return None if number is None else round(number, places)


def day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
