"""Find the deliveries that were given up: pages count them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One small index: hardly any delivery fails."""

    dependencies: ClassVar = [("events", "0001_initial")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="eventdelivery",
            index=models.Index(
                condition=models.Q(("state", "failed")),
                fields=["event"],
                name="event_delivery_failed",
            ),
        ),
    ]
