"""Reads forms, and tells one sent from the simulator's own pages from a foreign one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from starlette.requests import Request

Form = dict[str, list[str]]


async def form_of(request: Request) -> Form:
    """Read an urlencoded form; every name has the list of its values."""
    body = (await request.body()).decode("utf-8", errors="replace")
    return parse_qs(body, keep_blank_values=True)


async def fields_of(request: Request) -> dict[str, str]:
    """Read an urlencoded form in which every name has one value."""
    return {name: values[-1] for name, values in (await form_of(request)).items()}


def is_foreign(request: Request) -> bool:
    """Say whether a browser sent this request from a page of another origin.

    Browsers send Origin with every POST; programs without one (curl, tests) are let in,
    since the pages know no login that a foreign site could ride on from there.
    """
    if request.headers.get("sec-fetch-site") == "cross-site":
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return False
    return urlsplit(origin).netloc != request.headers.get("host", "")
