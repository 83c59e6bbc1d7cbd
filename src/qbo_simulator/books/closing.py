"""Books that are closed up to a day, and what that refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work


def check_books_open(work: Work, *days: str | None) -> None:
    """6210 if any of these dates lies in a closed period."""
    if any(day is not None and day <= work.books_closed for day in days):
        raise Fault(
            6210,
            "Account Period Closed, Cannot Update Through Services API",
            "The account period has closed and the account books cannot be updated "
            "through through the QBO Services API. Please use the QBO website to make "
            "these changes.",
        )
