"""What needs a person: refusals, conflicts, ambiguous matches; and what was written."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection, Link


class IssueState(models.TextChoices):
    """Where an issue stands."""

    OPEN = "open", _("Open")
    IGNORED = "ignored", _("Ignored")


class Issue(models.Model):
    """A record or object that could not be synced, and why; gone when it can be.

    ``subject`` names it and the way it was to go: ``in:customers:5``,
    ``out:contact:7``. ``category`` groups causes (see ``sync.categories``), ``code`` and
    ``detail`` are the other side's.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="issues")
    subject = models.CharField(max_length=140)
    name = models.CharField(max_length=32, blank=True)  # the synced object, if any
    stream = models.CharField(max_length=32, blank=True)
    remote_id = models.CharField(max_length=64, blank=True)
    object_type = models.CharField(max_length=32, blank=True)
    record_id = models.BigIntegerField(null=True)
    category = models.CharField(max_length=32, default="other")
    code = models.CharField(max_length=64, blank=True)
    field = models.CharField(max_length=64, blank=True)
    sentence = models.TextField()
    detail = models.TextField(blank=True)
    correlation_id = models.CharField(max_length=100, blank=True)
    state = models.CharField(
        max_length=10, choices=IssueState.choices, default=IssueState.OPEN
    )
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    run_id = models.BigIntegerField(null=True)

    class Meta:
        """One row per subject; found by record and by cause."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "subject"], name="one_issue_per_subject"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["object_type", "record_id"], name="issue_by_record"),
            models.Index(
                fields=["connection", "category", "id"],
                name="issue_by_cause",
                condition=models.Q(state="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.category}"


# Somebody is asked: nobody has answered, and there are still two sides.
UNSETTLED = models.Q(resolved_at=None, link__isnull=False)


class Conflict(models.Model):
    """Two edits of one field, with both values; or an edit that was overruled.

    Open while ``resolved_at`` is empty and its link is there. ``resolution``: ``local``
    or ``remote`` (a person's answer), ``agreed`` (the sides became equal),
    ``rule_local`` or ``rule_remote`` (the mapping said whose value stays: the other one
    is kept here), ``parted`` (the link went, or was left alone, before anybody
    had decided).

    Outlives its link, whatever ends that: a merge, a person, an undo. What was kept is
    then found by its record and by its object.
    """

    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="conflicts")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    stream = models.CharField(max_length=32)
    remote_id = models.CharField(max_length=64)
    local_field = models.CharField(max_length=64)
    remote_field = models.CharField(max_length=64)
    local_value = models.JSONField(null=True)
    remote_value = models.JSONField(null=True)
    base_local = models.JSONField(null=True)
    base_remote = models.JSONField(null=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=16, blank=True)
    resolved_by = models.CharField(max_length=200, blank=True)
    run_id = models.BigIntegerField(null=True)

    class Meta:
        """One open conflict per field of a link."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "local_field"],
                name="one_open_conflict_per_field",
                condition=models.Q(resolved_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["connection", "id"],
                name="conflict_open",
                condition=models.Q(resolved_at=None),
            ),
            models.Index(
                fields=["object_type", "record_id"],
                name="conflict_parted_by_record",
                condition=models.Q(link=None),
            ),
            models.Index(
                fields=["connection", "stream", "remote_id"],
                name="conflict_parted_by_object",
                condition=models.Q(link=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_field} of {self.object_type} {self.record_id}"

    @classmethod
    def of(cls, link: Link, **values: Any) -> Conflict:
        """One about what a link names, unsaved."""
        return cls(
            link=link,
            connection_id=link.connection_id,
            object_type=link.object_type,
            record_id=link.record_id,
            stream=link.stream,
            remote_id=link.remote_id,
            **values,
        )


class Review(models.Model):
    """A match that only a person can make, with its candidates.

    ``side`` is ``in`` (an object there, candidates are records) or ``out`` (a record,
    candidates are objects there). ``candidates`` is a list of ``{id, title, detail,
    by}``. ``answer`` is ``{"id": …}``, ``{"new": true}`` or ``{"ignore": true}``.
    ``run_id`` is the run that met it: its undo takes the question back.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="reviews")
    name = models.CharField(max_length=32)
    side = models.CharField(max_length=3)
    stream = models.CharField(max_length=32)
    remote_id = models.CharField(max_length=64, blank=True)
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=600, blank=True)
    candidates = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answer = models.JSONField(default=dict)
    run_id = models.BigIntegerField(null=True)

    class Meta:
        """One question per object or record."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "name", "remote_id"],
                name="one_review_per_object",
                condition=models.Q(side="in"),
            ),
            models.UniqueConstraint(
                fields=["connection", "name", "record_id"],
                name="one_review_per_record",
                condition=models.Q(side="out"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["connection", "id"],
                name="review_open",
                condition=models.Q(answered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.title}"


class FieldWrite(models.Model):
    """A write to one field of a link, for the quarantine of fields that flip."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="+")
    field = models.CharField(max_length=64)
    side = models.CharField(max_length=5)  # here or there
    digest = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        """Found by field, newest first; forgotten by age."""

        indexes: ClassVar = [
            models.Index(fields=["link", "field", "at"], name="field_write_recent"),
            models.Index(fields=["at"], name="field_write_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.link_id}"


class Quarantine(models.Model):
    """A field of a link that flipped to and fro: nothing is written until released."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="quarantines")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    field = models.CharField(max_length=64)
    why = models.CharField(max_length=32)  # too_often or alternates
    history = models.JSONField(default=list)  # the last writes: [side, value, ISO time]
    since = models.DateTimeField()

    class Meta:
        """One row per field."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "field"], name="one_quarantine_per_field"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.link_id}"
