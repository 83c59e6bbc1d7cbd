"""The companies that are asked all kinds of things, as they are at the beginning."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from qbo_simulator.credentials import issue
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store
from support.casting import Cast
from support.fuzz_world import World
from support.picks import NEW, Body
from support.samples import FULL, LEAST, TRANSACTIONS

PROFILES = ("us", "us-ast", "gb", "fr", "multi")
FILE = "simulator.sqlite3"
FOREIGN: tuple[tuple[str, Body], ...] = (
    *((kind, {"DisplayName": NEW}) for kind in ("Customer", "Vendor")),
    *(
        ("Account", {"Name": NEW, "AccountType": kind})
        for kind in ("Bank", "Credit Card")
    ),
)
"""Who and what of a company of several currencies deals in euros."""


class Template:
    """Companies with one of everything, of which every example has its own copy."""

    def __init__(self, folder: Path, keys: dict[str, dict[str, str]]) -> None:
        self.folder = folder
        self.keys = keys

    def __repr__(self) -> str:
        return "Template()"

    @classmethod
    @contextmanager
    def made(cls, folder: Path, now: datetime) -> Iterator[Self]:
        store = Store(folder / FILE)
        keys = {}
        companies = seed(store, now=now, empty=True, profiles=PROFILES)
        for number, (profile, company) in enumerate(
            zip(PROFILES, companies, strict=True), 1
        ):
            cast = Cast(company)
            cast.furnish(now)
            for kind in TRANSACTIONS:
                for body in (LEAST, FULL):
                    cast.enter(kind, body[kind], now)
            if profile == "multi":
                for kind, named in FOREIGN:
                    cast.enter(kind, {**named, "CurrencyRef": {"value": "EUR"}}, now)
            keys[profile] = issue(store, company=number)
        store.close()
        yield cls(folder, keys)

    @contextmanager
    def world(self, profile: str) -> Iterator[World]:
        """A copy of the companies, one of which is to be asked."""
        file = self.folder / "copy.sqlite3"
        for path in self.folder.glob("copy.sqlite3*"):
            path.unlink()
        shutil.copyfile(self.folder / FILE, file)
        store = Store(file)
        with asyncio.Runner() as runner:
            try:
                number = PROFILES.index(profile) + 1
                yield World(store, number, self.keys[profile], runner)
            finally:
                store.close()
