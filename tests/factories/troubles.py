"""What needs a person at a connection: a linked contact, a conflict, an issue, a question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.models import Record
from counterfoil.sync.models import Conflict, Issue, Review
from factories.people import NOW


def make_customer(
    connection: Connection, remote_id: str = "7", name: str = "Dora Field", **more: Any
) -> RemoteObject:
    """A customer as it was read; ``content`` is its name and what is given."""
    first, _space, last = name.partition(" ")
    content = {
        "display_name": name,
        "given_name": first,
        "family_name": last,
        **more.pop("content", {}),
    }
    values = {
        "stream": "customers",
        "version": "0",
        "lookup": name.upper(),
        "email": str(content.get("email") or "").lower(),
        "content": content,
        "digest": b"read",
        "seen_at": NOW,
        **more,
    }
    return RemoteObject.objects.create(
        connection=connection, remote_id=remote_id, name=name, **values
    )


def make_link(
    connection: Connection, record: Record, remote_id: str = "7", **more: Any
) -> Link:
    values = {"stream": "customers", "created_at": NOW, "reason": "email", **more}
    return Link.objects.create(
        connection=connection,
        remote_id=remote_id,
        object_type=record.object_type,
        record_id=record.pk,
        **values,
    )


def make_conflict(link: Link, *, now: datetime = NOW, **more: Any) -> Conflict:
    values = {
        "local_field": "phone",
        "remote_field": "phone",
        "local_value": "555 0100",
        "remote_value": "555 0199",
        **more,
    }
    made = Conflict.of(link, opened_at=now, **values)
    made.save()
    return made


def make_issue(
    connection: Connection, record: Record, *, now: datetime = NOW, **more: Any
) -> Issue:
    values = {
        "name": "contacts",
        "stream": "customers",
        "category": "name_taken",
        "code": "6240",
        "sentence": "QuickBooks refused it: the name is already used by a vendor.",
        **more,
    }
    return Issue.objects.create(
        connection=connection,
        subject=f"out:{record.object_type}:{record.pk}",
        object_type=record.object_type,
        record_id=record.pk,
        first_at=now,
        last_at=now,
        **values,
    )


def make_review(
    connection: Connection, *candidates: Record, now: datetime = NOW, **more: Any
) -> Review:
    """A customer that could be any of the contacts."""
    values = {
        "remote_id": "7",
        "title": "Dora Field",
        "candidates": [
            {"id": each.pk, "title": str(each), "detail": "Dartmouth", "by": "name"}
            for each in candidates
        ],
        **more,
    }
    return Review.objects.create(
        connection=connection,
        name="contacts",
        side="in",
        stream="customers",
        object_type="contact",
        opened_at=now,
        **values,
    )
