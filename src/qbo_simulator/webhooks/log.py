"""Every webhook ever made and every attempt to deliver it, in the simulator's file.

Events are taken from the change log by a cursor kept in the same file and in the same
transaction, so a simulator that is killed forgets none and tells none twice by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from qbo_simulator.webhooks.manner import Manner
from qbo_simulator.webhooks.payloads import (
    Event,
    cloud_events,
    coalesced,
    is_told,
    legacy,
    retry_wait,
)

if TYPE_CHECKING:
    import sqlite3

    from qbo_simulator.storage.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS webhook_delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body BLOB NOT NULL,
    told TEXT NOT NULL,
    made_at REAL NOT NULL,
    next_at REAL NOT NULL,
    state TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    replay_of INTEGER
);
CREATE INDEX IF NOT EXISTS webhook_delivery_open ON webhook_delivery (id)
    WHERE state IN ('waiting', 'sending');
CREATE TABLE IF NOT EXISTS webhook_attempt (
    delivery INTEGER NOT NULL REFERENCES webhook_delivery (id),
    at REAL NOT NULL,
    status INTEGER,
    problem TEXT NOT NULL,
    seconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS webhook_attempt_delivery ON webhook_attempt (delivery);
"""
_prepared: WeakSet[Store] = WeakSet()
DISABLED = "webhook_disabled"
LARGEST = 100
SWAP_DELAY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook on its way, or at its end."""

    id: int
    body: bytes
    told: list[str]
    made_at: datetime
    next_at: datetime
    state: str
    failures: int
    replay_of: int | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver: the status answered, or why there was none."""

    at: datetime
    status: int | None
    problem: str
    seconds: float


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class WebhookLog:
    """Makes deliveries out of changes and keeps what became of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        if store not in _prepared:
            store.define(SCHEMA)
            _prepared.add(store)

    def manner(self) -> Manner:
        """Read how webhooks are delivered."""
        return Manner(**json.loads(self._store.setting("webhook_manner", "{}")))

    def set_manner(self, **wishes: Any) -> Manner:
        """Change how webhooks are delivered; raises ValueError on nonsense."""
        with self._store.write():
            new = self.manner().changed(wishes)
            self._store.set_setting("webhook_manner", json.dumps(asdict(new)))
            if "url" in wishes:
                self._store.set_setting(DISABLED, "")
        return new

    def disabled_at(self) -> datetime | None:
        """Tell since when the endpoint is disabled; registering it anew enables it."""
        held = self._store.setting(DISABLED, "")
        return _at(float(held)) if held else None

    def collect(self, *, client_id: str, now: datetime, force: bool = False) -> int:
        """Make deliveries of the changes whose window is over; return how many.

        `force` does not wait for the window. Without an endpoint the changes pass by.
        """
        if not self._has_news():
            return 0
        with self._store.write() as db:
            cursor = int(self._store.setting("webhook_cursor", "0"))
            rows = db.execute(
                "SELECT * FROM change WHERE seq > ? ORDER BY seq LIMIT 5000", (cursor,)
            ).fetchall()
            if not rows:
                return 0
            manner = self.manner()
            age = now.timestamp() - rows[0]["at"]
            if manner.url and not force and 0 <= age < manner.window:
                return 0
            self._store.set_setting("webhook_cursor", str(rows[-1]["seq"]))
            events = [
                _event(row) for row in rows if is_told(row["entity"], row["operation"])
            ]
            if not manner.url or not events or self.disabled_at():
                return 0
            return self._put(db, coalesced(events), manner, client_id, now)

    def _has_news(self) -> bool:
        """Look, without taking the turn of a writer, for changes not told of yet."""
        cursor = int(self._store.setting("webhook_cursor", "0"))
        with self._store.read() as db:
            last = db.execute("SELECT max(seq) AS seq FROM change").fetchone()
        return (last["seq"] or 0) > cursor

    def _put(
        self,
        db: sqlite3.Connection,
        events: list[Event],
        manner: Manner,
        client_id: str,
        now: datetime,
    ) -> int:
        made = 0
        for batch in _batches(events, manner):
            body = (
                cloud_events(batch, client_id=client_id)
                if manner.format == "cloudevents"
                else legacy(batch)
            )
            next_at = now + timedelta(seconds=manner.delay)
            if manner.reorder and batch[0].seq % 2:
                next_at += SWAP_DELAY
            told = [f"{event.entity} {event.id} {event.operation}" for event in batch]
            row = {
                "body": body,
                "told": json.dumps(told),
                "made_at": now.timestamp(),
                "next_at": next_at.timestamp(),
                "state": "lost" if manner.lose else "waiting",
                "replay_of": None,
            }
            for _copy in range(1 + manner.duplicate):
                _insert(db, row)
                made += 1
        return made

    def claim(
        self,
        *,
        now: datetime,
        force: bool = False,
        besides: frozenset[int] = frozenset(),
    ) -> Delivery | None:
        """Take the next delivery that is due, so that nobody else sends it.

        With `hold_back`, nothing overtakes the oldest one that is not delivered yet.
        `force` takes what is not due too; `besides` are not taken.
        """
        if self.disabled_at():
            return None
        with self._store.read() as db:
            open_ones = db.execute(
                "SELECT id, state, next_at FROM webhook_delivery "
                "WHERE state IN ('waiting', 'sending') ORDER BY id"
            ).fetchall()
        if self.manner().hold_back:
            open_ones = open_ones[:1]
        due = [
            (row["next_at"], row["id"])
            for row in open_ones
            if row["state"] == "waiting"
            and row["id"] not in besides
            and (force or row["next_at"] <= now.timestamp())
        ]
        if not due:
            return None
        with self._store.write() as db:
            row = db.execute(
                "UPDATE webhook_delivery SET state = 'sending' "
                "WHERE id = ? AND state = 'waiting' RETURNING *",
                (min(due)[1],),
            ).fetchone()
        return _delivery(row) if row else None

    def settle(self, delivery: Delivery, attempt: Attempt) -> None:
        """Record an attempt; a failed one is due again after Intuit's wait.

        An endpoint that has failed for too long is disabled: it hears nothing more.
        """
        delivered = attempt.status == 200
        patience = self.manner().give_up
        failing = attempt.at - delivery.made_at
        if not delivered and 0 < patience <= failing.total_seconds():
            self._store.set_setting(DISABLED, str(attempt.at.timestamp()))
        failures = delivery.failures + (0 if delivered else 1)
        wait = timedelta(0) if delivered else retry_wait(failures)
        with self._store.write() as db:
            db.execute(
                "INSERT INTO webhook_attempt (delivery, at, status, problem, seconds) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    delivery.id,
                    attempt.at.timestamp(),
                    attempt.status,
                    attempt.problem,
                    attempt.seconds,
                ),
            )
            db.execute(
                "UPDATE webhook_delivery SET state = ?, failures = ?, next_at = ? "
                "WHERE id = ?",
                (
                    "delivered" if delivered else "waiting",
                    failures,
                    (attempt.at + wait).timestamp(),
                    delivery.id,
                ),
            )

    def release(self) -> None:
        """Make deliveries that were being sent when the simulator ended due again."""
        with self._store.write() as db:
            db.execute(
                "UPDATE webhook_delivery SET state = 'waiting' WHERE state = 'sending'"
            )

    def replay(self, delivery_id: int, *, now: datetime) -> int:
        """Send a webhook once more, as a delivery of its own; raises KeyError."""
        original = self.delivery(delivery_id)
        row = {
            "body": original.body,
            "told": json.dumps(original.told),
            "made_at": now.timestamp(),
            "next_at": now.timestamp(),
            "state": "waiting",
            "replay_of": original.id,
        }
        with self._store.write() as db:
            return _insert(db, row)

    def delivery(self, delivery_id: int) -> Delivery:
        """Read one delivery; raises KeyError."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT * FROM webhook_delivery WHERE id = ?", (delivery_id,)
            ).fetchone()
        if row is None:
            raise KeyError(delivery_id)
        return _delivery(row)

    def recent(self, limit: int = 100) -> list[Delivery]:
        """List the latest deliveries, newest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM webhook_delivery ORDER BY id DESC LIMIT ?", (limit,)
            ).fetchall()
        return [_delivery(row) for row in rows]

    def attempts(self, delivery_id: int) -> list[Attempt]:
        """List the attempts at one delivery, oldest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM webhook_attempt WHERE delivery = ? ORDER BY rowid",
                (delivery_id,),
            ).fetchall()
        return [
            Attempt(_at(row["at"]), row["status"], row["problem"], row["seconds"])
            for row in rows
        ]

    def clear(self) -> None:
        """Forget every delivery; changes not yet told of are passed by."""
        with self._store.write() as db:
            db.execute("DELETE FROM webhook_attempt")
            db.execute("DELETE FROM webhook_delivery")
            last = db.execute(
                "SELECT coalesce(max(seq), 0) AS seq FROM change"
            ).fetchone()
            self._store.set_setting("webhook_cursor", str(last["seq"]))


def _batches(events: Sequence[Event], manner: Manner) -> list[list[Event]]:
    """Split events into payloads; reordered ones go one by one, the newest first."""
    if manner.reorder:
        return [[event] for event in reversed(events)]
    return [
        list(events[start : start + LARGEST])
        for start in range(0, len(events), LARGEST)
    ]


def _insert(db: sqlite3.Connection, row: dict[str, Any]) -> int:
    cursor = db.execute(
        "INSERT INTO webhook_delivery (body, told, made_at, next_at, state, replay_of) "
        "VALUES (:body, :told, :made_at, :next_at, :state, :replay_of)",
        row,
    )
    return cursor.lastrowid or 0


def _event(row: sqlite3.Row) -> Event:
    return Event(
        seq=row["seq"],
        realm=row["realm"],
        entity=row["entity"],
        id=row["id"],
        operation=row["operation"],
        at=_at(row["at"]),
        deleted_id=row["deleted_id"],
    )


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        body=bytes(row["body"]),
        told=json.loads(row["told"]),
        made_at=_at(row["made_at"]),
        next_at=_at(row["next_at"]),
        state=row["state"],
        failures=row["failures"],
        replay_of=row["replay_of"],
    )
