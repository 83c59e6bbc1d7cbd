"""Rows entered by the thousand, and indexes made anew once instead of row by row."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from qbo_simulator.storage.search_columns import found_by
from qbo_simulator.wire import encode, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbo_simulator.books.kind import Body, Kind
    from qbo_simulator.company import Company
    from qbo_simulator.storage.store import Store

CHUNK = 2000
HELD = 300_000


@contextmanager
def without_indexes(db: sqlite3.Connection, *, is_large: bool) -> Iterator[None]:
    """A part of a write during which the large tables have no indexes, if that pays.

    It pays for very many rows in a file that has few: its indexes are made anew then.
    """
    held = db.execute("SELECT COALESCE(MAX(rowid), 0) FROM entity").fetchone()[0]
    dropped = []
    if is_large and held < HELD:
        dropped = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' "
            "AND sql IS NOT NULL "
            "AND tbl_name IN ('entity', 'posting', 'application')"
        ).fetchall()
    for row in dropped:
        db.execute(f"DROP INDEX {row['name']}")
    yield
    for row in dropped:
        db.execute(row["sql"])


@contextmanager
def old_pages_kept(store: Store) -> Iterator[None]:
    """Keep what is overwritten aside instead of what is written: most of it is new.

    That works for the only user of a file; otherwise it stays as it is. Either way
    who is killed amid a write has the file as it was.
    """
    with store.read() as db:
        if db.in_transaction:
            yield
            return
        with suppress(sqlite3.OperationalError):
            db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA cache_size = -262144")
        try:
            yield
        finally:
            with suppress(sqlite3.OperationalError):
                db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA cache_size = -65536")


class Inserter:
    """Enters entities of one kind as the books do, without looking at each."""

    def __init__(self, company: Company, kind: Kind) -> None:
        self.db = company.store.connection
        self.realm = company.realm
        self.kind = kind
        self._rows: list[tuple[Any, ...]] = []
        self._sql = ""

    def reserve(self, count: int, sequence: str | None = None) -> int:
        """The first of so many ids in a row, which nobody else will get."""
        row = self.db.execute(
            "INSERT INTO sequence (realm, name, last) VALUES (?, ?, ?) "
            "ON CONFLICT (realm, name) DO UPDATE SET last = last + excluded.last "
            "RETURNING last",
            (self.realm, sequence or self.kind.sequence, count),
        ).fetchone()
        return int(row[0]) - count + 1

    def add(self, body: Body, created: int, updated: int) -> None:
        """Enter an entity that was created and last changed at these seconds."""
        at = stamp(created)
        changed = at if created == updated else stamp(updated)
        body["MetaData"] = {"CreateTime": at, "LastUpdatedTime": changed}
        columns = {**found_by(body), **self.kind.columns(body)}
        if not self._sql:
            names = ("realm", "kind", "id", "token", "body", "created", "updated")
            listed = ", ".join((*names, *columns))
            marks = ", ".join("?" * (len(names) + len(columns)))
            self._sql = f"INSERT INTO entity ({listed}) VALUES ({marks})"  # noqa: S608
        self._rows.append(
            (
                self.realm,
                self.kind.entity,
                int(body["Id"]),
                int(body["SyncToken"]),
                encode(self.kind.folded(body)).decode(),
                created,
                updated,
                *columns.values(),
            )
        )
        if len(self._rows) >= CHUNK:
            self.finish()

    def finish(self) -> None:
        """Write what has not been written yet."""
        if self._rows:
            self.db.executemany(self._sql, self._rows)
            self._rows.clear()
