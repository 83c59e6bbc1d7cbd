"""What every noun has in common."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from counterfoil.workspaces.models import User, Workspace


def money_field(**options: object) -> models.DecimalField:  # type: ignore[type-arg]
    """Money: exact, wide enough for any currency; the currency stands beside it."""
    return models.DecimalField(max_digits=19, decimal_places=4, **options)  # type: ignore[arg-type]


class Record(models.Model):
    """What all nouns share. ``title`` is how a record is called in lists and links.

    ``object_type`` is the noun's key in the catalogue.
    """

    object_type: ClassVar[str]
    # Every row of a large import pays for each index, so none leads with what another
    # leads with.
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    title = models.CharField(max_length=600, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Indexes that every noun needs for its lists."""

        abstract = True
        indexes: ClassVar = [
            models.Index(fields=["workspace", "id"], name="%(class)s_page"),
            models.Index(fields=["workspace", "title", "id"], name="%(class)s_title"),
            models.Index(
                fields=["workspace", "updated_at", "id"], name="%(class)s_updated"
            ),
            GinIndex(
                OpClass(Upper("title"), name="gin_trgm_ops"), name="%(class)s_search"
            ),
            models.Index(
                fields=["owner"],
                name="%(class)s_owner",
                condition=models.Q(owner__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"


class Addressed(models.Model):
    """A postal address."""

    street = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=255, blank=True)
    region = models.CharField(max_length=255, blank=True)
    postal_code = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=255, blank=True)

    class Meta:
        """Columns only."""

        abstract = True
