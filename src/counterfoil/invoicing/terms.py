"""When an invoice is due, from its date and its payment terms."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = 9_999


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms as QuickBooks keeps them.

    ``standard``: due ``due_days`` after the invoice's date. ``date_driven``: due on
    ``day_of_month_due``, or on that day of the next month when it is passed or fewer
    than ``due_next_month_days`` days away.
    """

    kind: str = "standard"
    due_days: int = 0
    day_of_month_due: int = 1
    due_next_month_days: int = 0

    @classmethod
    def of(cls, content: Mapping[str, object]) -> Terms:
        """Read the mirror's content of a term; what is missing counts as zero."""
        return cls(
            kind=str(content.get("kind") or "standard").lower(),
            due_days=_whole(content.get("due_days"), 0),
            day_of_month_due=_whole(content.get("day_of_month_due"), 1),
            due_next_month_days=_whole(content.get("due_next_month_days"), 0),
        )


def _whole(value: object, default: int) -> int:
    try:
        return min(int(str(value)), LONGEST)
    except ValueError:
        return default


def due_on(issued_on: date, terms: Terms) -> date:
    """The due date; never before the invoice's own."""
    if terms.kind != "date_driven":
        return issued_on + timedelta(days=max(terms.due_days, 0))
    due = _day_in(issued_on.year, issued_on.month, terms.day_of_month_due)
    left = (due - issued_on).days
    if left < 0 or left < terms.due_next_month_days:
        year, month = divmod(issued_on.year * 12 + issued_on.month, 12)
        due = _day_in(year, month + 1, terms.day_of_month_due)
    return due


def _day_in(year: int, month: int, day: int) -> date:
    """The day, or the month's last when it has fewer."""
    return date(year, month, min(max(day, 1), monthrange(year, month)[1]))
