"""Where a page is read: its locale, its time zone and the moment it was asked for.

Filters and components look here, so that templates need not pass them along.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from django.utils import translation


@lru_cache(maxsize=256)
def locale_of(language: str, country: str = "") -> Locale:
    """The locale of a language, refined by the business's country where CLDR has it."""
    base = translation.to_locale(language or "en")
    for name in (f"{base.split('_')[0]}_{country}", base, base.split("_")[0]):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_US")


@dataclass(frozen=True)
class Place:
    """Locale and zone of the reader; ``now`` is ``None`` outside of a workspace."""

    locale: Locale
    zone: ZoneInfo
    now: datetime | None = None

    @property
    def today(self) -> date | None:
        """The calendar day of the business at the moment of the request."""
        return self.now.astimezone(self.zone).date() if self.now else None


_place: ContextVar[Place | None] = ContextVar("place", default=None)


def here() -> Place:
    """The place of the page being made; the active language alone without one."""
    place = _place.get()
    if place is None:
        return Place(locale_of(translation.get_language() or "en"), ZoneInfo("UTC"))
    return place


@contextmanager
def entered(place: Place) -> Iterator[None]:
    """Make ``place`` the one that filters see until the block ends."""
    token = _place.set(place)
    try:
        yield
    finally:
        _place.reset(token)
