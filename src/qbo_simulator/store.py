"""One SQLite file that holds every simulated company.

A write is one transaction: entity rows, ledger postings, the change log and the
list of accepted writes are committed together, and with them the answer kept for a
``requestid``. A process killed after its answer has lost nothing.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qbo_simulator.ranks import RankedConnection, Ranks
from qbo_simulator.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to an entity; webhooks and the change log tell of it."""

    realm: str
    entity: str
    id: str
    operation: str
    at: datetime
    deleted_id: str | None = None


class Listener(Protocol):
    """What hears of a change, after it is committed."""

    def __call__(
        self,
        realm: str,
        entity: str,
        id: str,  # noqa: A002
        operation: str,
        at: datetime,
        deleted_id: str | None = None,
    ) -> None: ...


class Store:
    """The file, its one connection, and who listens to its changes.

    Any thread may use it; writers take turns. `write` may be nested: the inner one
    is a savepoint of the outer, and listeners are told once the outermost commits.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._depth = 0
        self._pending: list[Change] = []
        self._listeners: list[Listener] = []
        self.connection = sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,
            timeout=10,
            cached_statements=1024,
            factory=RankedConnection,
        )
        self.connection.row_factory = sqlite3.Row
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "cache_size=-65536",
            "mmap_size=2147418112",
        ):
            self.connection.execute(f"PRAGMA {pragma}")
        self.define(SCHEMA)
        self.connection.ranks = Ranks(self.connection)

    def define(self, sql: str) -> None:
        """Create tables (`CREATE TABLE IF NOT EXISTS …`) that a module needs."""
        with self._lock:
            self.connection.executescript(sql)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction; an error undoes this block and goes on to the outer one."""
        with self._lock:
            level, heard = self._depth, len(self._pending)
            self.connection.execute(
                f"SAVEPOINT w{level}" if level else "BEGIN IMMEDIATE"
            )
            self._depth += 1
            try:
                yield self.connection
            except BaseException:
                self._depth -= 1
                undo = f"ROLLBACK TO w{level}" if level else "ROLLBACK"
                self.connection.execute(undo)
                del self._pending[heard:]
                raise
            self._depth -= 1
            self.connection.execute(f"RELEASE w{level}" if level else "COMMIT")
            if level:
                return
            told, self._pending = self._pending, []
        for change in told:
            for listener in self._listeners:
                listener(
                    change.realm,
                    change.entity,
                    change.id,
                    change.operation,
                    change.at,
                    deleted_id=change.deleted_id,
                )

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """The connection, held so that no other thread's cursor interleaves."""
        with self._lock:
            yield self.connection

    def announce(self, change: Change) -> None:
        """Log a change in the current transaction; listeners hear it on commit."""
        self.connection.execute(
            "INSERT INTO change (realm, entity, id, operation, at, deleted_id) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                change.realm,
                change.entity,
                change.id,
                change.operation,
                change.at.timestamp(),
                change.deleted_id,
            ),
        )
        self._pending.append(change)

    def forget_pending(self) -> None:
        """Have nobody hear of what the current transaction has announced so far."""
        self._pending.clear()

    def subscribe(self, listener: Listener) -> None:
        """Have `listener` called after each committed change."""
        self._listeners.append(listener)

    def setting(self, key: str, default: str) -> str:
        """A value kept in the file, or the default."""
        with self._lock:
            row = self.connection.execute(
                "SELECT value FROM setting WHERE key = ?", (key,)
            ).fetchone()
        return str(row["value"]) if row else default

    def set_setting(self, key: str, value: str) -> None:
        """Keep a value in the file."""
        with self.write() as db:
            db.execute(
                "INSERT INTO setting (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def realms(self) -> list[str]:
        """The realm ids of all companies, oldest first."""
        with self._lock:
            rows = self.connection.execute(
                "SELECT realm FROM company ORDER BY rowid"
            ).fetchall()
        return [str(row["realm"]) for row in rows]

    def close(self) -> None:
        """Close the file; nothing may be used afterwards."""
        with self._lock:
            self.connection.close()
