"""Failure as an input: a plan of faults that tests lay out and requests draw from."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from qbo_simulator.operations import BATCH, READS, WRITES

KINDS = (
    "throttle",
    "expire_token",
    "error_before",
    "error_after",
    "drop_before",
    "drop_after",
    "truncate",
    "late_commit",
    "delay",
    "wrong_entity",
    "forbidden",
    "unavailable",
    "gateway_error",
)
ANY_WRITE = "write"
OPERATIONS = (*WRITES, *READS, BATCH, ANY_WRITE)
FORMATS = ("json", "xml")


@dataclass
class Rule:
    """One fault: what happens, to which requests, how often.

    `count` limits how many requests it hits (None: no limit), `skip` lets the first
    ones pass, `probability` draws from the plan's seeded generator. Filters that are
    None match everything; "write" as the `operation` stands for all of WRITES.
    """

    kind: str
    probability: float = 1.0
    count: int | None = None
    skip: int = 0
    entity: str | None = None
    operation: str | None = None
    realm: str | None = None
    seconds: float = 0.0
    format: str = "json"
    hits: int = field(default=0)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Unknown fault {self.kind!r}; one of {', '.join(KINDS)}")
        self._check_numbers()
        self._check_words()

    def _check_numbers(self) -> None:
        if not (is_number(self.probability) and self.probability <= 1):
            raise ValueError("A probability lies between 0 and 1")
        if not is_number(self.seconds):
            raise ValueError("seconds is a number and not negative")
        if not is_count(self.skip) or not (self.count is None or is_count(self.count)):
            raise ValueError("count and skip are whole numbers and not negative")

    def _check_words(self) -> None:
        for value in (self.entity, self.realm):
            if not (value is None or isinstance(value, str)):
                raise ValueError("entity and realm are words")
        if self.operation not in (None, *OPERATIONS):
            raise ValueError(f"operation is one of {', '.join(OPERATIONS)}")
        if self.format not in FORMATS:
            raise ValueError(f"format is one of {', '.join(FORMATS)}")

    def matches(self, *, realm: str, entity: str, operation: str) -> bool:
        """Whether this rule is about such a request at all."""
        if self.realm is not None and self.realm != realm:
            return False
        if self.entity is not None and self.entity.lower() != entity.lower():
            return False
        if self.operation == ANY_WRITE:
            return operation in WRITES
        return self.operation is None or self.operation == operation


def is_count(value: Any) -> bool:
    """Whether it is a whole number, zero or more."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_number(value: Any) -> bool:
    """Whether it is a finite number, zero or more."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value < float("inf")
    )


def rule_from(wish: Any) -> Rule:
    """A rule that is given as JSON; raises ValueError if it is not one."""
    known = [each.name for each in fields(Rule) if each.name != "hits"]
    if not isinstance(wish, dict) or "kind" not in wish:
        raise ValueError('A rule is an object with a "kind".')
    if unknown := sorted(set(wish) - set(known)):
        raise ValueError(f"Unknown: {', '.join(unknown)}; one of {', '.join(known)}.")
    return Rule(**wish)


class Plan:
    """The rules in force, drawn from in order; the first that fires wins."""

    def __init__(self, seed: int = 0) -> None:
        self._rules: list[Rule] = []
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._lock = threading.Lock()

    def add(self, rule: Rule) -> Rule:
        """Put a rule in force."""
        with self._lock:
            self._rules.append(rule)
        return rule

    def add_from(self, wishes: Iterable[Any]) -> None:
        """Put rules in force that are given as JSON: all, or after a ValueError none."""
        rules = [rule_from(wish) for wish in wishes]
        with self._lock:
            self._rules.extend(rules)

    def clear(self) -> None:
        """Lift every rule."""
        with self._lock:
            self._rules.clear()

    def reseed(self, seed: int) -> None:
        """Start the random draws again from `seed`."""
        with self._lock:
            self._random.seed(seed)

    @property
    def rules(self) -> list[Rule]:
        """The rules in force."""
        with self._lock:
            return list(self._rules)

    def draw(self, *, realm: str, entity: str, operation: str) -> Rule | None:
        """The fault that hits this request, if any; counts it."""
        with self._lock:
            for rule in self._rules:
                if rule.matches(realm=realm, entity=entity, operation=operation) and (
                    self._fires(rule)
                ):
                    return rule
        return None

    def _fires(self, rule: Rule) -> bool:
        if rule.skip > 0:
            rule.skip -= 1
            return False
        if rule.count is not None and rule.count <= 0:
            return False
        if rule.probability < 1 and self._random.random() >= rule.probability:
            return False
        if rule.count is not None:
            rule.count -= 1
        rule.hits += 1
        return True
