"""What the wishes sent to the control endpoints may hold; ValueError if they do not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import Request


def whole(request: Request, name: str, usual: int) -> int:
    """A parameter that is a whole number, zero or more."""
    text = request.query_params.get(name, str(usual))
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise ValueError(f"{name} is a whole number and not negative.")
    return int(text)


def instant_of(wished: Any) -> datetime:
    """The instant that is given as text; raises ValueError."""
    sentence = "`to` is an instant with an offset, as in 2026-12-01T00:00:00+00:00."
    try:
        instant = datetime.fromisoformat(str(wished))
    except ValueError:
        raise ValueError(sentence) from None
    if instant.tzinfo is None:
        raise ValueError(sentence)
    return instant


def check_application(wish: dict[str, Any]) -> None:
    """Refuse with ValueError what the application's registration cannot hold."""
    uris = wish.get("redirect_uris", [])
    if not isinstance(uris, list) or not all(isinstance(each, str) for each in uris):
        raise ValueError("redirect_uris is a list of addresses.")
    if not isinstance(wish.get("name", ""), str):
        raise ValueError("name is a word.")  # noqa: TRY004 - a bad request
    if not isinstance(wish.get("any_local_redirect", False), bool):
        raise ValueError("any_local_redirect is true or false.")  # noqa: TRY004
