"""How many rows stand before a row, remembered: what makes deep pages quick.

The service pages by position. To find position 900,001 anew for each page a database
walks over 900,000 rows; here the places where pages have ended are remembered, and the
next page begins there. A change of a row forgets the places from that row's own on,
for those before it still stand where they stood.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LADDERS = 256
MOST_STEPS = 10_000
COLUMNS = (
    "id",
    "updated",
    "created",
    "full_name",
    "name",
    "txn_date",
    "active",
    "deleted",
)
_HELD = ", ".join("{0}." + name for name in COLUMNS)
_NONE = ", ".join(["NULL"] * len(COLUMNS))
TRIGGERS = f"""
CREATE TEMP TRIGGER IF NOT EXISTS rank_inserted AFTER INSERT ON main.entity
WHEN rank_watched(NEW.realm, NEW.kind) BEGIN
    SELECT rank_changed(NEW.realm, NEW.kind, {_NONE}, {_HELD.format("NEW")});
END;
CREATE TEMP TRIGGER IF NOT EXISTS rank_updated AFTER UPDATE ON main.entity
WHEN rank_watched(NEW.realm, NEW.kind) BEGIN
    SELECT rank_changed(
        NEW.realm, NEW.kind, {_HELD.format("OLD")}, {_HELD.format("NEW")}
    );
END;
CREATE TEMP TRIGGER IF NOT EXISTS rank_deleted AFTER DELETE ON main.entity
WHEN rank_watched(OLD.realm, OLD.kind) BEGIN
    SELECT rank_changed(OLD.realm, OLD.kind, {_HELD.format("OLD")}, {_NONE});
END;
"""
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Columns that tell rows apart, all up or all down."""

    columns: tuple[str, ...]
    descending: bool = False

    @property
    def clause(self) -> str:
        """What stands after ORDER BY."""
        ending = " DESC" if self.descending else ""
        return ", ".join(f"{column}{ending}" for column in self.columns)

    @property
    def beyond(self) -> str:
        """The condition that a row stands after a key."""
        sign = "<" if self.descending else ">"
        marks = ", ".join("?" * len(self.columns))
        return f"({', '.join(self.columns)}) {sign} ({marks})"


@dataclass(slots=True)
class Ladder:
    """What is known of one ordering of one selection: so many rows up to this key.

    `columns` are those that selection and order depend on, None: any, the body too.
    """

    order: Order
    columns: frozenset[str] | None
    steps: list[tuple[int, Key]] = field(default_factory=list)

    def before(self, position: int | None = None) -> tuple[int, Key | None]:
        """The highest step at or below a position (None: of all), or the ground."""
        place = len(self.steps)
        if position is not None:
            place = bisect_right(self.steps, position, key=itemgetter(0))
        return self.steps[place - 1] if place else (0, None)

    def note(self, position: int, key: Key) -> None:
        """Remember that so many rows stand up to this key."""
        place = bisect_left(self.steps, position, key=itemgetter(0))
        known = place < len(self.steps) and self.steps[place][0] == position
        if not known and position and None not in key and len(self.steps) < MOST_STEPS:
            self.steps.insert(place, (position, key))

    def forget_from(self, row: dict[str, Any]) -> None:
        """Forget the steps at and after a row that is or was in another place."""
        key = tuple(row[column] for column in self.order.columns)
        if None in key:
            self.steps.clear()
        while self.steps and self._reaches(self.steps[-1][1], key):
            self.steps.pop()

    def _reaches(self, step: Key, key: Key) -> bool:
        return step <= key if self.order.descending else step >= key

    def is_moved_by(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        """Whether a change may move a row, or take it in or out."""
        return self.columns is None or any(
            old[each] != new[each] for each in self.columns
        )


class Ranks:
    """The ladders of one connection, kept true by triggers on its own writes."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._kinds: dict[tuple[str, str], dict[Any, Ladder]] = {}
        self._version = 0
        db.create_function("rank_watched", 2, self._is_watched)
        db.create_function("rank_changed", 2 + 2 * len(COLUMNS), self._changed)
        db.executescript(TRIGGERS)

    def ladder(
        self,
        realm: str,
        kind: str,
        selection: tuple[str, Sequence[Any]],
        order: Order,
        columns: frozenset[str] | None,
    ) -> Ladder:
        """What is known of a selection (its condition and values) in an order."""
        self._heed_others()
        ladders = self._kinds.setdefault((realm, kind), {})
        key = (selection[0], tuple(selection[1]), order)
        found = ladders.pop(key, None) or Ladder(order, columns)
        ladders[key] = found
        if len(ladders) > MOST_LADDERS:
            del ladders[next(iter(ladders))]
        return found

    def _heed_others(self) -> None:
        """Forget everything once another process has written to the file."""
        version = self._db.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._kinds.clear()
            self._version = version

    def _is_watched(self, realm: str, kind: str) -> bool:
        return (realm, kind) in self._kinds

    def _changed(self, realm: str, kind: str, *held: Any) -> None:
        half = len(COLUMNS)
        rows = [
            dict(zip(COLUMNS, each, strict=True))
            for each in (held[:half], held[half:])
            if each[0] is not None
        ]
        for ladder in self._kinds[realm, kind].values():
            if len(rows) == 2 and not ladder.is_moved_by(*rows):
                continue
            for row in rows:
                ladder.forget_from(row)


class RankedConnection(sqlite3.Connection):
    """A connection that may remember where the rows of its pages stand."""

    ranks: Ranks | None = None
