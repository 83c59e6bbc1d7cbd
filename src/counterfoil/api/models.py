"""What programs asked for under keys of their own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counterfoil.crm.refs import Ref
from counterfoil.workspaces.models import Workspace


class UsedKey(models.Model):
    """An ``Idempotency-Key``, and the document that was made of its request.

    ``digest`` is of the request's content. It is kept for ever, as the document is: a
    key that is used again years later still makes nothing new.
    """

    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    used_at = models.DateTimeField()

    class Meta:
        """A key is one request of a workspace."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "key"], name="one_request_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.object_type} {self.record_id}"

    @property
    def document(self) -> Ref:
        """The record that was made."""
        return Ref(self.object_type, self.record_id)
