"""Owners: a member of the workspace."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from counterfoil.crm.property_types.base import property_types
from counterfoil.crm.property_types.reference import ReferenceType


@property_types.register
class Owner(ReferenceType):
    """Who looks after a record."""

    key = "owner"
    label = gettext_lazy("Owner")
    to = "workspaces.User"
    through = "memberships__workspace"
