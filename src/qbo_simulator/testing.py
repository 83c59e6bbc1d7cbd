"""Run the simulator inside a test: a thread, a free port, seeded companies."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from qbo_simulator.clock import Clock
from qbo_simulator.seeds.companies import USUAL, seed
from qbo_simulator.server import create_app
from qbo_simulator.state import State
from qbo_simulator.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qbo_simulator.switches import Switches


@dataclass(frozen=True)
class Running:
    """A simulator that is being served: its root address and its shared state."""

    base_url: str
    state: State


@contextmanager
def serve(
    directory: Path,
    *,
    switches: Switches | None = None,
    empty: bool = False,
    profiles: Sequence[str] = USUAL,
) -> Iterator[Running]:
    """Serve `directory`'s simulator on a free port until the block ends.

    A new one begins with the companies of these profiles of `seeds.companies.PROFILES`.
    """
    store = Store(directory / "simulator.sqlite3")
    if not store.realms():
        seed(store, now=Clock(store).now(), empty=empty, profiles=profiles)
    app = create_app(store, switches)
    state: State = app.state.simulator
    # With the protocol named, asyncio turns the delay of small packets off.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            ws="none",
            server_header=False,
        )
    )
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, daemon=True
    )
    thread.start()
    try:
        _wait_until_started(server, thread)
        port = listener.getsockname()[1]
        yield Running(base_url=f"http://127.0.0.1:{port}", state=state)
    finally:
        server.should_exit = True
        thread.join(timeout=60)
        listener.close()
        store.close()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 60
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The simulator did not start")
        time.sleep(0.01)
