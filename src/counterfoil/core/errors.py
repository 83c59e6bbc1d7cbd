"""Errors named by what happens next.

Whoever speaks to the outside translates into these; whoever catches them needs no
knowledge of the service that failed. Anything else is a bug and fails loudly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


class CounterfoilError(Exception):
    """Root of the errors that somebody is expected to recover from."""


@dataclass
class Retryable(CounterfoilError):
    """Nothing happened on the other side; the same request may be repeated.

    ``after`` is how long to wait; the queue decides when it is ``None``.
    """

    message: str
    after: timedelta | None = None
    correlation_id: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass
class Unclear(CounterfoilError):
    """A write that may or may not have happened: look it up before repeating it."""

    message: str
    correlation_id: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass
class Stale(CounterfoilError):
    """The version that was decided upon is no longer the newest: read and decide again."""

    message: str
    correlation_id: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass
class NeedsReconnect(CounterfoilError):
    """The grant is dead: pause the connection and tell a person once."""

    message: str
    correlation_id: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass
class Rejected(CounterfoilError):
    """Refused for a reason that a person can mend.

    ``message`` is a sentence for that person; ``field`` names what it is about in our
    own terms; ``code`` is the other side's; ``detail`` its own words.
    """

    message: str
    field: str = ""
    code: str = ""
    detail: str = ""
    correlation_id: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass
class Gone(CounterfoilError):
    """The thing no longer exists on the other side: unlink."""

    message: str
    correlation_id: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass
class Invalid(CounterfoilError):
    """Input that cannot be accepted: messages by field, ``""`` for the whole."""

    errors: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join(text for texts in self.errors.values() for text in texts)


class InvariantBroken(RuntimeError):
    """A rule that must hold at all times does not: stop before doing harm."""


def invariant(holds: object, rule: str) -> None:
    """Raise :class:`InvariantBroken` unless ``holds``; kept on in production."""
    if not holds:
        raise InvariantBroken(rule)
