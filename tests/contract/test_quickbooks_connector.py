"""The connector keeps its promises against the running simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import simulator as simulated

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks.books import QuickBooksBooks
from counterfoil.core.errors import Rejected
from counterfoil.posting.ports import Lookup
from counterfoil.workspaces.models import Workspace
from counterfoil.workspaces.people import create_workspace

pytestmark = pytest.mark.django_db
MARKER = "[#0123456789ABCDEF]"


@pytest.fixture(scope="module")
def simulator(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[simulated.Simulator]:
    folder: Path = tmp_path_factory.mktemp("simulator")
    with simulated.serving(folder) as running:
        yield running


@pytest.fixture
def workspace(now: datetime) -> Workspace:
    return create_workspace(
        name="Ada's",
        home_currency="USD",
        time_zone="America/New_York",
        country="US",
        language="en",
        now=now,
    )


@pytest.fixture
def connection(simulator: simulated.Simulator, workspace: Workspace) -> Connection:
    return simulated.connect(simulator, workspace, now=datetime.now(UTC))


@pytest.fixture
def books(connection: Connection) -> QuickBooksBooks:
    return QuickBooksBooks(connection)


def create(books: QuickBooksBooks, kind: str, document: dict[str, object], key: str):  # type: ignore[no-untyped-def]
    payload, expected = books.render(kind, document, marker=MARKER)
    receipt = books.create(kind, payload, request_id=key, deadline=30)
    return receipt, expected


def test_a_company_tells_who_it_is_and_how_it_is_taxed(connection: Connection) -> None:
    assert connection.name
    assert connection.home_currency == "USD"
    assert connection.facts["tax_mode"] in {"us_manual", "us_automated"}


def test_a_customer_is_created_and_found_again_by_its_marker(
    books: QuickBooksBooks,
) -> None:
    document = {"name": "Grace O'Hara \\ Sons", "email": "grace@example.com"}
    receipt, expected = create(books, "customer", document, "customer-1")
    assert receipt.marker == MARKER
    assert receipt.expectation.name == expected.name
    found = books.find(
        Lookup(
            "customer",
            MARKER,
            datetime.now(UTC) - timedelta(minutes=10),
            expected,
        )
    )
    assert [each.remote_id for each in found] == [receipt.remote_id]


def test_a_name_that_is_taken_is_refused_with_a_sentence(
    books: QuickBooksBooks,
) -> None:
    create(books, "customer", {"name": "Twice Ltd"}, "twice-1")
    with pytest.raises(Rejected) as refusal:
        create(books, "customer", {"name": "Twice Ltd"}, "twice-2")
    assert refusal.value.code == "6240"
    assert refusal.value.field == "name"
    assert refusal.value.correlation_id
