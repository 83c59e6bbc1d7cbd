"""Which record here is which object there, each answer with its reason.

Keys are tried in order; the first under which somebody is found decides. One candidate
is a match, several are a question for a person: nothing is ever guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from counterfoil.sync.engine.canon import first_address


class MatchKey(StrEnum):
    """By what two are recognised as one."""

    EMAIL = "email"
    NAME = "name"  # the display name, normalised
    PHONE = "phone"
    SKU = "sku"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be it. ``taken``: is linked to another object already."""

    candidate_id: str
    title: str
    keys: Mapping[MatchKey, str]
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """``chosen`` by ``key``; or ``others`` to ask about; or neither: nobody is like it."""

    key: MatchKey | None = None
    chosen: Candidate | None = None
    others: tuple[Candidate, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        return self.chosen is None and bool(self.others)

    @property
    def is_nobody(self) -> bool:
        return self.chosen is None and not self.others


NOBODY = Match()


def match(
    keys: Mapping[MatchKey, str],
    candidates: Sequence[Candidate],
    *,
    order: Sequence[MatchKey],
) -> Match:
    """Find the one candidate with the same key; the first key that finds any decides.

    ``keys`` and the candidates' keys are normalised (:func:`normalised`). Who is linked
    already is nobody's match.
    """
    for key in order:
        wanted = keys.get(key, "")
        if not wanted:
            continue
        found = [each for each in candidates if each.keys.get(key) == wanted]
        free = [each for each in found if not each.taken]
        if len(free) == 1:
            return Match(key, free[0])
        if len(free) > 1:
            return _narrowed(key, free, keys, order)
    return NOBODY


def _narrowed(
    key: MatchKey,
    found: Sequence[Candidate],
    keys: Mapping[MatchKey, str],
    order: Sequence[MatchKey],
) -> Match:
    """Several under one key: a later key may single one out, else a person does."""
    for other in order[order.index(key) + 1 :]:
        wanted = keys.get(other, "")
        closer = [each for each in found if wanted and each.keys.get(other) == wanted]
        if len(closer) == 1:
            return Match(key, closer[0])
    return Match(key, None, tuple(found))


_SPACE = re.compile(r"\s+")
_NOT_DIGIT = re.compile(r"\D")
SHORTEST_PHONE = 7
SIGNIFICANT_DIGITS = 10


def normalised(key: MatchKey, text: object) -> str:
    """The form under which a key's values are compared; ``""`` finds nobody."""
    return _NORMAL[key](str(text or ""))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _SPACE.sub(" ", plain).strip()


def _digits(text: str) -> str:
    """The last ten digits: with and without a country's code are the same number."""
    digits = _NOT_DIGIT.sub("", text)[-SIGNIFICANT_DIGITS:]
    return digits if len(digits) >= SHORTEST_PHONE else ""


def _address(text: str) -> str:
    return first_address(_folded(text))


_NORMAL: Mapping[MatchKey, Callable[[str], str]] = {
    MatchKey.EMAIL: _address,
    MatchKey.NAME: _folded,
    MatchKey.PHONE: _digits,
    MatchKey.SKU: _folded,
}
