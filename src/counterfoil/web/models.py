"""What the pages themselves must remember: failed sign-ins."""

from __future__ import annotations

from django.db import models


class SignInFailures(models.Model):
    """Failed sign-ins of one account or one address in the current window.

    ``key`` is a digest, so that the table holds no addresses.
    """

    key = models.CharField(max_length=64, primary_key=True)
    window_started_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.failures} since {self.window_started_at}"
