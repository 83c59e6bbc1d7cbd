"""Deposits, as facts on the payments and receipts that went to the bank with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from counterfoil.connections import links, mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.models import Payment, SalesReceipt
from counterfoil.crm.records import Change
from counterfoil.events.origin import Origin
from counterfoil.sync import reference
from counterfoil.sync.documents.names import NOT_DEPOSITED, Deposit, Names
from counterfoil.sync.documents.writing import write_all
from counterfoil.sync.ports import Observed

STREAM = "deposits"
MODELS: Mapping[str, type[Payment] | type[SalesReceipt]] = {
    "payment": Payment,
    "sales_receipt": SalesReceipt,
}
_STREAMS = {"payment": "payments", "sales_receipt": "sales_receipts"}


def apply(
    connection: Connection,
    observed: Sequence[Observed],
    *,
    historical: bool = False,
    now: datetime,
) -> int:
    """Keep the deposits and write on what is in them when and where they went.

    What was in one and is no longer, or was in one that is gone, was not deposited.
    """
    changed = reference.keep(connection, STREAM, observed, now=now).changed
    held = mirror.get_many(connection, STREAM, {each.remote_id for each in observed})
    wanted = _wanted(connection, held)
    origin = Origin.connection(connection.pk, historical=historical)
    for object_type, model in MODELS.items():
        before = model._default_manager.filter(
            connection=connection, deposit_remote_id__in=list(held)
        ).values_list("pk", flat=True)
        facts = dict.fromkeys(before, NOT_DEPOSITED) | wanted[object_type]
        changes = [
            Change(object_type, deposit.values(), record_id, key=str(record_id))
            for record_id, deposit in sorted(facts.items())
        ]
        write_all(connection, changes, origin=origin, now=now)
    return changed


def _wanted(
    connection: Connection, held: Mapping[str, RemoteObject]
) -> dict[str, dict[int, Deposit]]:
    """By noun: the records that are in a deposit, with it."""
    names = Names.of_deposits(connection, held)
    parts: dict[str, dict[str, Deposit]] = defaultdict(dict)
    for row in held.values():
        if row.active:
            for kind, remote_id in _parts(row):
                parts[kind][remote_id] = names.deposit(row.remote_id)
    found: dict[str, dict[int, Deposit]] = {}
    for object_type, stream in _STREAMS.items():
        deposits = parts[object_type]
        records = links.records_for(connection, stream, list(deposits), object_type)
        found[object_type] = {
            record_id: deposits[remote_id] for remote_id, record_id in records.items()
        }
    return found


def _parts(row: RemoteObject) -> Iterator[tuple[str, str]]:
    parts: Sequence[Mapping[str, Any]] = row.content.get("parts") or ()
    for part in parts:
        yield str(part["kind"]), str(part["remote_id"])


def known(connection: Connection) -> set[str]:
    """The remote ids of the deposits that are not known to be gone."""
    rows = RemoteObject.objects.filter(
        connection=connection, stream=STREAM, active=True
    )
    return set(rows.values_list("remote_id", flat=True))
