"""Journal codes, which companies in France file their entries under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books.fields import Choice, Field, Flag, Text, both
from qbo_simulator.books.kind import words
from qbo_simulator.faults import not_supported
from qbo_simulator.kinds.lists import NamedList

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Draft
    from qbo_simulator.books.work import Work

TYPES = ("Expenses", "Sales", "Bank", "Nouveaux", "Wages", "Cash", "Others")
COUNTRY = "FR"


class JournalCode(NamedList):
    """A code of the journal; other countries have none, and asking gives nothing."""

    entity = "JournalCode"
    list_name = "Journal Codes"
    sequence = "journal_codes"
    in_change_feed = False
    head = (
        both("Name", Text(20), keep=True),
        both("Type", Choice(TYPES), keep=True),
        Field("Description", Text(100)),
    )
    tail = (both("Active", Flag()),)
    tolerated = words("CustomField JournalCodeEx")

    def prepare(self, work: Work, draft: Draft) -> None:
        if work.country != COUNTRY:
            raise not_supported("JournalCode")
        draft.new.setdefault("Type", "Others")
        super().prepare(work, draft)
