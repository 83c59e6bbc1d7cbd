"""Associations, custom properties, history and timeline."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counterfoil.workspaces.models import Workspace


class Association(models.Model):
    """A tie between two records, kept once in each direction.

    ``position`` orders a record's ties to one type: the first associated contact is the
    lowest position, then the lowest id.
    """

    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", db_index=False
    )
    from_type = models.CharField(max_length=32)
    from_id = models.BigIntegerField()
    to_type = models.CharField(max_length=32)
    to_id = models.BigIntegerField()
    label = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        """One tie per label and direction; its index knows their order, too."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "workspace",
                    "from_type",
                    "from_id",
                    "to_type",
                    "to_id",
                    "label",
                ],
                include=["position"],
                name="one_tie_per_label",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_type} {self.from_id} - {self.to_type} {self.to_id}"


class PropertyDefinition(models.Model):
    """A property that a workspace added to a noun; its values live in ``custom``."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=32)
    name = models.SlugField(max_length=64)
    label = models.CharField(max_length=100)
    type_key = models.CharField(max_length=32)
    options = models.JSONField(default=list)  # [[value, label], ...] for choices
    group = models.CharField(max_length=32, default="custom")
    required = models.BooleanField(default=False)
    unique = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        """A name is used once per noun."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "object_type", "name"],
                name="one_property_definition_per_name",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PropertyChange(models.Model):
    """History: what one property was and became, by whom and by which way."""

    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", db_index=False
    )
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    name = models.CharField(max_length=64)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)
    origin_kind = models.CharField(max_length=20)
    origin_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        """Found by record, newest first."""

        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "object_type", "record_id", "id"],
                name="history_by_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.record_id} {self.name}"


class TimelineEntry(models.Model):
    """Something a person wants to see on a record's page.

    ``kind`` chooses the sentence (``created``, ``changed``, ``invoice_created``,
    ``invoice_sent``, ``payment_received``, ...), ``content`` fills it in. ``key`` makes
    an entry that may be told twice appear once.
    """

    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", db_index=False
    )
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    content = models.JSONField(default=dict)
    about_type = models.CharField(max_length=32, blank=True)
    about_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=20)
    actor_label = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 (null: not unique)
    at = models.DateTimeField()

    class Meta:
        """Told once; read newest first."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "object_type", "record_id", "key"],
                condition=models.Q(key__isnull=False),
                name="a_keyed_entry_is_told_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "object_type", "record_id", "at", "id"],
                name="timeline_by_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.object_type} {self.record_id}"
