"""Which installation this database belongs to, and when it was found restored."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Installation(models.Model):
    """The one row that says whose database this is.

    ``sent`` grows with everything that is sent, together with the mark outside.
    ``key_check`` tells the keys that it works with, without giving them away.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.UUIDField(default=uuid.uuid4)
    key_check = models.CharField(max_length=64, blank=True)
    sent = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Restoration(models.Model):
    """The database turned out to be older than what was sent.

    ``sent_at`` is when the last thing was sent that it may have forgotten.
    """

    noticed_at = models.DateTimeField()
    forgotten = models.PositiveBigIntegerField()
    sent_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"restored, noticed at {self.noticed_at:%Y-%m-%d %H:%M}"


class Recovery(models.TextChoices):
    """Why nothing is sent to a company although it is connected."""

    NONE = "", _("Nothing is in the way")
    SWEEP = "sweep", _("Its books are read first")
    PERSON = "person", _("Its books are read first, then a person decides")
