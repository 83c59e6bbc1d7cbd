"""Two empty companies, one in the United States and one in Britain, and their time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.buying import Clerk
from support.selling import Desk
from support.shop import Shop

from qbo_simulator.company import Company
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

NOW = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def books_store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "simulator.sqlite3")
    yield store
    store.close()


@pytest.fixture
def companies(books_store: Store) -> list[Company]:
    return seed(books_store, now=NOW, empty=True)


@pytest.fixture
def us(companies: list[Company]) -> Company:
    return companies[0]


@pytest.fixture
def uk(companies: list[Company]) -> Company:
    return companies[1]


@pytest.fixture
def desk(us: Company, now: datetime) -> Desk:
    return Desk(us, now)


@pytest.fixture
def clerk(us: Company, now: datetime) -> Clerk:
    return Clerk(us, now)


@pytest.fixture
def shop(us: Company, now: datetime) -> Shop:
    return Shop(us, now)


@pytest.fixture
def ada(us: Company, now: datetime) -> str:
    return str(us.create("Customer", {"DisplayName": "Ada"}, now=now)["Id"])


@pytest.fixture
def bob(shop: Shop) -> str:
    return shop.make("Customer", DisplayName="Bob")
