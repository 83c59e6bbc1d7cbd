"""Run the checks and say what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from qbo_simulator.conformance import families
from qbo_simulator.conformance.checks import CHECKS, Check, DifferenceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qbo_simulator.conformance.service import Service


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check and how it went: `difference` is empty where all was as expected."""

    check: Check
    difference: str


def chosen(words: Sequence[str]) -> list[Check]:
    """The checks whose key begins with one of these words; all if there is none."""
    families.load()
    return [
        each
        for key, each in sorted(CHECKS.items())
        if not words or any(key.startswith(word) for word in words)
    ]


def run(service: Service, checks: Sequence[Check]) -> Iterator[Outcome]:
    """Try each check; a broken connection or an odd answer is a difference too."""
    for each in checks:
        try:
            each.run(service)
        except DifferenceError as difference:
            yield Outcome(each, str(difference))
        except (httpx.HTTPError, LookupError, TypeError, ValueError) as error:
            yield Outcome(each, f"{type(error).__name__}: {error}")
        else:
            yield Outcome(each, "")


def table(checks: Sequence[Check]) -> str:
    """The checks as the table of CONFORMANCE.md, one row each."""
    rows = ["| check | behaviour | evidence | switch |", "|---|---|---|---|"]
    for each in checks:
        told = each.behaviour.replace("|", "\\|")
        switch = f"`{each.switch}`" if each.switch else ""
        known = f"{each.evidence.value}: {each.source}"
        rows.append(f"| `{each.key}` | {told} | {known} | {switch} |")
    return "\n".join(rows) + "\n"
