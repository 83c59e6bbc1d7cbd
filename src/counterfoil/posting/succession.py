"""Which number comes after those that are known, in their own style. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

FIRST = "1001"
LONGEST = 21

_LAST_DIGITS = re.compile(
    r"(?P<before>.*?)(?P<digits>[0-9]+)(?P<after>[^0-9]*)", re.DOTALL
)


class NoMoreNumbers(ValueError):
    """The next number of this style is longer than the books allow."""


@dataclass(frozen=True)
class Parted:
    """A number in parts: what counts up is its last run of digits."""

    before: str
    digits: str
    after: str

    @classmethod
    def of(cls, number: str) -> Parted | None:
        """``None`` for what has no digits."""
        found = _LAST_DIGITS.fullmatch(number)
        return cls(**found.groupdict()) if found else None

    @property
    def style(self) -> tuple[str, str]:
        return (self.before, self.after)

    def next(self) -> str:
        """One more, with as many zeros in front as there is room for."""
        counted = str(int(self.digits) + 1).zfill(len(self.digits))
        return f"{self.before}{counted}{self.after}"


def following(numbers: Iterable[str], *, first: str = FIRST) -> str:
    """One more than the highest, in the style (prefix, suffix, zeros) of the newest.

    ``numbers`` come newest first. Numbers of another style, and such as are longer than
    the books allow, are left alone. ``NoMoreNumbers`` when the next would be too long.
    """
    fitting = (number for number in numbers if len(number) <= LONGEST)
    parted = [found for found in map(Parted.of, fitting) if found]
    if not parted:
        return first
    alike = (each for each in parted if each.style == parted[0].style)
    number = max(alike, key=lambda each: int(each.digits)).next()
    if len(number) > LONGEST:
        raise NoMoreNumbers(number)
    return number
