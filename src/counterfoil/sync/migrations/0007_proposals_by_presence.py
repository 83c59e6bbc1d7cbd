"""A proposal is counted by whoever is alive and at it: no lease is kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Drop the lease."""

    dependencies: ClassVar = [
        ("sync", "0006_comparisons"),
    ]

    operations: ClassVar = [
        migrations.RemoveField(model_name="proposal", name="leased_until"),
    ]
