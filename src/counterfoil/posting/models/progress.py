"""How far a write has got, and what was said of it: columns that all writes share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.posting.state import State

STATES = [(state.value, state.value) for state in State]


class AttemptAction(models.TextChoices):
    """What was tried."""

    SEND = "send", _("Sent")
    LOOKUP = "lookup", _("Looked up")


class AttemptOutcome(models.TextChoices):
    """How it ended; a row without an end is under way, or its worker was lost."""

    OPEN = "", _("Under way")
    CONFIRMED = "confirmed", _("Created")
    FOUND = "found", _("Found")
    NOTHING = "nothing", _("Not found")
    REJECTED = "rejected", _("Refused")
    NOT_SENT = "not_sent", _("Not sent")
    UNCLEAR = "unclear", _("No clear answer")
    FAILED = "failed", _("Could not look")
    LAPSED = "lapsed", _("Interrupted")


class Progress(models.Model):
    """The columns of a frozen ``state.Standing``, and what the other side said last."""

    state = models.CharField(max_length=20, choices=STATES, default=State.INTENDED)
    state_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=0)
    lease_epoch = models.PositiveBigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    first_byte_at = models.DateTimeField(null=True)
    last_byte_at = models.DateTimeField(null=True)
    unknown_since = models.DateTimeField(null=True)
    first_clear_at = models.DateTimeField(null=True)
    last_clear_at = models.DateTimeField(null=True)
    resends = models.PositiveIntegerField(default=0)
    refusals = models.PositiveIntegerField(default=0)
    rescues = models.PositiveIntegerField(default=0)
    is_refused = models.BooleanField(default=False)

    correlation_id = models.CharField(max_length=100, blank=True)
    message = models.TextField(blank=True)
    field = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=40, blank=True)
    detail = models.TextField(blank=True)

    class Meta:
        """Columns only."""

        abstract = True


class Tried(models.Model):
    """The columns of one thing that was tried."""

    action = models.CharField(max_length=10, choices=AttemptAction.choices)
    lease_epoch = models.PositiveBigIntegerField()
    generation = models.PositiveIntegerField()
    request_id = models.CharField(max_length=36)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10, choices=AttemptOutcome.choices, blank=True, default=""
    )
    message = models.TextField(blank=True)
    code = models.CharField(max_length=40, blank=True)
    correlation_id = models.CharField(max_length=100, blank=True)

    class Meta:
        """Columns only."""

        abstract = True
