"""What works for a company by itself: whoever changes a rule asks what it touches.

The rooms that automate things add themselves; this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from counterfoil.connections.models import Connection
from counterfoil.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Automated:
    """One automation that makes documents: its name, what it makes, where it is edited.

    ``route`` and ``args`` address its page within the workspace; ``""``: it has none.
    """

    name: str
    makes: str
    route: str = ""
    args: tuple[object, ...] = ()


class Automation(Protocol):
    """A room with automations."""

    key: str

    def of(self, connection: Connection) -> Sequence[Automated]:
        """Those that make documents in this company's books without a person."""
        ...


automations: Registry[Automation] = Registry("automation")


def making_documents(connection: Connection) -> list[Automated]:
    """All of them, room by room."""
    return [found for each in automations for found in each.of(connection)]
