"""What the settings say to this room: the limits, and the key of this installation."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from counterfoil.posting import keys
from counterfoil.posting.limits import Limits


def limits() -> Limits:
    """How long to wait for what, time scale applied."""
    return Limits.parse(settings.POSTING)


def instance_key() -> bytes:
    """The key that request ids and markers are made with."""
    return _derived(settings.ENCRYPTION_KEYS)


@lru_cache(maxsize=8)
def _derived(encryption_keys: str) -> bytes:
    return keys.instance_key(encryption_keys)
