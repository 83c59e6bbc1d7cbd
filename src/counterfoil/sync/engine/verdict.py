"""What shall become of one pair of a record here and an object there, and why.

A verdict is what a preview counts, a run carries out and an explanation tells: all three
judge by the same functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from counterfoil.sync.engine.decide import Decision
from counterfoil.sync.engine.match import Match


class Act(StrEnum):
    """What is done on one side."""

    NOTHING = "nothing"
    CREATE = "create"
    UPDATE = "update"
    LINK = "link"  # only the link is made: both agree already
    ARCHIVE = "archive"  # there: make inactive
    RESTORE = "restore"  # there: make active again
    UNLINK = "unlink"
    REVIEW = "review"  # a person answers first


# What changes a record or an object, or makes one; a link alone and a question do not.
TOUCHING = frozenset({Act.CREATE, Act.UPDATE, Act.ARCHIVE, Act.RESTORE, Act.UNLINK})


class Reason(StrEnum):
    """Why nothing, or something else than expected, is done. Each has a sentence."""

    NONE = ""
    OFF = "off"  # the object's sync is off
    ONE_WAY = "one_way"  # its direction leads the other way
    UPDATE_ONLY = "update_only"  # new ones are not taken over
    NOT_TAKEN = "not_taken"  # neither new ones nor changes are taken over
    FILTERED = "filtered"  # does not meet the filters
    PERSON_OF_COMPANY = "person_of_company"  # is synced as one of a company's people
    IS_ORGANISATION = "is_organisation"  # is a company, not a contact
    IS_PERSON = "is_person"  # is a contact, not a company
    NOT_A_PRODUCT = "not_a_product"  # a category or a bundle's heading
    NO_NAME = "no_name"
    INACTIVE = "inactive"
    ARCHIVED = "archived"
    AMBIGUOUS = "ambiguous"  # several could be it
    IGNORED = "ignored"  # a person said so
    UNDONE = "undone"  # what linked it was taken back
    REFUSED = "refused"  # the books refused it
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    WAITING = "waiting"  # on its way
    HELD = "held"  # more than the guard lets through: waits for a yes
    OTHER_CURRENCY = "other_currency"
    ELSEWHERE = "elsewhere"  # gone there
    MERGED = "merged"  # became part of another one there


@dataclass(frozen=True, slots=True)
class Verdict:
    """``here`` and ``there`` are what is done on each side of the pair."""

    remote_id: str = ""
    record_id: int | None = None
    here: Act = Act.NOTHING
    there: Act = Act.NOTHING
    reason: Reason = Reason.NONE
    decision: Decision | None = None
    match: Match | None = None

    @property
    def is_quiet(self) -> bool:
        return self.here is Act.NOTHING and self.there is Act.NOTHING
