"""What could not be synced and why, one issue per record or object; and a person's word.

An issue goes away when what it is about is synced after all. Trying again is asking for
the same work once more: the issue stays until that has succeeded.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from counterfoil.connections.models import Connection
from counterfoil.sync import categories, inbound, marking
from counterfoil.sync.models import Issue, IssueState
from counterfoil.sync.ports import Told

OUT = "out"
BATCH = 1000


@dataclass(frozen=True, slots=True)
class About:
    """What an issue is about: a record that was to go out, or an object that came in."""

    subject: str
    name: str = ""
    stream: str = ""
    remote_id: str = ""
    object_type: str = ""
    record_id: int | None = None


def of_record(
    name: str,
    object_type: str,
    record_id: int,
    *,
    stream: str = "",
    remote_id: str = "",
) -> About:
    """A record that was to be written there."""
    subject = f"{OUT}:{object_type}:{record_id}"
    return About(subject, name, stream, remote_id, object_type, record_id)


def note(
    connection: Connection,
    about: About,
    error: Exception,
    *,
    run_id: int | None = None,
    now: datetime,
) -> Issue:
    """Keep why it failed; a person's "ignore" stays until it fails for another reason."""
    category = categories.of(error, service=connection.service)
    told = {
        "name": about.name,
        "stream": about.stream,
        "remote_id": about.remote_id,
        "object_type": about.object_type,
        "record_id": about.record_id,
        "category": category.key,
        "code": str(getattr(error, "code", ""))[:64],
        "field": str(getattr(error, "field", ""))[:64],
        "sentence": _sentence(error, category)[:1000],
        "detail": str(getattr(error, "detail", ""))[:4000],
        "correlation_id": str(getattr(error, "correlation_id", ""))[:100],
        "last_at": now,
        "run_id": run_id,
    }
    issue, created = Issue.objects.get_or_create(
        connection=connection, subject=about.subject, defaults={**told, "first_at": now}
    )
    if not created:
        is_other = issue.category != category.key
        Issue.objects.filter(pk=issue.pk).update(
            **told,
            times=F("times") + 1,
            state=IssueState.OPEN if is_other else issue.state,
        )
        issue.refresh_from_db()
    return issue


def _sentence(error: Exception, category: categories.Category) -> str:
    """The service's own sentence; that of a bug of ours is for the log only."""
    if category.key == categories.OURS:
        return str(category.sentence)
    return str(error) or str(category.sentence)


def forget(connection: Connection, abouts: Collection[About]) -> int:
    """What has been synced after all is an issue no longer."""
    rows = Issue.objects.filter(
        connection=connection, subject__in=[about.subject for about in abouts]
    )
    return rows.delete()[0]


def ignore(issue: Issue) -> None:
    """A person does not want it synced as it is; it stays among the ignored ones."""
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.IGNORED)
    issue.state = IssueState.IGNORED


def ignore_all(connection: Connection, category: str) -> int:
    """Set aside everything that failed for one cause; returns how much that is."""
    rows = Issue.objects.filter(
        connection=connection, category=category, state=IssueState.OPEN
    )
    return rows.update(state=IssueState.IGNORED)


@transaction.atomic
def retry(issue: Issue, *, now: datetime) -> None:
    """Try again what the issue is about; what was ignored is no longer."""
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.OPEN)
    issue.state = IssueState.OPEN
    _again(issue.connection, [issue], now)


def retry_all(connection: Connection, category: str, *, now: datetime) -> int:
    """Try again everything that failed for one cause; returns how much that is.

    A batch is one commit. What fails anew meanwhile has its time, and is not met twice.
    """
    rows = Issue.objects.filter(
        connection=connection, category=category, state=IssueState.OPEN
    ).order_by("id")
    count = last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        with transaction.atomic():
            _again(connection, batch, now)
        count, last = count + len(batch), batch[-1].pk
    return count


def _again(connection: Connection, issues: Collection[Issue], now: datetime) -> None:
    by_name: dict[str, list[int]] = {}
    told = []
    for issue in issues:
        if issue.subject.startswith(f"{OUT}:") and issue.record_id is not None:
            by_name.setdefault(issue.name, []).append(issue.record_id)
        elif issue.stream and issue.remote_id:
            told.append(
                Told(connection.account, issue.stream, issue.remote_id, "update", None)
            )
    for name, record_ids in by_name.items():
        marking.mark(connection, name, record_ids, now=now)
    if told:
        inbound.hint(connection.service, told, now=now)
