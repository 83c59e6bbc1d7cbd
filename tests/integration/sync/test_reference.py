"""What the mirror keeps of objects there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from factories.people import make_connection, make_workspace

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.sync import reference
from counterfoil.sync.incoming import standing
from counterfoil.sync.ports import Observed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_what_was_made_from_here_and_never_read_is_seen_to_be_gone() -> None:
    connection = make_connection(make_workspace())
    # As the answer of the books is remembered: without a digest, until it is read.
    RemoteObject.objects.create(
        connection=connection, stream="customers", remote_id="7", seen_at=NOW
    )
    assert standing.present(connection, "customers").count() == 1

    gone = Observed("customers", "7", deleted=True, active=False)
    reference.keep(connection, "customers", [gone], now=NOW)

    assert not RemoteObject.objects.get(remote_id="7").active
    assert standing.present(connection, "customers").count() == 0
    assert reference.keep(connection, "customers", [gone], now=NOW).changed == 0


def customer(remote_id: str, at: datetime, digest: bytes = b"a") -> Observed:
    return Observed("customers", remote_id, "0", at, name=remote_id, digest=digest)


def test_what_is_new_is_told_from_what_is_held_and_from_what_is_older_than_that() -> (
    None
):
    connection = make_connection(make_workspace())
    later = NOW + timedelta(hours=1)
    first = [customer("1", later), customer("2", NOW)]
    kept = reference.keep(connection, "customers", first, now=NOW)
    assert (kept.changed, kept.fresh) == (2, {"1", "2"})

    older, newer = customer("1", NOW, b"b"), customer("2", later, b"b")
    new = customer("3", NOW)
    kept = reference.keep(connection, "customers", [older, newer, new], now=NOW)

    assert kept.fresh == {"3"}
    assert kept.current == {"2": newer, "3": new}
    held = RemoteObject.objects.values_list("remote_id", "digest")
    assert {each: bytes(digest) for each, digest in held} == {
        "1": b"a",
        "2": b"b",
        "3": b"a",
    }


def test_what_a_rival_has_put_there_meanwhile_is_renewed() -> None:
    connection = make_connection(make_workspace())
    seen = [customer("1", NOW, b"b"), customer("2", NOW)]
    rival = Put(connection)

    with database.execute_wrapper(rival):
        kept = reference.keep(connection, "customers", seen, now=NOW)

    assert rival.is_done
    assert kept.fresh == set()
    assert bytes(RemoteObject.objects.get(remote_id="1").digest) == b"b"
    assert RemoteObject.objects.count() == 2


class Put:
    """Puts a customer into the mirror once it has been looked for and not found."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.is_done = False

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if not self.is_done and "remote_updated_at" in sql:
            self.is_done = True
            RemoteObject.objects.create(
                connection=self._connection,
                stream="customers",
                remote_id="1",
                digest=b"a",
                remote_updated_at=NOW,
                seen_at=NOW,
            )
        return found
