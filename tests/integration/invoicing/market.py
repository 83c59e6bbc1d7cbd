"""What currencies are worth, for tests that need no simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from counterfoil.connections import ports
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Retryable

DAY = date(2026, 3, 4)


@dataclass
class Market:
    """Rates as a company's books would have them; it counts how often it is asked."""

    key: str = "market"
    worth: dict[tuple[str, date], str] = field(default_factory=dict)
    is_down: bool = False
    asked: int = 0

    def rate(
        self, connection: Connection, code: str, on: date, *, now: datetime
    ) -> Decimal | None:
        self.asked += 1
        if self.is_down:
            raise Retryable("down")
        found = self.worth.get((code, on))
        return Decimal(found) if found else None


@contextmanager
def opened() -> Iterator[Market]:
    """The market as the day begins; companies of the service ``market`` ask it."""
    found = ports.rates.add(Market(worth={("EUR", DAY): "1.0875"}))
    try:
        yield found
    finally:
        ports.rates._entries.pop(found.key)
