"""What went on at a connection, hour by hour, for its health."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counterfoil.connections.models import Connection


class SyncHour(models.Model):
    """Counts of one hour.

    ``lags`` is a histogram of the time from a change there to the change here: counts by
    bucket (see ``sync.lag``).
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    pulled = models.PositiveIntegerField(default=0)
    pushed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    polls = models.PositiveIntegerField(default=0)
    hints = models.PositiveIntegerField(default=0)
    lags = models.JSONField(default=dict)

    class Meta:
        """One row per hour."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "hour"], name="one_row_per_sync_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hour} of {self.connection_id}"
