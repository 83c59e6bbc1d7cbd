"""Who may enter a workspace, and what each role may do there. Deny by default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.core.exceptions import PermissionDenied
from django.http import Http404

from counterfoil.workspaces.models import Membership, Role, User, Workspace


class Permission(Enum):
    """One thing a member may be allowed to do."""

    VIEW = "view"
    EDIT_RECORDS = "edit_records"
    CREATE_DOCUMENTS = "create_documents"
    SEND_DOCUMENTS = "send_documents"
    VOID_DOCUMENTS = "void_documents"
    RESOLVE_POSTINGS = "resolve_postings"
    MANAGE_INTEGRATIONS = "manage_integrations"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"
    EXPORT = "export"


_SALES = frozenset(
    {Permission.VIEW, Permission.EDIT_RECORDS, Permission.CREATE_DOCUMENTS}
)
_ACCOUNTING = _SALES | {
    Permission.SEND_DOCUMENTS,
    Permission.VOID_DOCUMENTS,
    Permission.RESOLVE_POSTINGS,
    Permission.EXPORT,
}
# Accounting is not implied by admin: who runs the place does not thereby keep its books.
_ADMIN = frozenset(
    {
        Permission.VIEW,
        Permission.EDIT_RECORDS,
        Permission.MANAGE_INTEGRATIONS,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_SETTINGS,
        Permission.EXPORT,
    }
)
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: _ADMIN,
    Role.ACCOUNTING: _ACCOUNTING,
    Role.SALES: _SALES,
    Role.READ_ONLY: frozenset({Permission.VIEW, Permission.EXPORT}),
}


@dataclass(frozen=True)
class Access:
    """A member inside a workspace: what views hold instead of ``request.user``.

    ``token`` is the name of the member's token that a program came in with, else empty.
    """

    workspace: Workspace
    user: User
    role: Role
    token: str = ""

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raise ``PermissionDenied`` (403: a member is told) unless allowed."""
        if not self.may(permission):
            raise PermissionDenied(permission.value)


def enter(*, user: User, workspace_id: int) -> Access:
    """The member's access, or 404: a stranger does not learn that it exists."""
    membership = (
        Membership.objects.select_related("workspace")
        .filter(user=user, workspace_id=workspace_id, user__is_active=True)
        .first()
    )
    if membership is None:
        raise Http404
    return Access(membership.workspace, user, Role(membership.role))


def workspaces_of(user: User) -> list[Workspace]:
    """The workspaces that ``user`` belongs to, by name."""
    return list(Workspace.objects.filter(memberships__user=user).order_by("name", "id"))
