"""When a recurring transaction falls due: every so many days, weeks, months or years."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

INTERVALS = ("Daily", "Weekly", "Monthly", "Yearly")
WEEKDAYS = tuple(calendar.day_name)
MONTHS = tuple(calendar.month_name)[1:]
LAST_WEEK = 5
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rule by which dates follow one another.

    A monthly date is a day of the month (the last one, where a month is shorter) or,
    with `week`, that weekday of its first to fourth or (5) last week.
    """

    interval: str
    every: int
    start: date
    day: int
    weekday: int
    week: int | None
    month: int

    @classmethod
    def of(cls, info: dict[str, Any], start: date) -> Schedule:
        """The rule a ScheduleInfo tells; what it leaves out follows from the start."""
        weekday, month = info.get("DayOfWeek"), info.get("MonthOfYear")
        return cls(
            interval=info["IntervalType"],
            every=int(info.get("NumInterval", 1)),
            start=start,
            day=int(info.get("DayOfMonth", start.day)),
            weekday=WEEKDAYS.index(weekday) if weekday else start.weekday(),
            week=int(info["WeekOfMonth"]) if "WeekOfMonth" in info else None,
            month=MONTHS.index(month) + 1 if month else start.month,
        )

    def dates(self) -> Iterator[date]:
        """Every date from the start on."""
        if self.interval == "Daily":
            yield from _steps(self.start, timedelta(days=self.every))
        elif self.interval == "Weekly":
            first = self.start + timedelta(
                days=(self.weekday - self.start.weekday()) % 7
            )
            yield from _steps(first, WEEK * self.every)
        elif self.interval == "Monthly":
            yield from self._by_months(self.start.month, self.every)
        else:
            yield from self._by_months(self.month, 12 * self.every)

    def _by_months(self, month: int, step: int) -> Iterator[date]:
        index = self.start.year * 12 + month - 1
        if self._in_month(index) < self.start:
            index += 1 if self.interval == "Monthly" else 12
        while index < (date.max.year + 1) * 12:
            yield self._in_month(index)
            index += step

    def _in_month(self, index: int) -> date:
        year, month = divmod(index, 12)
        month += 1
        last = calendar.monthrange(year, month)[1]
        if self.week is None:
            return date(year, month, min(self.day, last))
        if self.week >= LAST_WEEK:
            end = date(year, month, last)
            return end - timedelta(days=(end.weekday() - self.weekday) % 7)
        first = date(year, month, 1)
        return (
            first
            + timedelta(days=(self.weekday - first.weekday()) % 7)
            + WEEK * (self.week - 1)
        )

    def after(self, day: date) -> date | None:
        """The first date after a day; None at the end of all days."""
        return next((each for each in self.dates() if each > day), None)

    def first(self) -> date | None:
        """The first date of all."""
        return next(self.dates(), None)


def _steps(first: date, step: timedelta) -> Iterator[date]:
    yield first
    while first <= date.max - step:
        first += step
        yield first
