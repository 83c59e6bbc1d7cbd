"""What a company holds, as last read, and which record it is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.catalogue import properties_of
from counterfoil.crm.models import Record
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.pairs import values
from counterfoil.sync.settings import choices
from factories.people import NOW

# Apart from those of records.py, and all of one length: see there.
_numbers = itertools.count(50_001)


def make_object(
    connection: Connection, stream: str, content: dict[str, Any], **row: Any
) -> RemoteObject:
    """A row of the mirror; its digest is of what it holds."""
    number = next(_numbers)
    name = str(content.get("display_name") or content.get("name") or "")
    defaults: dict[str, Any] = {
        "remote_id": str(number),
        "version": "0",
        "name": name,
        "lookup": name.upper(),
        "email": str(content.get("email") or "").lower(),
        "digest": repr(sorted(content.items())).encode()[:32],
        "remote_updated_at": NOW,
        "seen_at": NOW,
    }
    return RemoteObject.objects.create(
        connection=connection, stream=stream, content=content, **{**defaults, **row}
    )


def make_customer(connection: Connection, **content: Any) -> RemoteObject:
    number = next(_numbers)
    given = {
        "given_name": "Dora",
        "family_name": f"Field {number}",
        "display_name": f"Dora Field {number}",
        "email": f"dora.{number}@example.com",
        **content,
    }
    return make_object(connection, "customers", given)


def make_item(connection: Connection, **content: Any) -> RemoteObject:
    number = next(_numbers)
    given = {
        "name": f"Cake {number}",
        "sku": f"CAKE-{number}",
        "type": "service",
        "unit_price": "45.5",
        **content,
    }
    return make_object(connection, "items", given)


def make_link(
    connection: Connection, record: Record, held: RemoteObject, name: str, **row: Any
) -> Link:
    """Say that the two are one and have agreed on what they hold now."""
    rules = choices.of(connection, name).effective_rules
    properties = properties_of(record.object_type, connection.workspace)
    defaults: dict[str, Any] = {
        "version": held.version,
        "digest": bytes(held.digest),
        "remote_updated_at": held.remote_updated_at,
        "base_local": values.of_record(record, rules, properties),
        "base_remote": values.of_content(held.content, rules),
        "reason": "email",
        "created_at": NOW,
    }
    return Link.objects.create(
        connection=connection,
        stream=held.stream,
        remote_id=held.remote_id,
        object_type=record.object_type,
        record_id=record.pk,
        **{**defaults, **row},
    )


def turned_on(connection: Connection, name: str, **chosen: Any) -> Settings:
    """Settings of an object that is on, saved as if a person had chosen them."""
    settings = replace(choices.defaults(connection, name), enabled=True, **chosen)
    choices.save(connection, settings, by=None, now=NOW)
    return settings
