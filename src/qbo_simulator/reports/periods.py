"""The dates of reports: date macros, fiscal years, and a range cut into columns."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Range = tuple[date | None, date | None]
MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]
SINCE = {f"since {days} days ago": days for days in (30, 60, 90, 365)}
WHICH = {"last": -1, "this": 0, "next": 1}
SHORT = {"quarter": "calendar quarter", "year": "calendar year"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A length of time that macros speak of; a week, or so many months."""

    months: int
    fiscal: bool = False

    def start(self, day: date, first_month: int) -> date:
        """The first day of the unit that a day lies in; weeks start on Sunday."""
        if not self.months:
            return day - timedelta(days=(day.weekday() + 1) % 7)
        offset = (first_month if self.fiscal else 1) - 1
        passed = (day.year * 12 + day.month - 1 - offset) // self.months
        return _month_start(passed * self.months + offset)

    def shift(self, day: date, count: int) -> date:
        """The same day so many units later."""
        if not self.months:
            return day + timedelta(days=7 * count)
        return add_months(day, self.months * count)


UNITS = {
    "week": Unit(0),
    "month": Unit(1),
    "calendar quarter": Unit(3),
    "calendar year": Unit(12),
    "fiscal quarter": Unit(3, fiscal=True),
    "fiscal year": Unit(12, fiscal=True),
}
STEPS = {
    "days": None,
    "week": UNITS["week"],
    "month": UNITS["month"],
    "quarter": UNITS["fiscal quarter"],
    "year": UNITS["fiscal year"],
}
"""What `summarize_column_by` may cut a range into, in lower case."""


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    first = _month_start(day.year * 12 + day.month - 1 + months)
    last = monthrange(first.year, first.month)[1]
    return first.replace(day=min(day.day, last))


def _month_start(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def fiscal_start(day: date, first_month: int) -> date:
    """The first day of the fiscal year that a day lies in."""
    return UNITS["fiscal year"].start(day, first_month)


def macro_range(macro: str, today: date, first_month: int) -> Range | None:
    """The first and last day a macro means, None if there is no such macro.

    `all` is open at both ends. "Last …-to-date" ends on the day that was today then.
    """
    words = " ".join(macro.lower().split())
    fixed: dict[str, Callable[[], Range]] = {
        "all": lambda: (None, None),
        "today": lambda: (today, today),
        "yesterday": lambda: (today - timedelta(days=1),) * 2,
        "next 4 weeks": lambda: _weeks(today, first_month),
    }
    if words in fixed:
        return fixed[words]()
    if words in SINCE:
        return today - timedelta(days=SINCE[words]), today
    which, _, rest = words.partition(" ")
    name = rest.removesuffix("-to-date")
    unit = UNITS.get(SHORT.get(name, name))
    if unit is None or which not in WHICH:
        return None
    count = WHICH[which]
    start = unit.start(unit.shift(unit.start(today, first_month), count), first_month)
    if rest != name:
        return start, unit.shift(today, count)
    return start, unit.shift(start, 1) - timedelta(days=1)


def _weeks(today: date, first_month: int) -> Range:
    start = UNITS["week"].start(today, first_month) + timedelta(days=7)
    return start, start + timedelta(days=27)


def cut(start: date, end: date, by: str, first_month: int) -> list[tuple[date, date]]:
    """A range as consecutive days, weeks, months, quarters or fiscal years."""
    unit = STEPS[by]
    found = []
    while start <= end:
        following = (
            start + timedelta(days=1)
            if unit is None
            else unit.shift(unit.start(start, first_month), 1)
        )
        found.append((start, min(following - timedelta(days=1), end)))
        start = following
    return found


def period_title(start: date, end: date, by: str) -> str:
    """What stands above a column for these days."""
    first, last = f"{start:%b} {start.day}", f"{end:%b} {end.day}"
    if by == "days" or start == end:
        return f"{first}, {start.year}"
    whole = start.day == 1 and (end + timedelta(days=1)).day == 1
    if not whole:
        return f"{first} - {last}, {end.year}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%b} {start.year}"
    if start.year == end.year:
        return f"{start:%b} - {end:%b}, {end.year}"
    return f"{start:%b} {start.year} - {end:%b} {end.year}"
