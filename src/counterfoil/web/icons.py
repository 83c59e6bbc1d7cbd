"""Icons of the Lucide set, drawn into the page so that they take the text's colour."""

from __future__ import annotations

from functools import lru_cache

from lucide.jinja import lucide
from markupsafe import Markup


@lru_cache(maxsize=1024)
def icon(name: str, size: int = 16, label: str = "") -> Markup:
    """An icon; it is hidden from screen readers unless it has a ``label``."""
    spoken = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    look = {"class": "icon", "stroke-width": "1.75", "focusable": "false"}
    return Markup(lucide(name, size=size, **spoken, **look))  # noqa: S704
