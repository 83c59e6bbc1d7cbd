"""What a check is, how one is declared, and how it states a difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Service


class Evidence(Enum):
    """How a behaviour is known."""

    RECORDED = "recorded"
    DOCUMENTED = "documented"
    REPORTED = "reported"
    INFERRED = "inferred"


class DifferenceError(Exception):
    """The service did something else; the message says what was expected and seen."""


Run = Callable[["Service"], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One behaviour: its key, the sentence that states it, and how it is tried.

    `source` names the evidence; `switch` the switch that changes the behaviour, if any.
    """

    key: str
    behaviour: str
    evidence: Evidence
    source: str
    run: Run
    switch: str = ""


CHECKS: dict[str, Check] = {}


def check(
    key: str, behaviour: str, evidence: Evidence, source: str, *, switch: str = ""
) -> Callable[[Run], Run]:
    """Declare a function as the check of a behaviour."""

    def declare(run: Run) -> Run:
        if key in CHECKS:
            raise ValueError(f"{key} is declared twice")
        CHECKS[key] = Check(key, behaviour, evidence, source, run, switch)
        return run

    return declare


def expect(what: str, expected: Any, seen: Any) -> None:
    """Raise a difference unless what was seen is what was expected."""
    if expected != seen:
        raise DifferenceError(f"{what}: expected {expected!r}, got {seen!r}")


def expect_that(what: str, holds: object) -> None:
    """Raise a difference unless this holds."""
    if not holds:
        raise DifferenceError(f"{what}: not so")


def expect_values(seen: dict[str, Any], **expected: Any) -> None:
    """Raise a difference unless an object has these values."""
    for name, value in expected.items():
        expect(name, value, seen.get(name))


def expect_keys(what: str, expected: str, seen: dict[str, Any]) -> None:
    """Raise a difference unless an object has at least these keys."""
    missing = [key for key in expected.split() if key not in seen]
    if missing:
        raise DifferenceError(f"{what}: {', '.join(missing)} not in {sorted(seen)}")
