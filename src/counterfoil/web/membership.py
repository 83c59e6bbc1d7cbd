"""Who is signed in, together with their membership, in one query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.backends import ModelBackend

from counterfoil.workspaces.models import Membership, User

_workspace: ContextVar[int | None] = ContextVar("workspace", default=None)


@contextmanager
def entering(workspace_id: int) -> Iterator[None]:
    """Say which workspace the request is for, before its user is asked for."""
    token = _workspace.set(workspace_id)
    try:
        yield
    finally:
        _workspace.reset(token)


class MemberBackend(ModelBackend):
    """Django's own, but a member comes with the membership of the page's workspace."""

    def get_user(self, user_id: Any) -> User | None:
        """The user of a session; Django checks the session's hash against it."""
        workspace_id = _workspace.get()
        membership = (
            Membership.objects.select_related("user", "workspace")
            .filter(user_id=user_id, workspace_id=workspace_id)
            .first()
            if workspace_id is not None
            else None
        )
        if membership is None:
            found = super().get_user(user_id)
            return found if isinstance(found, User) else None
        user = membership.user
        user.entered = membership  # type: ignore[attr-defined]
        return user if self.user_can_authenticate(user) else None


def membership_of(user: User, workspace_id: int) -> Membership | None:
    """The membership that came with the user, if it is of this workspace."""
    found = getattr(user, "entered", None)
    if isinstance(found, Membership) and found.workspace_id == workspace_id:
        return found
    return None
