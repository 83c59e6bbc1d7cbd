"""In which language a worker writes down what all of a workspace will read."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.utils import translation

from counterfoil.workspaces.models import Workspace


def spoken(workspace: Workspace) -> AbstractContextManager[None]:
    """What is said meanwhile, such as why something was refused, is in its language."""
    return translation.override(workspace.language)
