"""How each object is synced, and the changes of that which are being looked at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection
from counterfoil.sync.models.runs import Run
from counterfoil.workspaces.models import User


class ObjectSetting(models.Model):
    """The choices for one object at one connection: see ``engine.settings.Settings``.

    ``values`` is its packed form. A missing row means the defaults.
    """

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="object_settings"
    )
    name = models.CharField(max_length=32)
    values = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    turned_on_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        """One row per object."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="one_setting_per_object"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.connection_id}"


class ProposalState(models.TextChoices):
    """Where a proposal stands."""

    COUNTING = "counting", _("Being counted")
    READY = "ready", _("Ready to look at")
    CONFIRMED = "confirmed", _("Confirmed")
    DISCARDED = "discarded", _("Discarded")


class Proposal(models.Model):
    """Settings that somebody wants, and what they would come to (row S9).

    ``counts`` are by act and side (``{"here": {"create": 3}, "there": {…}, "left":
    {reason: n}}``), ``examples`` a few of each. Confirming needs the setting still to be
    of ``base_version``.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="proposals")
    name = models.CharField(max_length=32)
    values = models.JSONField(default=dict)
    base_version = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=ProposalState.choices, default=ProposalState.COUNTING
    )
    cursor = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    examples = models.JSONField(default=dict)
    needs_yes = models.BooleanField(default=False)
    token = models.UUIDField(null=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="+")

    class Meta:
        """The queue of those that are being counted."""

        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                name="proposal_counting",
                condition=models.Q(state="counting"),
            ),
        ]

    def __str__(self) -> str:
        return f"proposal for {self.name} of {self.connection_id}"
