"""What each role may do: the table of the operations design, cell by cell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import Role, User, Workspace

TABLE = {
    #                                 owner, admin, accounting, sales, read-only
    Permission.VIEW: "yes yes yes yes yes",
    Permission.EDIT_RECORDS: "yes yes yes yes no",
    Permission.CREATE_DOCUMENTS: "yes no yes yes no",
    Permission.SEND_DOCUMENTS: "yes no yes no no",
    Permission.VOID_DOCUMENTS: "yes no yes no no",
    Permission.RESOLVE_POSTINGS: "yes no yes no no",
    Permission.MANAGE_INTEGRATIONS: "yes yes no no no",
    Permission.MANAGE_PEOPLE: "yes yes no no no",
    Permission.MANAGE_SETTINGS: "yes yes no no no",
    Permission.EXPORT: "yes yes yes no yes",
}
CELLS = [
    (permission, role, answer == "yes")
    for permission, answers in TABLE.items()
    for role, answer in zip(Role, answers.split(), strict=True)
]


def test_the_table_knows_every_permission() -> None:
    assert set(TABLE) == set(Permission)


@pytest.mark.parametrize(("permission", "role", "may"), CELLS)
def test_a_role_may_do_what_the_table_says(
    permission: Permission, role: Role, *, may: bool
) -> None:
    access = Access(Workspace(name="Harbour Bakery"), User(name="Bo"), role)
    assert access.may(permission) is may
    if may:
        access.require(permission)
    else:
        with pytest.raises(PermissionDenied):
            access.require(permission)


def test_a_day_is_the_day_where_the_business_is() -> None:
    now = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    days = {
        zone: Workspace(time_zone=zone).today(now).day
        for zone in ("Asia/Seoul", "Europe/Warsaw", "America/Los_Angeles")
    }
    assert days == {"Asia/Seoul": 4, "Europe/Warsaw": 4, "America/Los_Angeles": 3}
