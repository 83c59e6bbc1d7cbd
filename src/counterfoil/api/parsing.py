"""Reads the body of a request: one JSON object, and nothing in it that is ambiguous."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid

LARGEST = 1_000_000
DEEPEST = 10  # levels; what we ask for has four


class _Repeated(ValueError):
    """A name is said twice in one object."""


def json_object(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object that was sent; ``{}`` without a body. Raises ``Invalid``."""
    raw = _sent(request)
    try:
        held = json.loads(
            raw or b"{}",
            parse_float=str,
            parse_constant=_no_number,
            object_pairs_hook=_said_once,
        )
    except _Repeated as error:
        sentence = _("The body says “%(name)s” twice.") % {"name": str(error)[:100]}
        raise Invalid({"": [sentence]}) from None
    except (ValueError, RecursionError):
        raise Invalid({"": [_("The body is no JSON.")]}) from None
    if not isinstance(held, dict):
        raise Invalid({"": [_("The body must be a JSON object.")]})
    if not _is_shallow(held, DEEPEST):
        raise Invalid({"": [_("The body is nested too deeply.")]})
    return held


def _sent(request: HttpRequest) -> bytes:
    """The bytes. What comes in chunks of unknown length would be read as nothing."""
    if "Transfer-Encoding" in request.headers:
        message = _("Send the body in one piece, with its Content-Length.")
        raise Invalid({"": [message]})
    try:
        raw = request.body
    except RequestDataTooBig:
        raw = None
    if raw is None or len(raw) > LARGEST:
        raise Invalid({"": [_("The body is larger than 1 MB.")]})
    return raw


def _no_number(name: str) -> NoReturn:
    """JSON has neither NaN nor Infinity, although Python reads them."""
    raise ValueError(name)


def _said_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object; nobody knows which of two values of a name was meant."""
    held: dict[str, Any] = {}
    for name, value in pairs:
        if name in held:
            raise _Repeated(name)
        held[name] = value
    return held


def _is_shallow(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    within = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in within)
