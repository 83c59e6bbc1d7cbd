"""Who did something, and by which way it came in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterfoil.core.errors import InvariantBroken

MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Actor:
    """Who: ``kind`` is user, api, connection, workflow or system; ``label`` is for people.

    ``actor_id`` is that of the user, also of the one whose token a program has.
    """

    kind: str
    actor_id: str = ""
    label: str = ""

    @classmethod
    def user(cls, user_id: int, name: str) -> Actor:
        return cls("user", str(user_id), name)

    @classmethod
    def program(cls, user_id: int, name: str) -> Actor:
        return cls("api", str(user_id), name)

    @classmethod
    def connection(cls, connection_id: int, name: str) -> Actor:
        return cls("connection", str(connection_id), name)

    @classmethod
    def system(cls) -> Actor:
        return cls("system", "", "Counterfoil")


@dataclass(frozen=True, slots=True)
class Origin:
    """By which way a change came in.

    A change is never carried back to the connection it came from. ``depth`` counts the
    changes that caused one another; ``historical`` marks an import of the past, which
    starts nothing.
    """

    kind: str
    origin_id: str = ""
    depth: int = 0
    historical: bool = False

    @classmethod
    def user(cls, user_id: int) -> Origin:
        return cls("user", str(user_id))

    @classmethod
    def connection(cls, connection_id: int, *, historical: bool = False) -> Origin:
        return cls("connection", str(connection_id), historical=historical)

    @classmethod
    def system(cls) -> Origin:
        return cls("system")

    def caused(self) -> Origin:
        """The origin of what this change causes; stops a circle of causes."""
        if self.depth >= MAX_DEPTH:
            raise InvariantBroken("changes have caused one another too many times")
        return replace(self, depth=self.depth + 1)
