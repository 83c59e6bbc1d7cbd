"""The next number, for companies that number their transactions themselves (row C5)."""

from __future__ import annotations

import re
from collections.abc import Iterable

LAST_DIGITS = re.compile(r"^(?P<before>.*?)(?P<digits>\d{1,15})(?P<after>\D*)$")


def following(numbers: Iterable[str], *, first: str = "1001") -> str:
    """One more than the highest, in the style (prefix, zeros) of the newest.

    ``numbers`` come newest first. Numbers of another style are left alone.
    """
    parsed = [found for found in map(LAST_DIGITS.match, numbers) if found]
    if not parsed:
        return first
    style = (parsed[0]["before"], parsed[0]["after"])
    highest = max(
        (each for each in parsed if (each["before"], each["after"]) == style),
        key=lambda each: int(each["digits"]),
    )
    digits = str(int(highest["digits"]) + 1).zfill(len(highest["digits"]))
    return f"{style[0]}{digits}{style[1]}"
