"""A real worker in a process of its own, with one subscriber: ``probe_told``.

It renames the event's workspace to what the event says, so that a test can see that it
was heard. ``DATABASE_URL`` is the test's database.
"""

from __future__ import annotations

import os
from datetime import datetime

import django

os.environ["COUNTERFOIL_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.config.settings"
django.setup()

from counterfoil.config.processes import work  # noqa: E402
from counterfoil.events.dispatch import subscribe  # noqa: E402
from counterfoil.events.models import Event  # noqa: E402
from counterfoil.workspaces.models import Workspace  # noqa: E402


@subscribe("probe", kinds=["probe_told"])
def rename_workspace(event: Event, now: datetime) -> None:
    if event.payload.get("fails") and not event.deliveries.filter(attempts=2).exists():
        raise ValueError("told to fail once")
    Workspace.objects.filter(pk=event.workspace_id).update(name=event.payload["name"])


if __name__ == "__main__":
    work(concurrency=2)
