"""What the pages themselves must remember: failed sign-ins, and lists by name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from counterfoil.workspaces.models import User, Workspace


class SignInFailures(models.Model):
    """Failed sign-ins of one account or one address in the current window.

    ``key`` is a digest, so that the table holds no addresses.
    """

    key = models.CharField(max_length=64, primary_key=True)
    window_started_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.failures} since {self.window_started_at}"


class SavedView(models.Model):
    """A list under a name: the address's query says its filters, columns and sort."""

    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", db_index=False
    )
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    query = models.TextField()
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        """A person gives a name once to the lists of a noun."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                "workspace",
                "object_type",
                "owner",
                Lower("name"),
                name="one_saved_view_per_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name
