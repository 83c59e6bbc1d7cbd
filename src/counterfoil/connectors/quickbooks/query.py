"""Statements in Intuit's query language, with values that cannot break out of it."""

from __future__ import annotations

from collections.abc import Iterable

MOST_ROWS = 1000


def quoted(text: str) -> str:
    """A value: the backslash is escaped first, then the quote."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def equals(name: str, value: str) -> str:
    """The condition that a property has this value."""
    return f"{name} = {quoted(value)}"


def among(name: str, values: Iterable[str]) -> str:
    """The condition that a property has one of these values."""
    return f"{name} in ({', '.join(quoted(value) for value in values)})"


def count(entity: str, *conditions: str) -> str:
    """How many objects meet all conditions; empty ones are left out."""
    wanted = [condition for condition in conditions if condition]
    parts = ["select count(*) from", entity]
    if wanted:
        parts += ["where", " and ".join(wanted)]
    return " ".join(parts)


def select(
    entity: str,
    *conditions: str,
    order: str = "",
    start: int = 1,
    most: int = MOST_ROWS,
) -> str:
    """Everything of the objects that meet all conditions; empty ones are left out."""
    parts = ["select * from", entity]
    wanted = [condition for condition in conditions if condition]
    if wanted:
        parts += ["where", " and ".join(wanted)]
    if order:
        parts += ["orderby", order]
    return " ".join([*parts, f"startposition {start} maxresults {most}"])
