"""Whether a record is one of those that a company keeps as customers.

Whoever syncs records knows by which filters; whoever acts for them by itself has to ask.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from counterfoil.connections.models import Connection
from counterfoil.core.registry import Registry


class Qualifier(Protocol):
    """Knows a reason why a record may not become a customer by itself."""

    key: str

    def why_not(self, connection: Connection, record: Any, *, now: datetime) -> str:
        """The reason as a sentence, or ``""`` when nothing speaks against it."""
        ...


qualifiers: Registry[Qualifier] = Registry("qualifier")


def why_not(connection: Connection, record: Any, *, now: datetime) -> str:
    """The first reason that anybody has, or ``""``."""
    reasons = (each.why_not(connection, record, now=now) for each in qualifiers)
    return next((reason for reason in reasons if reason), "")
