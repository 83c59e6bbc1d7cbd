"""Runs had no state before: those that have ended are done."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

DONE = "UPDATE sync_run SET state = 'done' WHERE ended_at IS NOT NULL AND state = 'running'"


class Migration(migrations.Migration):
    """Say of each run that has ended that it is done."""

    dependencies: ClassVar = [("sync", "0003_two_way")]

    operations: ClassVar = [migrations.RunSQL(DONE, migrations.RunSQL.noop)]
