"""Customers and items as they are read, made by hand, for the tests of pairs."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.connectors.quickbooks import mapping, wire
from counterfoil.crm.models import Company, Contact, Product
from counterfoil.sync import reference
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.models import Run
from counterfoil.sync.pairs import incoming
from counterfoil.sync.pairs.tally import Tally
from counterfoil.sync.ports import Observed
from counterfoil.sync.settings import choices

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
_moments = itertools.count(1)


def customer(remote_id: str = "1", *, active: bool = True, **content: Any) -> Observed:
    """A customer; what is not said is as QuickBooks leaves it."""
    plain = mapping.customer(wire.Customer(id=remote_id))
    content.setdefault(
        "display_name",
        f"{content.get('given_name', '')} {content.get('family_name', '')}".strip()
        or content.get("company_name", f"Customer {remote_id}"),
    )
    whole = {**plain, "currency": "USD", **content, "active": active}
    return _observed("customers", remote_id, whole, active=active)


def item(remote_id: str = "1", *, active: bool = True, **content: Any) -> Observed:
    """A service, unless it is said to be something else."""
    plain = {**mapping.item(wire.Item(id=remote_id)), "type": "service"}
    whole = {"name": f"Item {remote_id}", **content, "active": active}
    return _observed("items", remote_id, {**plain, **whole}, active=active)


def _observed(
    stream: str, remote_id: str, content: dict[str, Any], *, active: bool
) -> Observed:
    moment = next(_moments)
    name = content.get("display_name") or content.get("name") or ""
    return Observed(
        stream,
        remote_id,
        version=str(moment),
        updated_at=NOW + timedelta(seconds=moment),
        active=active,
        name=str(name),
        email=str(content.get("email") or "").lower(),
        content=content,
        digest=hashlib.blake2b(
            msgspec.json.encode([content, active]), digest_size=16
        ).digest(),
    )


def again(observed: Observed, **content: Any) -> Observed:
    """The same object, edited there a moment later."""
    whole = {**observed.content, **content}
    active = bool(whole["active"])
    return _observed(observed.stream, observed.remote_id, whole, active=active)


def gone(observed: Observed) -> Observed:
    """The same object, deleted."""
    return Observed(
        observed.stream,
        observed.remote_id,
        updated_at=NOW + timedelta(seconds=next(_moments)),
        deleted=True,
        active=False,
    )


def merged(observed: Observed, survivor: Observed) -> Observed:
    """The same object, made part of another."""
    return replace(gone(observed), merged_into=survivor.remote_id)


def turn_on(connection: Connection, name: str, **values: Any) -> Settings:
    """Sync an object with its defaults but for what is said."""
    wanted = replace(choices.of(connection, name), enabled=True, **values)
    choices.save(connection, wanted, by=None, now=NOW)
    return wanted


def read(
    connection: Connection,
    *observed: Observed,
    historical: bool = False,
    run: Run | None = None,
) -> Tally:
    """What happens when these are read."""
    stream = observed[0].stream
    reference.keep(connection, stream, observed, now=NOW)
    return incoming.apply(
        connection, stream, observed, historical=historical, run=run, now=NOW
    )


def rows(connection: Connection, stream: str = "customers") -> Sequence[RemoteObject]:
    """All that is held of a stream."""
    found = RemoteObject.objects.filter(connection=connection, stream=stream)
    return list(found.order_by("id"))


def link_of(record: Contact | Company | Product) -> Link:
    return Link.objects.get(object_type=record.object_type, record_id=record.pk)
