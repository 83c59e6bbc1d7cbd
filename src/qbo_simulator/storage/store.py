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
from typing import TYPE_CHECKING

from qbo_simulator.storage.ranks import RankedConnection, Ranks
from qbo_simulator.storage.schema import SCHEMA, VERSION

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


class OtherVersionError(Exception):
    """The file was made by another version of the simulator; its tables differ."""

    def __init__(self, path: Path, found: int) -> None:
        super().__init__(
            f"{path} was made by another version of the simulator: its tables are of "
            f"version {found}, and version {VERSION} is needed."
        )


class BrokenOffError(Exception):
    """SQLite undid the whole transaction by itself, as it does on a full disk."""

    def __init__(self) -> None:
        super().__init__("The transaction has been undone: nothing of it can be kept.")


class Store:
    """The file and its one connection.

    Any thread may use it; writers take turns. `write` may be nested: the inner one
    is a savepoint of the outer. A file of another version is an OtherVersionError.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._depth = 0
        self.connection = sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,
            timeout=10,
            cached_statements=1024,
            factory=RankedConnection,
        )
        self.connection.row_factory = sqlite3.Row
        self._check_version()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "cache_size=-65536",
            "mmap_size=2147418112",
        ):
            self.connection.execute(f"PRAGMA {pragma}")
        self.define(f"{SCHEMA}; PRAGMA user_version = {VERSION}")
        self.connection.ranks = Ranks(self.connection)

    def _check_version(self) -> None:
        found = self.connection.execute("PRAGMA user_version").fetchone()[0]
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'company'"
        if found != VERSION and self.connection.execute(tables).fetchone():
            self.connection.close()
            raise OtherVersionError(self.path, found)

    def define(self, sql: str) -> None:
        """Create tables (`CREATE TABLE IF NOT EXISTS …`) that a module needs."""
        with self._lock:
            self.connection.executescript(sql)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction; an error undoes this block and goes on to the outer one."""
        with self._lock:
            level = self._depth
            if level:
                self._check_goes_on()
            self.connection.execute(
                f"SAVEPOINT w{level}" if level else "BEGIN IMMEDIATE"
            )
            self._depth += 1
            try:
                yield self.connection
                self._check_goes_on()
                self.connection.execute(f"RELEASE w{level}" if level else "COMMIT")
            except BaseException:
                self._undo(level)
                raise
            finally:
                self._depth -= 1

    def _check_goes_on(self) -> None:
        """Refuse to go on where a savepoint would begin a transaction of its own."""
        if not self.connection.in_transaction:
            raise BrokenOffError

    def _undo(self, level: int) -> None:
        if not self.connection.in_transaction:
            return
        if level:
            self.connection.execute(f"ROLLBACK TO w{level}")
        self.connection.execute(f"RELEASE w{level}" if level else "ROLLBACK")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """The connection, held so that no other thread's cursor interleaves."""
        with self._lock:
            yield self.connection

    def announce(self, change: Change) -> None:
        """Log a change in the current transaction; webhooks are made of the log."""
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
