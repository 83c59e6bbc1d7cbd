"""Connections, links, authorisation attempts, call budgets and counts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from counterfoil.workspaces.models import User, Workspace


class ConnectionState(models.TextChoices):
    """Where a connection stands."""

    ACTIVE = "active", _("Connected")
    RECONNECT = "reconnect", _("Needs reconnecting")
    DISCONNECTED = "disconnected", _("Disconnected")


class ContactRule(models.TextChoices):
    """What an automated action may do about the customer it needs (row C7)."""

    QUALIFIED = "qualified", _("Only customers of contacts that are synced")
    CLASSIC = "classic", _("Create the customer when there is none")


class Connection(models.Model):
    """One company at one service, as one workspace uses it.

    ``account`` is the service's own id of the company (QuickBooks: the realm id); it is
    part of every key that leaves this installation. Tokens are sealed with the context
    that :meth:`context` gives.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="connections")
    service = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    environment = models.CharField(max_length=16)  # production or sandbox
    name = models.CharField(max_length=1024)
    country = models.CharField(max_length=3, blank=True)
    home_currency = models.CharField(max_length=3, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    # What the company's preferences say, in our words: see ports.CompanyFacts.
    facts = models.JSONField(default=dict)
    state = models.CharField(
        max_length=16, choices=ConnectionState.choices, default=ConnectionState.ACTIVE
    )
    state_reason = models.TextField(blank=True)
    contact_rule = models.CharField(
        max_length=12, choices=ContactRule.choices, default=ContactRule.QUALIFIED
    )
    connected_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True)

    access_token = models.TextField(blank=True)
    access_expires_at = models.DateTimeField(null=True)
    refresh_token = models.TextField(blank=True)
    previous_refresh_token = models.TextField(blank=True)
    refresh_expires_at = models.DateTimeField(null=True)
    hard_expires_at = models.DateTimeField(null=True)
    token_version = models.PositiveIntegerField(default=0)
    refresh_lease = models.UUIDField(null=True)
    refresh_leased_until = models.DateTimeField(null=True)

    last_hint_at = models.DateTimeField(null=True)
    last_poll_at = models.DateTimeField(null=True)
    next_poll_at = models.DateTimeField(null=True)
    changes_until = models.DateTimeField(null=True)
    imported_at = models.DateTimeField(null=True)

    class Meta:
        """One connection per workspace and company; a company's webhooks find it."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "service", "account", "environment"],
                name="one_connection_per_company",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["service", "account"], name="connection_by_account"),
            models.Index(
                fields=["next_poll_at"],
                name="connection_poll_due",
                condition=models.Q(state="active"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == ConnectionState.ACTIVE

    @property
    def is_sandbox(self) -> bool:
        return self.environment == "sandbox"

    def context(self, field: str) -> str:
        """What a sealed token of this row is bound to."""
        return f"connection|{self.workspace_id}|{self.service}|{self.account}|{field}"


class LinkState(models.TextChoices):
    """Whether a link is followed."""

    OK = "ok", _("In step")
    IGNORED = "ignored", _("Left alone")


class Link(models.Model):
    """Says that one record *is* one remote object.

    ``version`` is the remote version (QuickBooks: the sync token); ``remote_updated_at``
    drops older news; ``digest`` is of the last remote state applied. ``base_remote`` and
    ``base_local`` are what each side held after the last agreement, by field and by
    property. ``reason`` says by what they were recognised as one; ``run_id`` is the run
    that made the link. ``pulled_at`` and ``pushed_at`` are when each way was last synced.
    """

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="links", db_index=False
    )
    stream = models.CharField(max_length=32)
    remote_id = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    version = models.CharField(max_length=32, blank=True)
    remote_updated_at = models.DateTimeField(null=True)
    digest = models.BinaryField(default=b"")
    base_remote = models.JSONField(default=dict)
    base_local = models.JSONField(default=dict)
    reason = models.CharField(max_length=100, blank=True)
    state = models.CharField(
        max_length=10, choices=LinkState.choices, default=LinkState.OK
    )
    run_id = models.BigIntegerField(null=True)
    pulled_at = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        """A remote object is one record of a kind, and the other way round."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "stream", "remote_id", "object_type"],
                name="one_record_per_remote_object",
            ),
            models.UniqueConstraint(
                # In this order it also finds all that a record is, anywhere, and no
                # question about objects there is answered by it.
                fields=["record_id", "object_type", "connection", "stream"],
                name="one_object_per_record",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["run_id", "id"],
                name="link_by_run",
                condition=models.Q(run_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.record_id} = {self.stream} {self.remote_id}"


class RemoteObject(models.Model):
    """What a company holds, as last read: customers, items, terms, tax codes, accounts.

    ``content`` is in our words (see ``mirror``); ``name`` is what the other side calls
    it; ``lookup`` is what people search: names, e-mail, SKU, upper case.
    """

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="remote_objects", db_index=False
    )
    stream = models.CharField(max_length=32)
    remote_id = models.CharField(max_length=64)
    version = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=600, blank=True)
    lookup = models.TextField(blank=True)
    email = models.CharField(max_length=254, blank=True)  # lower case
    active = models.BooleanField(default=True)
    content = models.JSONField(default=dict)
    digest = models.BinaryField(default=b"")
    remote_updated_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        """One row per remote object; found by name, e-mail and part of either."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "stream", "remote_id"],
                name="one_row_per_remote_object",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["connection", "stream", "name"], name="remote_object_by_name"
            ),
            models.Index(
                fields=["connection", "stream", "email"], name="remote_object_by_email"
            ),
            models.Index(
                "connection",
                "stream",
                KeyTextTransform("parent_id", "content"),
                name="remote_object_by_parent",
                condition=models.Q(content__parent_id__gt=""),
            ),
            GinIndex(
                fields=["lookup"],
                opclasses=["gin_trgm_ops"],
                name="remote_object_search",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.remote_id} {self.name}"


class Authorisation(models.Model):
    """A journey through a service's consent page, bound to who began it and why."""

    state_digest = models.BinaryField(unique=True)
    session_digest = models.BinaryField()
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    service = models.CharField(max_length=32)
    purpose = models.CharField(max_length=20)  # connect or reconnect
    connection = models.ForeignKey(
        Connection, models.CASCADE, null=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.service}"


class CallBudget(models.Model):
    """The theoretical arrival times that keep a company's calls within its limits."""

    connection = models.OneToOneField(
        Connection, models.CASCADE, primary_key=True, related_name="budget"
    )
    second_at = models.DateTimeField()
    minute_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"budget of {self.connection_id}"


class CallSlot(models.Model):
    """A call in flight, so that no company has more at once than it allows."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        """One row per slot."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "number"], name="one_row_per_call_slot"
            ),
        ]

    def __str__(self) -> str:
        return f"slot {self.number} of {self.connection_id}"


class CallCount(models.Model):
    """Calls made in one minute, by kind: reads are metered by Intuit, writes are not."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="calls")
    minute = models.DateTimeField()
    reads = models.PositiveIntegerField(default=0)
    writes = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        """One row per minute."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "minute"], name="one_call_count_per_minute"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minute}: {self.reads} reads, {self.writes} writes"
