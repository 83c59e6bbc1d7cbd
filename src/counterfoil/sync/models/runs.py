"""Runs: reading and changing many records, and how far that is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection
from counterfoil.workspaces.models import User


class Lane(models.Model):
    """One worker at a time applies a connection's news; ``resume_at`` is a rest."""

    connection = models.OneToOneField(
        Connection, models.CASCADE, primary_key=True, related_name="lane"
    )
    token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    resume_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    reference_due_at = models.DateTimeField(null=True)
    comparison_due_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"lane of {self.connection_id}"


class RunKind(models.TextChoices):
    """What a run is for."""

    IMPORT = "import", _("Import")
    REFERENCE = "reference", _("Reference data")
    COMPARISON = "comparison", _("Comparison")
    SETTINGS = "settings", _("Change of settings")
    UNDO = "undo", _("Undo")


class RunState(models.TextChoices):
    """Where a run stands."""

    RUNNING = "running", _("Running")
    HELD = "held", _("Waiting for a yes")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")


class Run(models.Model):
    """Work over many objects of a company, part by part.

    ``name`` is the synced object that a change of settings concerns (empty: all).
    ``scope`` says what an import takes: ``{"take": "everything" | "since" | "new",
    "since": ISO date}``. ``counts`` are totals over its parts, kept when it ends.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=16, choices=RunKind.choices)
    name = models.CharField(max_length=32, blank=True)
    state = models.CharField(
        max_length=10, choices=RunState.choices, default=RunState.RUNNING
    )
    scope = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    # The other side's time when it began: what changed since is read afterwards.
    began_there_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    held_reason = models.TextField(blank=True)
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    undoes = models.OneToOneField(
        "self", models.SET_NULL, null=True, related_name="undone_by"
    )

    class Meta:
        """One unfinished run of a kind and object per connection."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "kind", "name"],
                name="one_run_at_a_time",
                condition=models.Q(ended_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["connection", "-began_at"], name="run_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.connection_id}"


class StreamRun(models.Model):
    """How far one part of a run is: the cursor is committed with its rows.

    A part is a stream of an import, or one side of a change of settings. One worker at a
    time reads a part on, by lease and token. ``waits_for`` names the parts that must have
    ended before; ``resume_at`` is a rest after a failure; ``pace`` is how many rows were
    done in the last spans of ten seconds: ``[[epoch second, rows], …]``.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="streams")
    stream = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField()
    cursor = models.JSONField(default=dict)
    expected = models.PositiveIntegerField(
        null=True
    )  # how many rows there are, if known
    rows = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    waits_for = models.JSONField(default=list)
    resume_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    pace = models.JSONField(default=list)

    class Meta:
        """One row per stream of a run."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "stream"], name="one_row_per_stream_of_a_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream}: {self.rows}"


class RunChange(models.Model):
    """What a run changed, as it was and as it became, so that it can be undone.

    ``side`` is ``here`` or ``there``. What a run *created* here is found by its links
    (``Link.run_id``); a row with ``created`` stands for what it created there.
    ``before`` and ``after`` are by property here, by remote field there; ``archived`` is
    the state before, where that changed.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="changes")
    side = models.CharField(max_length=5)
    object_type = models.CharField(max_length=32, blank=True)
    record_id = models.BigIntegerField(null=True)
    stream = models.CharField(max_length=32, blank=True)
    remote_id = models.CharField(max_length=64, blank=True)
    created = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    archived = models.BooleanField(null=True)
    undone = models.CharField(
        max_length=16, blank=True
    )  # undone, changed_since, cannot

    class Meta:
        """Walked in order."""

        indexes: ClassVar = [models.Index(fields=["run", "id"], name="run_change_walk")]

    def __str__(self) -> str:
        return f"{self.side} {self.object_type} {self.record_id}"


class Difference(models.Model):
    """What a comparison found to be otherwise there, until the run has ended.

    ``is_here``: it is known here, though otherwise, or is no longer there.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="differences")
    stream = models.CharField(max_length=32)
    remote_id = models.CharField(max_length=64)
    is_here = models.BooleanField(default=True)

    class Meta:
        """One row per object."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "stream", "remote_id"],
                name="one_difference_per_object_of_a_run",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.remote_id}"


class Likeness(models.Model):
    """That bytes of the other side were found to mean what is here.

    ``raw`` is a digest of an object as it came, ``digest`` that of what it says. Whoever
    meets the same bytes again need not read them, as long as the same digest is here.
    """

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="+", db_index=False
    )
    stream = models.CharField(max_length=32)
    remote_id = models.CharField(max_length=64)
    raw = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        """One row per object."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "stream", "remote_id"],
                name="one_likeness_per_object",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.remote_id}"
