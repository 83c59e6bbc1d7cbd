"""Intents, their attempts, the gate of each company, and what sweeping found."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection
from counterfoil.posting.models.installation import Recovery
from counterfoil.posting.models.progress import Progress, Tried
from counterfoil.workspaces.models import Workspace


class Intent(Progress):
    """A document that shall exist in a company's books once.

    ``account`` and ``environment`` are the company it was meant for, whatever becomes of
    the connection. ``payload`` is frozen when the first attempt begins and never changes
    within a generation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    account = models.CharField(max_length=64)
    environment = models.CharField(max_length=16)
    kind = models.CharField(max_length=20)
    business_key = models.JSONField()
    dedup_hash = models.BinaryField()
    request_id = models.CharField(max_length=36)
    marker = models.CharField(max_length=24)
    lane = models.CharField(max_length=200)
    document = models.JSONField()
    revision = models.JSONField(null=True)
    payload = models.BinaryField(null=True)
    payload_digest = models.BinaryField(default=b"")
    expectation = models.JSONField(default=dict)
    object_type = models.CharField(max_length=32, blank=True)
    record_id = models.BigIntegerField(null=True)
    parents = models.ManyToManyField("self", symmetrical=False, related_name="children")
    created_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)

    remote_id = models.CharField(max_length=64, blank=True)
    version = models.CharField(max_length=32, blank=True)
    number = models.CharField(max_length=64, blank=True)
    renumbered = models.PositiveSmallIntegerField(default=0)  # since a person looked
    total = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    remote_created_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        """What exactly once rests on, kept by the database."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "dedup_hash"], name="one_intent_per_business_key"
            ),
            models.UniqueConstraint(
                fields=["connection", "request_id"], name="one_intent_per_request_id"
            ),
            models.UniqueConstraint(
                fields=["connection", "marker"], name="one_intent_per_marker"
            ),
            models.UniqueConstraint(
                fields=["connection", "kind", "remote_id"],
                condition=~models.Q(remote_id=""),
                name="one_intent_per_remote_document",
            ),
            models.UniqueConstraint(
                fields=["connection", "lane"],
                condition=models.Q(state="sending"),
                name="one_write_at_once_per_lane",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sending") | models.Q(payload__isnull=False),
                name="nothing_is_sent_before_it_is_frozen",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["confirmed", "verified"])
                | ~models.Q(remote_id=""),
                name="what_is_confirmed_has_a_remote_id",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at", "created_at"],
                name="intent_due",
                condition=models.Q(state__in=["intended", "unknown"]),
            ),
            models.Index(
                fields=["leased_until"],
                name="intent_lapsed",
                condition=models.Q(state="sending"),
            ),
            models.Index(
                fields=["object_type", "record_id", "created_at"],
                name="intent_by_record",
            ),
            models.Index(
                fields=["workspace", "state", "state_at"], name="intent_by_state"
            ),
            models.Index(
                fields=["connection", "kind", "confirmed_at"], name="intent_confirmed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.marker} ({self.state})"


class Attempt(Tried):
    """One thing tried for an intent. Written when it begins, completed once."""

    intent = models.ForeignKey(Intent, models.CASCADE, related_name="attempts")

    class Meta:
        """One of each action per claim; unclear ones are counted by the breaker."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["intent", "lease_epoch", "action"],
                name="one_attempt_per_claim",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["finished_at"],
                name="attempt_unclear",
                condition=models.Q(outcome="unclear"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.outcome or 'under way'}"


class Gate(models.Model):
    """Per company: what may be sent now, and when its books were last swept.

    Whoever claims or begins a write locks this row, so that counting what is in flight
    is exact. ``recovery``: nothing is sent since the database was restored (see
    ``recovery``). ``clock_ahead`` is how far the other side's clock is ahead of ours.
    """

    connection = models.OneToOneField(
        Connection, models.CASCADE, primary_key=True, related_name="+"
    )
    open_until = models.DateTimeField(null=True)  # the breaker's, not a door's
    opened_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    clock_ahead = models.DurationField(null=True)
    recovery = models.CharField(max_length=8, choices=Recovery.choices, blank=True)
    recovered_at = models.DateTimeField(null=True)
    swept_until = models.DateTimeField(null=True)
    next_sweep_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    comparison = models.JSONField(default=dict)
    sweep_error = models.TextField(blank=True)
    leased_until = models.DateTimeField(null=True)
    lease_epoch = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"gate of {self.connection_id}"


class Problem(models.TextChoices):
    """What a sweep may find."""

    DUPLICATE = "duplicate", _("More than one document")
    ORPHAN = "orphan", _("Created by Counterfoil, but unknown here")
    DELETED = "deleted", _("Deleted in the books")
    CANCELLED = "cancelled", _("Cancelled here, but exists")


class Finding(models.Model):
    """Something in the books that does not agree with the intents."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    intent = models.ForeignKey(
        Intent, models.CASCADE, null=True, related_name="findings"
    )
    problem = models.CharField(max_length=12, choices=Problem.choices)
    kind = models.CharField(max_length=20)
    marker = models.CharField(max_length=24)
    remote_id = models.CharField(max_length=64)
    number = models.CharField(max_length=64, blank=True)
    found_at = models.DateTimeField()
    remote_created_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """Each problem of a document is told once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "kind", "remote_id", "problem"],
                name="one_finding_per_problem",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["connection", "marker"], name="finding_by_marker"),
        ]

    def __str__(self) -> str:
        return f"{self.problem}: {self.kind} {self.remote_id}"
