"""Records that may have to be written to a company."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counterfoil.connections.models import Connection


class Outgoing(models.Model):
    """That a record may differ from what the company holds.

    Telling it again moves ``stamp`` only. Settled by deleting it under the stamp that was
    read, so that an edit made meanwhile stays. ``held`` ones wait for a person's yes (the
    guard), which makes them ``released``; the others wait for ``next_at``.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    name = models.CharField(max_length=32)  # the synced object: contacts, companies...
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    stamp = models.PositiveIntegerField(default=1)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    since = models.DateTimeField()
    held = models.BooleanField(default=False)
    released = models.BooleanField(default=False)
    run_id = models.BigIntegerField(null=True)  # the run that asked for it

    class Meta:
        """One row per record; due ones by connection."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "name", "record_id"],
                name="one_outgoing_row_per_record",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["connection", "next_at"],
                name="outgoing_due",
                condition=models.Q(held=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.record_id} to {self.connection_id}"
