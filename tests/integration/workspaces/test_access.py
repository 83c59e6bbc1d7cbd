"""Who may enter a workspace."""

from __future__ import annotations

import pytest
from django.http import Http404
from factories import NOW, make_user, make_workspace

from counterfoil.workspaces.access import enter, workspaces_of
from counterfoil.workspaces.models import Role
from counterfoil.workspaces.people import add_member

pytestmark = pytest.mark.django_db


def test_a_member_enters_with_a_role() -> None:
    workspace = make_workspace()
    bo = make_user("Bo", workspace=workspace, role=Role.SALES)
    access = enter(user=bo, workspace_id=workspace.pk)
    assert (access.workspace, access.user, access.role) == (workspace, bo, Role.SALES)


def test_a_stranger_does_not_learn_that_a_workspace_exists() -> None:
    workspace = make_workspace()
    cy = make_user("Cy", workspace=make_workspace("Cy's shop"))
    for number in (workspace.pk, 999_999):
        with pytest.raises(Http404):
            enter(user=cy, workspace_id=number)


def test_whoever_was_deactivated_is_a_stranger() -> None:
    workspace = make_workspace()
    bo = make_user("Bo", workspace=workspace)
    bo.is_active = False
    bo.save()
    with pytest.raises(Http404):
        enter(user=bo, workspace_id=workspace.pk)


def test_a_person_s_workspaces_are_listed_by_name() -> None:
    second, first = make_workspace("Beta"), make_workspace("Alpha")
    make_workspace("Cy's shop")
    ada = make_user(workspace=second)
    assert workspaces_of(ada) == [second]

    add_member(workspace=first, user=ada, role=Role.OWNER, now=NOW)
    assert workspaces_of(ada) == [first, second]
