"""Tokens: sealed on the row, refreshed once per expiry however many workers ask.

One process wins a lease by a conditional update, trades the refresh token outside any
transaction and stores the new pair before anybody uses it. The others go on with the
old token while it lives, and otherwise wait for the row to change. Leases go by the
database's clock, expiries by the caller's.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.connections.ports import Grant, services
from counterfoil.core.errors import NeedsReconnect, Retryable
from counterfoil.core.secrets import Keyring, Secret
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish

# Renewed this long before the end, while everybody can still use the old one.
RENEW_BEFORE = timedelta(minutes=10)
# A token with less life than this is not sent any more.
SPENT_BEFORE = timedelta(seconds=60)
LEASE = timedelta(seconds=40)
REST_AFTER_FAILURE = timedelta(seconds=5)
WAIT_SECONDS = 6.0
LOOK_SECONDS = 0.05


@lru_cache(maxsize=4)
def _keyring(keys: str) -> Keyring:
    return Keyring.parse(keys)


def seal(connection: Connection, field: str, secret: Secret) -> str:
    """The text that the column ``field`` holds."""
    ring = _keyring(settings.ENCRYPTION_KEYS)
    return ring.seal(secret, context=connection.context(field))


def opened(connection: Connection, field: str) -> Secret:
    """The secret in the column ``field``; empty when there is none."""
    sealed = getattr(connection, field)
    if not sealed:
        return Secret("")
    ring = _keyring(settings.ENCRYPTION_KEYS)
    # The previous refresh token was sealed as the current one and moved as it is.
    sealed_as = "refresh_token" if field == "previous_refresh_token" else field
    return ring.open(sealed, context=connection.context(sealed_as))


def columns(connection: Connection, grant: Grant) -> dict[str, object]:
    """What a grant means for the row, without its version."""
    return {
        "access_token": seal(connection, "access_token", grant.access_token),
        "access_expires_at": grant.access_expires_at,
        "refresh_token": seal(connection, "refresh_token", grant.refresh_token),
        "refresh_expires_at": grant.refresh_expires_at,
        "hard_expires_at": grant.hard_expires_at or connection.hard_expires_at,
        "refresh_lease": None,
        "refresh_leased_until": None,
    }


def access_token(
    connection: Connection, *, now: datetime, refused: Secret | None = None
) -> Secret:
    """A token that is good now; ``refused`` is one that the service just turned down.

    Raises :class:`NeedsReconnect` (the connection is marked, its workspace told once)
    or :class:`Retryable` (the token endpoint does not answer).
    """
    give_up = time.monotonic() + WAIT_SECONDS
    while True:
        row = _current(connection)
        token = opened(row, "access_token")
        if refused is not None and token != refused:
            refused = None
        if refused is None and not _is_due(row, RENEW_BEFORE, now):
            return token
        lease = _lease(row)
        if lease is not None:
            return _refreshed(row, lease, now)
        if refused is None and not _is_due(row, SPENT_BEFORE, now):
            return token
        if time.monotonic() > give_up:
            raise Retryable(
                _("The connection is being renewed."), after=timedelta(seconds=5)
            )
        time.sleep(LOOK_SECONDS)


def _current(connection: Connection) -> Connection:
    row = Connection.objects.get(pk=connection.pk)
    if not row.is_active or not row.refresh_token:
        raise NeedsReconnect(
            row.state_reason or _("%(name)s is not connected.") % {"name": row.name}
        )
    return row


def _is_due(row: Connection, before: timedelta, now: datetime) -> bool:
    expires = row.access_expires_at
    return not row.access_token or expires is None or now >= expires - before


def _lease(row: Connection) -> uuid.UUID | None:
    """Win the right to refresh, or nothing; committed before any byte leaves."""
    lease = uuid.uuid4()
    free = Q(refresh_leased_until=None) | Q(refresh_leased_until__lt=Now())
    with transaction.atomic(durable=True):
        won = Connection.objects.filter(
            free,
            pk=row.pk,
            token_version=row.token_version,
            state=ConnectionState.ACTIVE,
        ).update(refresh_lease=lease, refresh_leased_until=Now() + LEASE)
    return lease if won else None


def _refreshed(row: Connection, lease: uuid.UUID, now: datetime) -> Secret:
    try:
        grant = _trade(row, now)
    except NeedsReconnect as error:
        newer = Connection.objects.get(pk=row.pk)
        if newer.token_version != row.token_version and newer.is_active:
            return opened(newer, "access_token")
        mark_needs_reconnect(row, reason=str(error), now=now)
        raise
    except Retryable:
        _rest(row, lease)
        raise
    with transaction.atomic(durable=True):
        stored = Connection.objects.filter(
            pk=row.pk, refresh_lease=lease, state=ConnectionState.ACTIVE
        ).update(
            **columns(row, grant),
            previous_refresh_token=row.refresh_token,
            token_version=F("token_version") + 1,
        )
    if not stored:
        raise Retryable(
            _("The connection was changed meanwhile."), after=timedelta(seconds=1)
        )
    return grant.access_token


def _trade(row: Connection, now: datetime) -> Grant:
    """Spend the refresh token, or the one before it.

    A crash between an answer and its commit leaves the older token here; a service
    that tolerates it for a while answers with the newest.
    """
    service = services[row.service]
    try:
        return service.refresh(refresh_token=opened(row, "refresh_token"), now=now)
    except NeedsReconnect:
        previous = opened(row, "previous_refresh_token")
        if not previous:
            raise
        return service.refresh(refresh_token=previous, now=now)


def _rest(row: Connection, lease: uuid.UUID) -> None:
    """Let nobody else knock for a few seconds after a failure."""
    Connection.objects.filter(pk=row.pk, refresh_lease=lease).update(
        refresh_leased_until=Now() + REST_AFTER_FAILURE
    )


def mark_needs_reconnect(connection: Connection, *, reason: str, now: datetime) -> None:
    """Pause the connection and tell its workspace, once; later calls do nothing."""
    with transaction.atomic():
        marked = Connection.objects.filter(
            pk=connection.pk, state=ConnectionState.ACTIVE
        ).update(
            state=ConnectionState.RECONNECT,
            state_reason=reason,
            refresh_lease=None,
            refresh_leased_until=None,
        )
        if marked:
            publish(
                workspace=connection.workspace,
                kind="connection_needs_reconnect",
                payload={"connection": connection.pk, "reason": reason},
                actor=Actor.system(),
                origin=Origin.connection(connection.pk),
                now=now,
            )
