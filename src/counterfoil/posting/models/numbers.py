"""Numbers that were taken at companies that number their documents by hand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Upper

from counterfoil.connections.models import Connection


class NumberSeries(models.Model):
    """Numbers of a company that follow each other; whoever takes one locks the row."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)

    class Meta:
        """One row to lock per company and series."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="one_number_series_per_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.connection_id}"


class NumberTaken(models.Model):
    """A number that is never given out again.

    ``is_rivals``: the books had it already when a document was to be created under it.
    """

    series = models.ForeignKey(NumberSeries, models.CASCADE, related_name="taken")
    number = models.CharField(max_length=21)
    is_rivals = models.BooleanField(default=False)
    taken_at = models.DateTimeField()

    class Meta:
        """The promise, kept by the database."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                "series", Upper("number"), name="one_taker_per_number"
            ),
        ]

    def __str__(self) -> str:
        return self.number
