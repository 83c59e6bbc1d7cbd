"""Whether a record is one of those that a company keeps as customers.

Whoever syncs records knows by which filters; whoever acts for them by itself has to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from counterfoil.connections.models import Connection
from counterfoil.core.registry import Registry

Judge = Callable[[Any], str]
"""Gives the reason why a record is kept out, as a sentence, or ``""``."""


class Qualifier(Protocol):
    """Knows reasons why records may not become customers by themselves."""

    key: str

    def judge(self, connection: Connection, *, now: datetime) -> Judge:
        """Whoever is judged by what it gives, however many, is judged by one reading."""
        ...


qualifiers: Registry[Qualifier] = Registry("qualifier")


def judge(connection: Connection, *, now: datetime) -> Judge:
    """Gives the first reason that anybody has, or ``""``."""
    judges = [each.judge(connection, now=now) for each in qualifiers]

    def why_not(record: Any) -> str:
        reasons = (each(record) for each in judges)
        return next((reason for reason in reasons if reason), "")

    return why_not
