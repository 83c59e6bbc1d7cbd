"""The bookkeeper's pages of a new, empty simulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.bookkeeper import Bookkeeper

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
