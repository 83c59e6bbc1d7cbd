"""Figures in fields: shown and typed as the reader writes them, kept as programs do.

What is typed is made plain here, where the reader is known: a workspace has one
language, but each of its people reads pages in their own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from counterfoil.web.place import here

_PLAIN = re.compile(r"-?\d*\.\d+")


def figure(text: str) -> str:
    """``1 234,50`` is kept as ``1234.50``; what is no figure here stays as typed."""
    found = _pattern(here().locale).fullmatch(text.strip())
    if found is None:
        return text
    sign, whole, part = found.groups()
    return sign + re.sub(r"\D", "", whole) + (f".{part}" if part else "")


@lru_cache
def _pattern(locale: Locale) -> re.Pattern[str]:
    """A figure as the locale writes it; between thousands a space goes everywhere."""
    point, group = map(
        re.escape, (get_decimal_symbol(locale), get_group_symbol(locale))
    )
    return re.compile(
        rf"(-?)(\d{{1,3}}(?:(?:{group}|\s)\d{{3}})+|\d*)(?:{point}(\d+))?"
    )


def shown(text: object) -> str:
    """What is kept, for a field: ``1234.50`` is shown as ``1234,50`` where that is how."""
    known = str(text)
    if not _PLAIN.fullmatch(known):
        return known
    return known.replace(".", get_decimal_symbol(here().locale))
