"""Which fault meets which document: laid out beforehand, one request each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test.utils import override_settings

from counterfoil.core import http
from counterfoil.core.errors import Retryable
from counterfoil.posting.models import Intent
from counterfoil.posting.ports import books
from qbo_simulator.injection import Rule

if TYPE_CHECKING:
    from benchmarks.outside import Simulator
    from counterfoil.connections.models import Connection
    from counterfoil.posting.ports import Books, BooksFactory, Receipt
    from qbo_simulator.state import State

NO_FAULT = "none"
NO_NAME = "no_name"  # the books' address cannot be resolved
LATE = "late_commit"
FAULTS = (
    NO_FAULT,
    "drop_after",
    LATE,
    "error_before",
    "error_after",
    "truncate",
    "wrong_entity",
    "throttle",
    "expire_token",
    NO_NAME,
    "drop_before",
)
# Of real time: a commit is late while two minutes pass on everybody's clock.
LATE_SECONDS = 0.5
ANYWHERE = "http://books.invalid/v3/company"


@dataclass
class Faults:
    """Opens the books as the connector does, and lets happen what was laid out."""

    factory: BooksFactory
    books: Simulator
    state: State
    key: str = "quickbooks"
    planned: dict[str, str] = field(default_factory=dict)
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    _late_since: float = 0.0

    def plan(self, intent: Intent, fault: str) -> None:
        """Let this happen to the first request for a document."""
        self.planned[intent.request_id] = fault

    def open(self, connection: Connection) -> Books:
        watched: Any = _Watched(self.factory.open(connection), self)
        return watched  # type: ignore[no-any-return]

    @property
    def is_late(self) -> bool:
        """Whether a commit is still to come."""
        return bool(self._late_since)

    def let_come(self) -> None:
        """Wait for what is late: the simulator does it before it answers again."""
        left = self._late_since + LATE_SECONDS - time.monotonic()
        time.sleep(max(left, 0) + 0.02)
        for _ in range(2):
            self.books.call("GET", "/_sim/clock")
        self._late_since = 0.0

    @contextmanager
    def befalling(self, kind: str, request_id: str) -> Iterator[None]:
        """Let happen to one request what was laid out for it."""
        fault = self.planned.get(request_id, NO_FAULT)
        try:
            if fault == NO_NAME:
                with _lost():
                    yield
            elif fault == NO_FAULT:
                yield
                self._meet(kind, request_id)
            else:
                yield from self._ruled(kind, request_id, fault)
        except Retryable as error:
            if fault == NO_NAME and isinstance(error.__cause__, http.NotSent):
                self._meet(kind, request_id)
            raise

    def _ruled(self, kind: str, request_id: str, fault: str) -> Iterator[None]:
        rule = Rule(fault, count=1, operation="create")
        rule.seconds = LATE_SECONDS if fault == LATE else 0.0
        self.state.faults.add(rule)
        try:
            yield
        finally:
            self.state.faults.clear()
            if rule.hits:
                self._meet(kind, request_id)
                if fault == LATE:
                    self._late_since = time.monotonic()

    def _meet(self, kind: str, request_id: str) -> None:
        fault = self.planned.pop(request_id, None)
        if fault is not None:
            self.met[kind, fault] += 1


class _Watched:
    """The connector's books, with something happening to what is created."""

    def __init__(self, opened: Books, faults: Faults) -> None:
        self._opened = opened
        self._faults = faults

    def create(
        self, kind: str, payload: bytes, *, request_id: str, deadline: float
    ) -> Receipt:
        with self._faults.befalling(kind, request_id):
            return self._opened.create(
                kind, payload, request_id=request_id, deadline=deadline
            )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened, name)


@contextmanager
def laid_out(simulator: Simulator, state: State) -> Iterator[Faults]:
    """Stand between posting and the connector until the block ends."""
    entries = books._entries  # there is no other way to replace one
    factory = entries["quickbooks"]
    entries["quickbooks"] = faults = Faults(factory, simulator, state)
    try:
        yield faults
    finally:
        entries["quickbooks"] = factory


@contextmanager
def _lost() -> Iterator[None]:
    with override_settings(QUICKBOOKS={**settings.QUICKBOOKS, "api_url": ANYWHERE}):
        yield
