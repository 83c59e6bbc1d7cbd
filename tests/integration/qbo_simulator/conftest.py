"""A new, empty simulator: its pages, its address, and the public Python client of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from quickbooks import QuickBooks
from support.application import Application
from support.bookkeeper import Bookkeeper
from support.quickbooks_client import connected_to
from support.wire import Wire, wired

from qbo_simulator.testing import Running, serve


@pytest.fixture(scope="module")
def empty_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("simulator")
    with serve(folder, empty=True) as running:
        yield running


@pytest.fixture
def pat(empty_simulator: Running) -> Iterator[Bookkeeper]:
    httpx.post(f"{empty_simulator.base_url}/_sim/reset", json={"empty": True})
    pat = Bookkeeper(empty_simulator)
    yield pat
    pat.http.close()


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with wired(tmp_path) as found:
        yield found


@pytest.fixture
def client(wire: Wire) -> Iterator[QuickBooks]:
    with connected_to(wire) as books:
        yield books


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with serve(tmp_path, empty=True) as running:
        application = Application(running)
        yield application
        application.http.close()
