"""Drafts of documents, and the records whose sums are to be computed anew."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection, ContactRule
from counterfoil.crm.refs import Ref
from counterfoil.workspaces.models import User, Workspace


class DraftState(models.TextChoices):
    """Whether a draft can still be worked on."""

    OPEN = "open", _("Open")
    ISSUED = "issued", _("Issued")
    DISCARDED = "discarded", _("Discarded")


class Draft(models.Model):
    """One run through the wizard; its id is the business key of what it creates.

    The id is random, so that a restored database never uses one again for another
    document. ``started_type`` and ``started_id`` name the record it was opened from,
    ``document_type`` and ``document_id`` the one it has become. ``step`` is the furthest
    one reached, ``content`` is read by :mod:`content`. ``generation`` counts how often it
    was reopened after the books refused it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    started_type = models.CharField(max_length=32)
    started_id = models.BigIntegerField()
    kind = models.CharField(max_length=20, default="invoice")
    connection = models.ForeignKey(
        Connection, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    step = models.CharField(max_length=16, default="source")
    content = models.JSONField(default=dict)
    state = models.CharField(
        max_length=12, choices=DraftState.choices, default=DraftState.OPEN
    )
    document_type = models.CharField(max_length=32, blank=True)
    document_id = models.BigIntegerField(null=True, blank=True)
    generation = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        """Open drafts are found by their record, the last issued by its company."""

        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "user", "started_type", "started_id"],
                name="open_draft_by_record",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["connection", "updated_at"],
                name="issued_draft_by_connection",
                condition=models.Q(state="issued"),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document_type", "document_id"],
                condition=models.Q(document_id__isnull=False),
                name="one_draft_per_document",
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.id} from {self.started_type} {self.started_id}"

    @property
    def document(self) -> Ref | None:
        """The record that it has become."""
        if self.document_id is None:
            return None
        return Ref(self.document_type, self.document_id)


class RollupDue(models.Model):
    """A record whose figures no longer follow from its documents, maybe.

    ``historical`` while only the past has said so; ``depth`` counts what caused it.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    historical = models.BooleanField(default=False)
    depth = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """A record is due once, however many of its documents have moved."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "object_type", "record_id"],
                name="one_rollup_due_per_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.record_id}"


class ContactRuleChange(models.Model):
    """Somebody chose the other rule for a company; what it then changed is kept.

    ``looked_at`` records were compared, ``differing`` of them would have gone otherwise.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    before = models.CharField(max_length=12, choices=ContactRule.choices)
    after = models.CharField(max_length=12, choices=ContactRule.choices)
    looked_at = models.PositiveIntegerField()
    differing = models.PositiveIntegerField()
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        """Read newest first, by connection."""

        indexes: ClassVar = [
            models.Index(
                fields=["connection", "-id"], name="rule_change_by_connection"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.before} to {self.after}"
