"""What other services told, and what they told of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counterfoil.connections.models import Connection


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    DUE = "due", "due"
    DONE = "done", "done"
    FAILED = "failed", "failed"


class Delivery(models.Model):
    """A webhook as it came: its raw body, stored before it was answered."""

    service = models.CharField(max_length=32)
    digest = models.BinaryField(unique=True)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.DUE
    )
    hints = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        """The queue's partial index; old ones are found by age."""

        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                name="delivery_due",
                condition=models.Q(state="due"),
            ),
            models.Index(fields=["received_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.received_at}"


class Hint(models.Model):
    """That an object may have changed; telling it again moves ``stamp`` only.

    A hint is settled by deleting it under the stamp that was read, so that news which
    come while it is being looked at stay.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    stream = models.CharField(max_length=32)
    remote_id = models.CharField(max_length=64)
    operation = models.CharField(max_length=16)
    survivor = models.CharField(max_length=64, blank=True)  # of a merge
    at = models.DateTimeField(null=True)
    stamp = models.PositiveIntegerField(default=1)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()

    class Meta:
        """One hint per object; due ones by connection."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "stream", "remote_id"],
                name="one_hint_per_object",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["connection", "next_at"], name="hint_due"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.stream} {self.remote_id}"


class UnknownAccount(models.Model):
    """Counts news about companies that nobody here has connected."""

    service = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        """One row per company."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "account"], name="one_row_per_unknown_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.account}: {self.count}"
