"""A question says which run met it, so that the undo of the run takes it back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Reviews name their run."""

    dependencies: ClassVar = [("sync", "0005_conflicts_outlive_links")]

    operations: ClassVar = [
        migrations.AddField("review", "run_id", models.BigIntegerField(null=True))
    ]
