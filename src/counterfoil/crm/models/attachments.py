"""Files that people keep with a record."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counterfoil.workspaces.models import Workspace


class Attachment(models.Model):
    """A file, kept in the database so that backups and restores have it with its record.

    ``content`` is read only when somebody downloads it.
    """

    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", db_index=False
    )
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    class Meta:
        """Found by record; the same file is kept once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "object_type", "record_id", "digest"],
                name="one_attachment_per_content",
            ),
        ]

    def __str__(self) -> str:
        return self.name
