"""Bring people in, change their role, take them out; owners guard ownership."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import Membership, Role, User, Workspace
from counterfoil.workspaces.people import add_member, create_user


@dataclass(frozen=True)
class Added:
    """Who came in; ``password`` is the first one of an account made just now."""

    membership: Membership
    password: str = ""


def members(workspace: Workspace) -> list[Membership]:
    """The members, by name."""
    rows = Membership.objects.filter(workspace=workspace).select_related("user")
    return list(rows.order_by("user__name", "id"))


def grantable(access: Access) -> list[Role]:
    """The roles that this person may give: only owners make owners."""
    return [role for role in Role if role != Role.OWNER or access.role == Role.OWNER]


@transaction.atomic
def add(*, access: Access, email: str, name: str, role: str, now: datetime) -> Added:
    """Bring somebody in by e-mail; makes the account when there is none.

    Raises :class:`Invalid` with sentences by field.
    """
    access.require(Permission.MANAGE_PEOPLE)
    chosen = _role(access, role)
    # The database holds no NUL, so nobody's e-mail or name has one.
    email, name = email.replace("\0", "").strip(), name.replace("\0", "")
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        if Membership.objects.filter(workspace=access.workspace, user=user).exists():
            raise Invalid(
                {"email": [_("%(name)s is a member already.") % {"name": user}]}
            )
        return Added(
            add_member(workspace=access.workspace, user=user, role=chosen, now=now)
        )
    password = secrets.token_urlsafe(12)
    user = create_user(email=email, name=name, password=password, now=now)
    membership = add_member(workspace=access.workspace, user=user, role=chosen, now=now)
    return Added(membership, password)


@transaction.atomic
def change_role(
    *, access: Access, membership_id: int, role: str, now: datetime
) -> Membership:
    """Give a member another role."""
    membership = _changeable(access, membership_id)
    chosen = _role(access, role)
    _keep_an_owner(membership)
    return add_member(
        workspace=access.workspace, user=membership.user, role=chosen, now=now
    )


@transaction.atomic
def remove(*, access: Access, membership_id: int) -> User:
    """Take a member out of the workspace; the account stays."""
    membership = _changeable(access, membership_id)
    _keep_an_owner(membership)
    membership.delete()
    return membership.user


def _role(access: Access, role: str) -> Role:
    if role not in [one.value for one in grantable(access)]:
        raise Invalid({"role": [_("Choose a role that you may give.")]})
    return Role(role)


def _changeable(access: Access, membership_id: int) -> Membership:
    access.require(Permission.MANAGE_PEOPLE)
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(workspace=access.workspace, pk=membership_id)
        .first()
    )
    if membership is None:
        raise Http404
    if membership.user_id == access.user.pk:
        raise Invalid({"": [_("Your own role is changed by somebody else.")]})
    if membership.role == Role.OWNER and access.role != Role.OWNER:
        raise Invalid({"": [_("Only an owner may change another owner.")]})
    return membership


def _keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.select_for_update().filter(
        workspace_id=membership.workspace_id, role=Role.OWNER
    )
    if membership.role == Role.OWNER and len(owners) == 1:
        raise Invalid({"": [_("A workspace keeps at least one owner.")]})
