"""Tokens for programs: made by a person, narrowed by scopes, revoked at any time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.core.errors import Invalid
from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import ApiToken, Membership, Role

PREFIX = "cf_"
LONGEST_NAME = 100
# How often the time of the last use is written: a program may call many times a second.
USE_NOTED = timedelta(minutes=1)
SCOPES = {
    "documents.read": gettext_lazy("Read documents and what became of them"),
    "documents.write": gettext_lazy("Create documents in QuickBooks"),
    "documents.act": gettext_lazy("Send, void and delete documents"),
}


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token; ``text`` is known only now."""

    token: ApiToken
    text: str


def issue(
    *, access: Access, name: str, scopes: Collection[str], now: datetime
) -> Issued:
    """Make a token that acts as this person. Raises ``Invalid`` by field."""
    access.require(Permission.MANAGE_SETTINGS)
    errors: dict[str, list[str]] = {}
    name = " ".join(name.replace("\0", "").split())
    if not name:
        errors["name"] = [_("Say what the token is for.")]
    elif len(name) > LONGEST_NAME:
        errors["name"] = [_("Use at most 100 characters.")]
    if not scopes or set(scopes) - SCOPES.keys():
        errors["scopes"] = [_("Choose what the token may do.")]
    if errors:
        raise Invalid(errors)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        workspace=access.workspace,
        user=access.user,
        name=name,
        digest=_digest(text),
        hint=text[-4:],
        scopes=sorted(scopes),
        created_at=now,
    )
    return Issued(token, text)


def of(access: Access) -> list[ApiToken]:
    """The tokens of the workspace that work, the newest first."""
    access.require(Permission.MANAGE_SETTINGS)
    rows = ApiToken.objects.filter(workspace=access.workspace, revoked_at=None)
    return list(rows.select_related("user").order_by("-id"))


def revoke(*, access: Access, token_id: int, now: datetime) -> ApiToken:
    """Let a token be of no use any more, from this moment on."""
    access.require(Permission.MANAGE_SETTINGS)
    rows = ApiToken.objects.filter(workspace=access.workspace, revoked_at=None)
    token = rows.filter(pk=token_id).first()
    if token is None:
        raise Http404
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    return token


def enter(text: str, *, now: datetime) -> tuple[Access, ApiToken] | None:
    """Whose token it is; ``None`` when it is nobody's, or its person has left."""
    token = (
        ApiToken.objects.select_related("workspace", "user")
        .filter(digest=_digest(text), revoked_at=None, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    membership = Membership.objects.filter(
        workspace=token.workspace, user=token.user
    ).first()
    if membership is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    role = Role(membership.role)
    return Access(token.workspace, token.user, role, token.name), token


def _digest(text: str) -> str:
    """The token is random and long: it needs no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()
