"""A company as lines of JSON, and back: everything that its realm stands before.

The first line says what the file is, the last how many rows it has. Between them each
table that has any is named with its columns before its rows, so that tables which are
yet to come need no word here. Bodies are kept as they are, to the byte.
"""

from __future__ import annotations

import base64
import binascii
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from qbo_simulator.storage.schema import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qbo_simulator.storage.store import Store

FORMAT = "qbo-simulator company"
FORMAT_VERSION = 1
WITHHELD = ("oauth_grant", "oauth_code")
"""Who was let in is not the company's, and nobody should be let in by a copy of it."""
PLACE = "{realm}"
encode = msgspec.json.encode
decode = msgspec.json.decode


class NotImportableError(Exception):
    """The file cannot be taken in; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that keeps rows for companies, and its columns but the realm.

    A column that merely numbers the rows of all companies is left out: the rows are
    numbered anew, in their order.
    """

    name: str
    columns: tuple[str, ...]
    order: str


def tables_of(db: sqlite3.Connection) -> dict[str, Table]:
    """Every table that has a realm, by its name."""
    found = {}
    names = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall()
    for (name,) in (tuple(row) for row in names):
        info = [tuple(row) for row in db.execute(f"PRAGMA table_info({name})")]
        columns = [row[1] for row in info]
        if "realm" not in columns or name in WITHHELD:
            continue
        key = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
        numbered = key == [row[1] for row in info if row[5] and row[2] == "INTEGER"]
        left_out = {"realm", *(key if numbered and len(key) == 1 else ())}
        kept = tuple(each for each in columns if each not in left_out)
        found[name] = Table(name, kept, ", ".join(key) or "rowid")
    return found


def lines_of(store: Store, realm: str) -> Iterator[bytes]:
    """The lines of a company's file; KeyError if there is no such company."""
    with _snapshot(store) as db:
        row = db.execute(
            "SELECT name FROM company WHERE realm = ?", (realm,)
        ).fetchone()
        if row is None:
            raise KeyError(realm)
        head = {"format": FORMAT, "version": FORMAT_VERSION, "tables": VERSION}
        yield encode({**head, "realm": realm, "name": row[0]}) + b"\n"
        count = 0
        for table in tables_of(db).values():
            for place, values in enumerate(_rows(db, table, realm)):
                if not place:
                    yield (
                        encode({"table": table.name, "columns": table.columns}) + b"\n"
                    )
                count += 1
                yield encode(values) + b"\n"
        yield encode({"table": "setting", "columns": ["key", "value"]}) + b"\n"
        for key, value in _settings(db, realm):
            count += 1
            yield encode([key, value]) + b"\n"
        yield encode({"rows": count}) + b"\n"


@contextmanager
def _snapshot(store: Store) -> Iterator[sqlite3.Connection]:
    """The file as it is at one moment, whatever is written meanwhile.

    By a connection of its own: lines may be asked for by one thread after the other,
    and slowly, while the store's lock belongs to one thread and stops all others.
    """
    db = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    try:
        db.execute("BEGIN")
        yield db
    finally:
        db.close()


def _rows(db: sqlite3.Connection, table: Table, realm: str) -> Iterator[list[Any]]:
    rows = db.execute(
        f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE realm = ? "  # noqa: S608
        f"ORDER BY {table.order}",
        (realm,),
    )
    for row in rows:
        yield [
            {"base64": base64.b64encode(each).decode()}
            if isinstance(each, bytes)
            else each
            for each in row
        ]


def _settings(db: sqlite3.Connection, realm: str) -> list[tuple[str, str]]:
    rows = db.execute(
        "SELECT key, value FROM setting WHERE instr(key, ?) ORDER BY key", (realm,)
    )
    return [(str(row[0]).replace(realm, PLACE), str(row[1])) for row in rows]


