"""The simulator's application in this process, asked over HTTP without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from qbo_simulator.clock import Clock
from qbo_simulator.company import Company
from qbo_simulator.credentials import issue
from qbo_simulator.seeds.companies import seed
from qbo_simulator.server import create_app
from qbo_simulator.storage.store import Store
from qbo_simulator.switches import Switches


class Edge:
    """The application, with a token for its first company."""

    def __init__(
        self, folder: Path, *, empty: bool = True, profiles: Sequence[str] = ("us",)
    ) -> None:
        self.store = Store(folder / "simulator.sqlite3")
        now = Clock(self.store).now()
        seed(self.store, now=now, empty=empty, profiles=profiles)
        keys = issue(self.store)
        self.app = create_app(self.store, Switches(throttle=False))
        self.company: Company = self.app.state.simulator.company(keys["realm_id"])
        self.token = keys["access_token"]
        self.root = f"http://simulator/v3/company/{keys['realm_id']}"

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request to the company's address."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers")}

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport) as client:
                return await client.request(
                    method, f"{self.root}/{path}", headers=headers, **more
                )

        return asyncio.run(sent())
