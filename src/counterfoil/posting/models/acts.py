"""What was asked to be done with a document that exists, and what was tried."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from counterfoil.connections.models import Connection
from counterfoil.posting.act_state import Deed
from counterfoil.posting.models.progress import Progress, Tried
from counterfoil.workspaces.models import Workspace

DEEDS = [(deed.value, deed.value) for deed in Deed]


class Act(Progress):
    """Something that shall be done once with the document of a record.

    ``remote_id`` is empty until the document exists. ``sent_before`` is what the books
    said of an earlier e-mail when the newest attempt began; ``null``: none has begun.
    ``is_insisted``: a person wants another e-mail although one went out. ``was_so``: it
    had happened already, and nothing was written.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    account = models.CharField(max_length=64)
    environment = models.CharField(max_length=16)
    action = models.CharField(max_length=8, choices=DEEDS)
    kind = models.CharField(max_length=20)
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    business_key = models.JSONField()
    dedup_hash = models.BinaryField()
    request_id = models.CharField(max_length=36)
    recipient = models.CharField(max_length=500, blank=True)
    not_before = models.DateTimeField(null=True)
    is_insisted = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)

    remote_id = models.CharField(max_length=64, blank=True)
    version = models.CharField(max_length=32, blank=True)
    sent_before = models.CharField(max_length=64, null=True)  # noqa: DJ001
    was_so = models.BooleanField(default=False)

    class Meta:
        """What doing it once rests on, kept by the database."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "dedup_hash"], name="one_act_per_business_key"
            ),
            models.UniqueConstraint(
                fields=["connection", "request_id"], name="one_act_per_request_id"
            ),
            models.UniqueConstraint(
                fields=["connection", "object_type", "record_id"],
                condition=models.Q(state="sending"),
                name="one_act_at_once_per_record",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sending", "unknown", "confirmed"])
                | ~models.Q(remote_id=""),
                name="only_what_exists_is_acted_upon",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at", "created_at"],
                name="act_due",
                condition=models.Q(state__in=["intended", "unknown"]),
            ),
            models.Index(
                fields=["leased_until"],
                name="act_lapsed",
                condition=models.Q(state="sending"),
            ),
            models.Index(
                fields=["object_type", "record_id", "created_at"],
                name="act_by_record",
            ),
            models.Index(
                fields=["workspace", "state", "state_at"], name="act_by_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} ({self.state})"


class ActAttempt(Tried):
    """One thing tried for an act. Written when it begins, completed once."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="attempts")

    class Meta:
        """One of each per claim; unclear ones are counted by the breaker."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["act", "lease_epoch", "action"],
                name="one_act_attempt_per_claim",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["finished_at"],
                name="act_attempt_unclear",
                condition=models.Q(outcome="unclear"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.outcome or 'under way'}"
