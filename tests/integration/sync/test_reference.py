"""What the mirror keeps of objects there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from factories.people import make_connection, make_workspace

from counterfoil.connections.models import RemoteObject
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
