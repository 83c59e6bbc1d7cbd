"""The rules of acting upon a document that exists, decided on frozen data.

An act stands where intents stand (``state.Standing``), with the same leases, waits and
limits; only what its outcome is read from differs. Before anything is done the document
is read: what has happened already is not done again. An act whose answer is not clear is
read until it has settled. To void and to delete are then repeated, since the books take
either once for one version. An e-mail cannot be taken back, so that is a person's word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum

from counterfoil.core.errors import invariant
from counterfoil.posting.limits import Limits
from counterfoil.posting.state import (
    Standing,
    State,
    Verdict,
    found_nothing,
    resolved,
    sending,
)


class Deed(StrEnum):
    """What is done: the actions of the port."""

    SEND = "send"
    VOID = "void"
    DELETE = "delete"


# Until a person or the books have settled it, nothing else is done with the document.
UNSETTLED = frozenset({State.SENDING, State.UNKNOWN})
CANCELLABLE = frozenset({State.INTENDED, State.REJECTED, State.ESCALATED})


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the books say of a document at one moment."""

    exists: bool = True
    version: str = ""
    is_sent: bool = False
    sent_at: str = ""
    is_voided: bool = False


GONE = Seen(exists=False)


class Case(Enum):
    """What a reading says of an act."""

    OPEN = "open"
    HAPPENED = "happened"
    GONE = "gone"
    VOIDED = "voided"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted. ``sent_before`` is ``None`` until a first attempt has begun."""

    deed: Deed
    is_insisted: bool = False
    sent_before: str | None = None


def judge(wish: Wish, seen: Seen) -> Case:
    """Whether it has happened, may still be done, or cannot be done any more."""
    if wish.deed is Deed.DELETE:
        return Case.OPEN if seen.exists else Case.HAPPENED
    if wish.deed is Deed.VOID:
        return Case.OPEN if seen.exists and not seen.is_voided else Case.HAPPENED
    if not seen.exists:
        return Case.GONE
    if _is_news(wish, seen):
        return Case.HAPPENED
    return Case.VOIDED if seen.is_voided else Case.OPEN


def patience(deed: Deed, limits: Limits) -> Limits:
    """An e-mail is never repeated without a person's word."""
    return replace(limits, max_resends=0) if deed is Deed.SEND else limits


def doing(
    standing: Standing,
    wish: Wish,
    seen: Seen,
    now: datetime,
    limits: Limits,
    *,
    is_breaker_open: bool,
) -> Standing:
    """About to do it, as the document was just read: commit before a byte leaves."""
    invariant(judge(wish, seen) is Case.OPEN, "what has happened is not done again")
    allowed = patience(wish.deed, limits)
    return sending(standing, now, allowed, is_breaker_open=is_breaker_open)


def looked(  # noqa: PLR0913  one reading, told whole
    standing: Standing,
    wish: Wish,
    seen: Seen,
    *,
    started_at: datetime,
    now: datetime,
    limits: Limits,
    breaker_until: datetime | None,
) -> tuple[Standing, Verdict | None]:
    """After a reading of the unclear; no verdict when it is thereby settled.

    An e-mail of what was deleted meanwhile will never be known, nor repeated.
    """
    case = judge(wish, seen)
    if case is Case.HAPPENED:
        return resolved(standing, State.CONFIRMED, now), None
    if case is Case.GONE:
        return resolved(standing, State.REJECTED, now), None
    return found_nothing(
        standing,
        started_at=started_at,
        now=now,
        limits=patience(wish.deed, limits),
        breaker_until=breaker_until,
    )


def _is_news(wish: Wish, seen: Seen) -> bool:
    """Whether the e-mail that is wanted has gone out, as far as the document tells."""
    if not seen.is_sent:
        return False
    if not wish.is_insisted:
        return True
    return wish.sent_before is not None and seen.sent_at != wish.sent_before
