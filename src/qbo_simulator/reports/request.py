"""What is asked of a report: the parameters of its address, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books.fields import Day
from qbo_simulator.books.kind import words
from qbo_simulator.faults import Fault
from qbo_simulator.reports.periods import STEPS, macro_range
from qbo_simulator.wire import id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

BASES = {"cash": "Cash", "accrual": "Accrual"}
DIMENSIONS = {
    "customers": "name",
    "vendors": "name",
    "employees": "name",
    "classes": "tracking_class",
    "departments": "department",
    "productsandservices": "item",
}
"""What else `summarize_column_by` may be, and the posting's column it goes by."""

SUMMARIES = """Total Month Week Days Quarter Year Customers Vendors Classes Departments
    Employees ProductsAndServices"""
BY = {word.lower(): word for word in words(SUMMARIES)}
ENTITIES = {
    "customer": "name",
    "vendor": "name",
    "employee": "name",
    "name": "name",
    "item": "item",
    "class": "tracking_class",
    "department": "department",
    "account": "account",
    "source_account": "account",
}
CHOICES = {
    "sort_order": ("ascend", "descend"),
    "arpaid": ("all", "paid", "unpaid"),
    "appaid": ("all", "paid", "unpaid"),
    "aging_method": ("report_date", "current"),
    "qzurl": ("true", "false"),
}


@dataclass(frozen=True)
class Request:
    """A report that is asked for. `macro` is None where dates were given."""

    report: str
    today: date
    first_month: int
    params: Mapping[str, str]
    macro: str | None
    start: date | None
    end: date | None
    basis: str
    by: str
    ids: Mapping[str, frozenset[int]]

    def text(self, name: str, default: str = "") -> str:
        """A parameter in lower case."""
        return self.params.get(name, default).lower()

    def list_of(self, name: str) -> list[str]:
        """A parameter's parts between commas."""
        return [part.strip() for part in self.params.get(name, "").split(",") if part]

    def number(self, name: str, default: int, most: int) -> int:
        """A parameter that is a whole number from 1."""
        given = self.params.get(name)
        if given is None:
            return default
        if not (given.isascii() and given.isdecimal() and 1 <= int(given) <= most):
            raise invalid(name)
        return int(given)

    def day(self, name: str) -> date | None:
        """A parameter that is a date, None if it is not given."""
        return day_of(self.params, name)

    @property
    def as_of(self) -> date:
        """The day balances are shown for: `report_date`, the end, or today."""
        return self.day("report_date") or self.end or self.today

    @property
    def is_keyed(self) -> bool:
        """Whether columns carry their keys as MetaData, as in later minor versions."""
        return bool(self.params.get("minorversion"))

    @property
    def is_descending(self) -> bool:
        return self.text("sort_order") == "descend"


def read(
    report: str,
    params: Mapping[str, str],
    *,
    today: date,
    first_month: int,
    default_macro: str,
    default_basis: str,
) -> Request:
    """Read the parameters; what makes no sense is refused, what is unknown is not."""
    given = {name.lower(): value for name, value in params.items() if value != ""}
    for name, known in CHOICES.items():
        if given.get(name, known[0]).lower() not in known:
            raise invalid(name)
    macro, start, end = _dates(given, today, first_month, default_macro)
    basis = given.get("accounting_method", default_basis)
    if basis.lower() not in BASES:
        raise invalid("accounting_method")
    by = given.get("summarize_column_by", "Total")
    if by.lower() not in BY:
        raise invalid("summarize_column_by")
    return Request(
        report=report,
        today=today,
        first_month=first_month,
        params=given,
        macro=macro,
        start=start,
        end=end,
        basis=BASES[basis.lower()],
        by=BY[by.lower()],
        ids=_ids(given),
    )


def _dates(
    given: Mapping[str, str], today: date, first_month: int, default: str
) -> tuple[str | None, date | None, date | None]:
    start, end = day_of(given, "start_date"), day_of(given, "end_date")
    if start is None and end is None:
        macro = given.get("date_macro", default)
        found = macro_range(macro, today, first_month)
        if found is None:
            raise invalid("date_macro")
        return macro.lower(), *found
    end = end or max(today, start or today)
    start = start or end.replace(month=1, day=1)
    if start > end:
        raise faults.business("start_date must be less than end_date", "start_date")
    return None, start, end


def day_of(given: Mapping[str, str], name: str) -> date | None:
    """A parameter that is a date; 2060 if it is none."""
    text = given.get(name)
    return None if text is None else date.fromisoformat(Day().clean(name, text))


def _ids(given: Mapping[str, str]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for name, column in ENTITIES.items():
        if name not in given:
            continue
        parts = [part.strip() for part in given[name].split(",")]
        numbers = [id_of(part) for part in parts]
        if None in numbers:
            raise faults.bad_id(parts[numbers.index(None)])
        wanted = frozenset(number for number in numbers if number is not None)
        found[column] = found.get(column, wanted) & wanted
    return found


def invalid(name: str) -> Fault:
    """2170: a parameter that is none of the values it may have."""
    detail = f"Property : {name} has invalid enumeration value"
    return Fault(2170, "Invalid Enumeration", detail, name)


def is_time(by: str) -> bool:
    """Whether columns are spans of time."""
    return by.lower() in STEPS
