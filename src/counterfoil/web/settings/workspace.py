"""Change what a workspace is called, where it is, and what it speaks."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import Workspace

LONGEST_NAME = 200


def zones() -> list[str]:
    """Time zones that people know: region and city."""
    return sorted(
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "US/"))
    )


def change(*, access: Access, name: str, time_zone: str, language: str) -> Workspace:
    """Change the workspace. Raises :class:`Invalid` with sentences by field."""
    access.require(Permission.MANAGE_SETTINGS)
    errors: dict[str, list[str]] = {}
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        errors["name"] = [_("Give the workspace a name of at most 200 characters.")]
    if time_zone not in available_timezones():
        errors["time_zone"] = [_("Choose a time zone from the list.")]
    if language not in dict(settings.LANGUAGES):
        errors["language"] = [_("Choose a language from the list.")]
    if errors:
        raise Invalid(errors)
    workspace = access.workspace
    workspace.name, workspace.time_zone, workspace.language = name, time_zone, language
    workspace.save(update_fields=["name", "time_zone", "language"])
    return workspace
