"""The outbox and its deliveries."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace


class Event(models.Model):
    """A fact: ``kind`` is past tense, e.g. ``record_changed``, ``document_confirmed``."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32, blank=True)
    record_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)
    origin_kind = models.CharField(max_length=20)
    origin_id = models.CharField(max_length=64, blank=True)
    depth = models.PositiveSmallIntegerField(default=0)
    historical = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        """How events are found."""

        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "object_type", "record_id", "id"],
                name="event_by_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_type} {self.record_id}"

    @property
    def actor(self) -> Actor:
        return Actor(self.actor_kind, self.actor_id, self.actor_label)

    @property
    def origin(self) -> Origin:
        """By which way it came in; give ``origin.caused()`` to what it causes."""
        return Origin(self.origin_kind, self.origin_id, self.depth, self.historical)

    @property
    def ref(self) -> tuple[str, int] | None:
        if self.record_id is None:
            return None
        return (self.object_type, self.record_id)


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    DUE = "due", "due"
    DONE = "done", "done"
    FAILED = "failed", "failed"


class EventDelivery(models.Model):
    """One event for one subscriber, claimed by lease and settled by token."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=100)
    order_key = models.CharField(max_length=100)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.DUE
    )
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        """One delivery per event and subscriber; the queue's partial index."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "subscriber"], name="one_delivery_per_subscriber"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at", "id"],
                name="event_delivery_due",
                condition=models.Q(state="due"),
            ),
            models.Index(
                fields=["subscriber", "order_key", "id"],
                name="event_delivery_order",
                condition=models.Q(state="due"),
            ),
            models.Index(
                fields=["event"],
                name="event_delivery_failed",
                condition=models.Q(state="failed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} for {self.subscriber}"
