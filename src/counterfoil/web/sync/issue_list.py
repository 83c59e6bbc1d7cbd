"""What could not be synced at a connection, grouped by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from counterfoil.connections.models import Connection
from counterfoil.sync import categories
from counterfoil.sync.models import Issue, IssueState
from counterfoil.web.sync.naming import Called, Names, names

SHOWN = 5
PAGE = 50


@dataclass(frozen=True)
class Row:
    """One issue: what failed, and whose it is on either side."""

    issue: Issue
    record: Called | None
    remote: Called | None


@dataclass(frozen=True)
class Cause:
    """A category with the newest of its issues, or a page of them."""

    key: str
    label: str
    sentence: str
    actions: Sequence[str]
    count: int
    rows: Sequence[Row]
    next: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Issues:
    """All causes, the most frequent first; ``ignored`` counts what is set aside."""

    causes: Sequence[Cause]
    open: int
    ignored: int
    state: str
    only: str = ""


def of(
    connection: Connection, *, state: str = "", only: str = "", after: str = ""
) -> Issues:
    """The causes at a connection; ``only`` shows one of them, page by page."""
    shown = IssueState.IGNORED if state == IssueState.IGNORED else IssueState.OPEN
    counts = _counts(connection)
    mine = {
        key: count for (in_state, key), count in counts.items() if in_state == shown
    }
    rows = Issue.objects.filter(connection=connection, state=shown)
    found, more = _page(rows, only, after) if only else (_newest(rows), "")
    called = _names(connection, found)
    causes = [
        _cause(key, count, [_row(x, called) for x in found if x.category == key], more)
        for key, count in sorted(mine.items(), key=lambda each: (-each[1], each[0]))
        if only in {"", key}
    ]
    return Issues(
        causes,
        sum(n for (in_state, _), n in counts.items() if in_state == IssueState.OPEN),
        sum(n for (in_state, _), n in counts.items() if in_state == IssueState.IGNORED),
        shown,
        only,
    )


def _counts(connection: Connection) -> Mapping[tuple[str, str], int]:
    rows = Issue.objects.filter(connection=connection).order_by()
    counted = rows.values_list("state", "category").annotate(n=Count("pk"))
    return {(state, category): n for state, category, n in counted}


def _newest(rows: QuerySet[Issue]) -> list[Issue]:
    """A few of each cause, in one query."""
    rank = Window(RowNumber(), partition_by=F("category"), order_by=F("id").desc())
    return list(rows.annotate(rank=rank).filter(rank__lte=SHOWN).order_by("-id"))


def _page(rows: QuerySet[Issue], cause: str, after: str) -> tuple[list[Issue], str]:
    rows = rows.filter(category=cause).order_by("-id")
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after[:18]))
    found = list(rows[: PAGE + 1])
    more = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return found[:PAGE], more


def _names(connection: Connection, found: Sequence[Issue]) -> Names:
    return names(
        connection,
        [(x.object_type, x.record_id) for x in found if x.record_id is not None],
        [(x.stream, x.remote_id) for x in found if x.remote_id],
    )


def _row(issue: Issue, called: Names) -> Row:
    return Row(
        issue,
        called.record(issue.object_type, issue.record_id)
        if issue.record_id is not None
        else None,
        called.remote(issue.stream, issue.remote_id) if issue.remote_id else None,
    )


def _cause(key: str, count: int, rows: Sequence[Row], more: str) -> Cause:
    category = categories.by_key(key)
    return Cause(
        key,
        str(category.label),
        str(category.sentence),
        category.actions,
        count,
        rows,
        more,
    )
