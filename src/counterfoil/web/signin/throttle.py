"""Slow down guessing: failures are counted per account and per address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from counterfoil.web.models import SignInFailures

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 50

_COUNT = """
    INSERT INTO web_signinfailures AS row (key, window_started_at, failures)
    VALUES (%(key)s, %(now)s, 1)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN row.window_started_at < %(edge)s THEN 1
                        ELSE row.failures + 1 END,
        window_started_at = CASE WHEN row.window_started_at < %(edge)s THEN %(now)s
                                 ELSE row.window_started_at END
"""


@dataclass(frozen=True)
class Attempt:
    """One try to sign in: whose, and from where."""

    email: str
    address: str

    @property
    def limits(self) -> dict[str, int]:
        """The counters that this attempt falls under, and how far each may go."""
        return {
            _key("account", self.email.strip().casefold()): PER_ACCOUNT,
            _key("address", self.address): PER_ADDRESS,
        }


def _key(kind: str, value: str) -> str:
    return sha256(f"{kind}|{value}|{settings.SECRET_KEY}".encode()).hexdigest()


def address_of(request: HttpRequest) -> str:
    """The client's address; the last one a proxy of ours wrote, where there is one."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def is_stopped(attempt: Attempt, *, now: datetime) -> bool:
    """Whether too many attempts failed within the window; whoever they were for."""
    found = SignInFailures.objects.filter(
        key__in=attempt.limits, window_started_at__gte=now - WINDOW
    )
    return any(row.failures >= attempt.limits[row.key] for row in found)


def count_failure(attempt: Attempt, *, now: datetime) -> None:
    """Count one more, starting a new window where the last one is over."""
    with connection.cursor() as cursor:
        for key in sorted(attempt.limits):
            cursor.execute(_COUNT, {"key": key, "now": now, "edge": now - WINDOW})


def forget(attempt: Attempt) -> None:
    """A success clears the account's counter, not the address's."""
    account = _key("account", attempt.email.strip().casefold())
    SignInFailures.objects.filter(key=account).delete()
