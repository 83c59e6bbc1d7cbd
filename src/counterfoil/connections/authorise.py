"""The journey through a service's consent page: begin, complete, disconnect."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.connections.models import Authorisation, Connection, ConnectionState
from counterfoil.connections.ports import CompanyFacts, Grant, Service, services
from counterfoil.connections.tokens import columns, opened
from counterfoil.core.errors import (
    CounterfoilError,
    Invalid,
    Rejected,
    invariant,
)
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish
from counterfoil.workspaces.access import Access, Permission, enter
from counterfoil.workspaces.models import User

LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Disconnection:
    """How a disconnect went: the service may not have heard of it."""

    revoked: bool
    message: str


def callback_address(service: str) -> str:
    """Where the consent page sends the browser back; registered with the service."""
    return f"{settings.BASE_URL}/connect/{service}/callback"


def begin(
    *,
    access: Access,
    service: str,
    session_key: str,
    now: datetime,
    connection: Connection | None = None,
) -> str:
    """The address of the consent page. ``connection`` is one to connect again."""
    access.require(Permission.MANAGE_INTEGRATIONS)
    invariant(session_key, "an authorisation is bound to a session")
    if connection is not None and connection.workspace_id != access.workspace.pk:
        raise Http404
    state = secrets.token_urlsafe(32)
    Authorisation.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    Authorisation.objects.create(
        state_digest=_digest(state),
        session_digest=_digest(session_key),
        workspace=access.workspace,
        user=access.user,
        service=service,
        purpose="reconnect" if connection is not None else "connect",
        connection=connection,
        expires_at=now + LIFE,
    )
    return services[service].authorise_url(
        state=state, redirect_uri=callback_address(service)
    )


def complete(
    *,
    user: User,
    session_key: str,
    service: str,
    params: Mapping[str, str],
    now: datetime,
) -> Connection:
    """Turn what the consent page sent back into a connection.

    Raises ``Invalid``, ``Rejected`` or ``Retryable``, each with a sentence.
    """
    journey = _spent(user, session_key, service, params.get("state", ""), now)
    access = enter(user=user, workspace_id=journey.workspace_id)
    access.require(Permission.MANAGE_INTEGRATIONS)
    code, account = _consent(params)
    _same_company(journey.connection, account)
    provider = services[service]
    grant = provider.exchange(
        code=code, redirect_uri=callback_address(service), now=now
    )
    facts = provider.company(account=account, access_token=grant.access_token)
    if facts.account != account:
        raise Rejected(_("The company that answered is not the one you chose."))
    return _stored(access, provider, grant, facts, now)


def workspace_of(state: str) -> int | None:
    """The workspace in which a journey began, to know where to send its errors."""
    rows = Authorisation.objects.filter(state_digest=_digest(state))
    return rows.values_list("workspace_id", flat=True).first()


def _spent(
    user: User, session_key: str, service: str, state: str, now: datetime
) -> Authorisation:
    """The journey of this state, used up by finding it."""
    with transaction.atomic():
        journey = (
            Authorisation.objects.select_for_update(of=("self",))
            .select_related("connection")
            .filter(state_digest=_digest(state), service=service, used_at=None)
            .first()
        )
        fits = (
            journey is not None
            and journey.user_id == user.pk
            and secrets.compare_digest(
                bytes(journey.session_digest), _digest(session_key)
            )
        )
        if journey is None or not fits:
            raise _invalid(
                _("This connection was not begun here. Start again from the settings.")
            )
        journey.used_at = now
        journey.save(update_fields=["used_at"])
    if journey.expires_at <= now:
        raise _invalid(_("Connecting took too long. Start again from the settings."))
    return journey


def _consent(params: Mapping[str, str]) -> tuple[str, str]:
    if params.get("error") == "access_denied":
        raise _invalid(_("Access was not granted, so nothing was connected."))
    if params.get("error"):
        sentence = _("The service refused to connect: %(why)s.")
        why = params.get("error_description") or params["error"]
        raise _invalid(sentence % {"why": why[:200]})
    code, account = params.get("code", ""), params.get("realmId", "")
    if not code or not account:
        raise _invalid(_("The answer was incomplete. Start again from the settings."))
    return code, account


def _same_company(connection: Connection | None, account: str) -> None:
    """Old links, cursors and documents belong to one company only."""
    if connection is not None and connection.account != account:
        sentence = _(
            "You chose another company. To reconnect %(name)s, choose it on the "
            "consent page; to add another company, connect a new one."
        )
        raise _invalid(sentence % {"name": connection.name})


@transaction.atomic
def _stored(
    access: Access, provider: Service, grant: Grant, facts: CompanyFacts, now: datetime
) -> Connection:
    connection, created = Connection.objects.select_for_update().get_or_create(
        workspace=access.workspace,
        service=provider.key,
        account=facts.account,
        environment=provider.environment(),
        defaults={"connected_at": now, "name": facts.name},
    )
    apply_facts(connection, facts)
    for name, value in columns(connection, grant).items():
        setattr(connection, name, value)
    connection.previous_refresh_token = ""
    connection.token_version += 1
    connection.state = ConnectionState.ACTIVE
    connection.state_reason = ""
    connection.connected_by = access.user
    connection.connected_at = now
    connection.disconnected_at = None
    connection.next_poll_at = now
    connection.save()
    publish(
        workspace=access.workspace,
        kind="connection_connected" if created else "connection_reconnected",
        payload={"connection": connection.pk},
        actor=Actor.user(access.user.pk, str(access.user)),
        origin=Origin.user(access.user.pk),
        now=now,
    )
    return connection


def apply_facts(connection: Connection, facts: CompanyFacts) -> None:
    """Set what is known of a company on its row, unsaved."""
    connection.name = facts.name
    connection.country = facts.country
    connection.home_currency = facts.home_currency
    connection.time_zone = facts.time_zone
    connection.facts = dict(facts.facts)


def disconnect(
    *, access: Access, connection: Connection, now: datetime
) -> Disconnection:
    """End the connection here at once, then tell the service.

    Records and documents stay as they are on both sides.
    """
    access.require(Permission.MANAGE_INTEGRATIONS)
    with transaction.atomic():
        row = (
            Connection.objects.select_for_update()
            .filter(workspace=access.workspace, pk=connection.pk)
            .first()
        )
        if row is None:
            raise Http404
        token = opened(row, "refresh_token")
        _wipe(row, now)
        publish(
            workspace=access.workspace,
            kind="connection_disconnected",
            payload={"connection": row.pk},
            actor=Actor.user(access.user.pk, str(access.user)),
            origin=Origin.user(access.user.pk),
            now=now,
        )
    sentence = _("%(name)s is disconnected.") % {"name": row.name}
    if not token:
        return Disconnection(revoked=True, message=sentence)
    try:
        services[row.service].revoke(token=token)
    except CounterfoilError:
        more = _("The service did not confirm it; remove the app there too.")
        return Disconnection(revoked=False, message=f"{sentence} {more}")
    return Disconnection(revoked=True, message=sentence)


def _wipe(row: Connection, now: datetime) -> None:
    row.state = ConnectionState.DISCONNECTED
    row.state_reason = ""
    row.disconnected_at = now
    row.access_token = row.refresh_token = row.previous_refresh_token = ""
    row.access_expires_at = row.refresh_expires_at = row.hard_expires_at = None
    row.refresh_lease = row.refresh_leased_until = None
    row.token_version += 1
    row.save()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _invalid(sentence: str) -> Invalid:
    return Invalid({"": [sentence]})