def take_in(store: Store, lines: Iterable[bytes], *, realm: str | None = None) -> str:
    """Enter a company out of its file, all or nothing; gives its realm.

    With `realm` it becomes another company than the one that was exported. No webhook
    tells of what was in its change log.
    """
    with store.write() as db:
        reading = Reading(db, iter(lines))
        wanted = reading.head(store.realms(), realm)
        try:
            reading.take_all()
        except sqlite3.Error as error:
            raise NotImportableError(
                f"Line {reading.line} of the file does not fit into the books ({error})."
            ) from error
        last = db.execute("SELECT COALESCE(MAX(seq), 0) FROM change").fetchone()[0]
        store.set_setting("webhook_cursor", str(last))
    return wanted


class Reading:
    """A company's file, read line by line into the tables."""

    def __init__(self, db: sqlite3.Connection, lines: Iterator[bytes]) -> None:
        self.db = db
        self.line = 0
        self.count = 0
        self._lines = lines
        self._tables = tables_of(db)
        self._old = self._new = ""
        self._is_setting = False

    def _next(self) -> Any:
        self.line += 1
        try:
            return decode(next(self._lines))
        except StopIteration:
            raise NotImportableError(
                f"The file breaks off after line {self.line - 1}: export it again."
            ) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotImportableError(
                f"Line {self.line} of the file is not JSON ({error})."
            ) from error

    def head(self, taken: Iterable[str], realm: str | None) -> str:
        """Read the first line; gives the realm that the company is to have."""
        head = self._next()
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise NotImportableError("The file is not an exported company.")
        versions = (head.get("version"), head.get("tables"))
        if versions != (FORMAT_VERSION, VERSION):
            raise NotImportableError(
                "The file was exported by another version of the simulator (its format "
                f"and tables are {versions[0]} and {versions[1]}, here they are "
                f"{FORMAT_VERSION} and {VERSION})."
            )
        self._old = str(head.get("realm"))
        self._new = realm or self._old
        if not self._new.isdecimal():
            raise NotImportableError(f"A company id is a number, not {self._new}.")
        if self._new in taken:
            raise NotImportableError(
                f"There is a company {self._new} already. Give the imported one "
                "another id with --realm."
            )
        return self._new

    def take_all(self) -> None:
        """Enter every row, up to the line that says how many there are."""
        sql, width = "", 0
        while True:
            held = self._next()
            if isinstance(held, list) and sql and len(held) == width:
                self.count += 1
                self.db.execute(sql, self._values(held))
            elif isinstance(held, dict) and "rows" in held:
                self._check_end(held)
                return
            elif isinstance(held, dict) and isinstance(held.get("columns"), list):
                sql, width = self._insertion(str(held.get("table")), held["columns"])
            else:
                raise NotImportableError(
                    f"Line {self.line} of the file is neither a row nor a table."
                )

    def _check_end(self, held: dict[str, Any]) -> None:
        if held["rows"] != self.count:
            raise NotImportableError(
                f"The file has {self.count} rows and says it has {held['rows']}: "
                "export it again."
            )

    def _insertion(self, name: str, columns: list[Any]) -> tuple[str, int]:
        """The statement that enters a row of a table, and how many values it takes."""
        self._is_setting = name == "setting" and columns == ["key", "value"]
        if self._is_setting:
            return "INSERT INTO setting (key, value) VALUES (?, ?)", 2
        table = self._tables.get(name)
        if table is None or set(columns) != set(table.columns):
            raise NotImportableError(
                f"Line {self.line} of the file names a table {name} that is not kept "
                "here, or not with these columns."
            )
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {name} ({', '.join(columns)}, realm) VALUES ({marks}, {{}})"  # noqa: S608
        return sql.format(f"'{self._new}'"), len(columns)

    def _values(self, held: list[Any]) -> list[Any]:
        if self._is_setting:
            return [str(held[0]).replace(PLACE, self._new), held[1]]
        return [self._value(each) for each in held]

    def _value(self, held: Any) -> Any:
        if isinstance(held, str):
            if self._old != self._new and "/v3/company/" in held:
                held = held.replace(f"/company/{self._old}/", f"/company/{self._new}/")
            return held
        if not isinstance(held, dict):
            return held
        try:
            return base64.b64decode(held["base64"], validate=True)
        except (KeyError, TypeError, binascii.Error) as error:
            raise NotImportableError(
                f"Line {self.line} of the file has a value that cannot be read."
            ) from error
