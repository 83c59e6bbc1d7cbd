"""Where webhooks go and how badly they are delivered: a value, and what it may be."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

FORMATS = ("legacy", "cloudevents")


@dataclass(frozen=True, slots=True)
class Manner:
    """Where and how webhooks are delivered; the defaults are a well-behaved service.

    After `give_up` seconds of failing the endpoint is disabled; 0 is never.
    """

    url: str = ""
    format: str = "legacy"
    window: float = 0.3
    delay: float = 0.0
    lose: bool = False
    duplicate: int = 0
    reorder: bool = False
    hold_back: bool = False
    give_up: float = 604_800.0

    def changed(self, wishes: dict[str, Any]) -> Manner:
        """Return the manner with some parts changed; raises ValueError on nonsense."""
        kinds = {each.name: type(getattr(self, each.name)) for each in fields(self)}
        for name, value in wishes.items():
            if name not in kinds:
                raise ValueError(
                    f"Unknown setting {name!r}; one of {', '.join(kinds)}."
                )
            allowed = (int, float) if kinds[name] is float else (kinds[name],)
            if not isinstance(value, allowed) or (
                isinstance(value, bool) and kinds[name] is not bool
            ):
                raise ValueError(f"{name} is a {kinds[name].__name__}.")
        new = replace(self, **wishes)
        if new.format not in FORMATS:
            raise ValueError(f"format is one of {', '.join(FORMATS)}.")
        if new.url and not new.url.startswith(("http://", "https://")):
            raise ValueError("url starts with http:// or https://, or is empty.")
        if min(new.window, new.delay, new.duplicate, new.give_up) < 0:
            raise ValueError("window, delay, duplicate and give_up are not negative.")
        return new
