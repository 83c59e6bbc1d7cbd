"""Documents with our marker that were seen in the books, by whichever way.

Reading the books doubles as a lookup: a webhook confirms an intent in seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.posting import attempt as attempts, echo, lookup, outcomes, standing
from counterfoil.posting.act_state import UNSETTLED, Deed
from counterfoil.posting.models import (
    Act,
    Attempt,
    AttemptOutcome,
    Finding,
    Intent,
    Problem,
)
from counterfoil.posting.ports import Receipt
from counterfoil.posting.state import EXISTING, State, resolved

log = structlog.get_logger()


def record(
    connection: Connection, kind: str, receipts: Sequence[Receipt], now: datetime
) -> list[Intent]:
    """Match what was seen with the intents, in the caller's transaction."""
    by_marker: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if receipt.marker:
            by_marker[receipt.marker].append(receipt)
    intents = (
        Intent.objects.select_for_update(of=("self",))
        .select_related("workspace", "connection")
        .filter(connection=connection, kind=kind, marker__in=by_marker)
        .order_by("pk")
    )
    known = []
    for intent in intents:
        _match(intent, by_marker.pop(intent.marker), now)
        known.append(intent)
    for marker, orphans in by_marker.items():
        for receipt in orphans:
            _record_orphan(connection, kind, marker, receipt, now)
    return known


def record_deleted(
    connection: Connection, kind: str, remote_ids: Sequence[str], now: datetime
) -> int:
    """Documents that no longer exist: tell of ours, and close what is thereby settled.

    What was deleted from here is kept among them as seen to: nobody needs to look.
    """
    Finding.objects.filter(
        connection=connection, kind=kind, remote_id__in=remote_ids, resolved_at=None
    ).exclude(problem=Problem.DELETED).update(resolved_at=now)
    gone = 0
    meant = _deleted_from_here(connection, kind, remote_ids)
    ours = Intent.objects.select_for_update().filter(
        connection=connection, kind=kind, remote_id__in=remote_ids, state__in=EXISTING
    )
    for intent in ours:
        _finding, is_new = Finding.objects.get_or_create(
            connection=connection,
            kind=kind,
            remote_id=intent.remote_id,
            problem=Problem.DELETED,
            defaults={
                "intent": intent,
                "marker": intent.marker,
                "number": intent.number,
                "found_at": now,
                "resolved_at": now if intent.remote_id in meant else None,
            },
        )
        gone += is_new and intent.remote_id not in meant
    settle_duplicates(connection, kind, now)
    return gone


def _deleted_from_here(
    connection: Connection, kind: str, remote_ids: Sequence[str]
) -> set[str]:
    """Those that were to be deleted; the answer may come after the sight."""
    acts = Act.objects.filter(
        connection=connection,
        kind=kind,
        action=Deed.DELETE,
        remote_id__in=remote_ids,
        state__in=(*UNSETTLED, State.CONFIRMED, State.VERIFIED),
    )
    return set(acts.values_list("remote_id", flat=True))


def _match(intent: Intent, seen: Sequence[Receipt], now: datetime) -> None:
    if intent.state == State.CANCELLED:
        _tell_cancelled(intent, seen[0], now)
    elif intent.state in EXISTING:
        _verify(intent, seen, now)
    elif ours := lookup.candidates(intent, seen):
        lookup.adopt(intent, standing.of(intent), ours, now)
        Attempt.objects.filter(intent=intent, outcome=AttemptOutcome.OPEN).update(
            outcome=AttemptOutcome.FOUND, finished_at=now
        )


def _verify(intent: Intent, seen: Sequence[Receipt], now: datetime) -> None:
    """What is known to exist was seen again: check that it is alone, and as sent.

    When somebody has changed it since (its version is another), that is their right.
    """
    before = standing.of(intent)
    others = _unsettled(intent, seen)
    if others:
        if intent.state != State.DUPLICATE_DETECTED:
            after = resolved(before, State.DUPLICATE_DETECTED, now)
            standing.keep(intent, before, after)
        outcomes.duplicated(intent, others, now)
        return
    if intent.state != State.CONFIRMED:
        return
    expected = attempts.expectation_of(intent)
    match = echo.judge(seen[0], marker=intent.marker, expected=expected)
    if match is echo.Match.OURS:
        standing.keep(intent, before, resolved(before, State.VERIFIED, now))
    elif seen[0].version == intent.version:
        standing.keep(intent, before, resolved(before, State.DIVERGED, now))
        outcomes.tell(intent, "document_diverged", now)


def _unsettled(intent: Intent, seen: Sequence[Receipt]) -> list[Receipt]:
    """Its twins, but for those that a person has looked at."""
    settled = Finding.objects.filter(
        intent=intent, problem=Problem.DUPLICATE, resolved_at__isnull=False
    )
    known = {intent.remote_id, *settled.values_list("remote_id", flat=True)}
    return [receipt for receipt in seen if receipt.remote_id not in known]


def _tell_cancelled(intent: Intent, receipt: Receipt, now: datetime) -> None:
    if outcomes.found(intent, Problem.CANCELLED, receipt, now):
        sentence = _("It was cancelled here, but exists in %(company)s as %(number)s.")
        message = sentence % {
            "company": intent.connection.name,
            "number": receipt.number or receipt.remote_id,
        }
        extra = {"message": message, "remote_id": receipt.remote_id}
        outcomes.tell(intent, "document_diverged", now, extra)


def _record_orphan(
    connection: Connection, kind: str, marker: str, receipt: Receipt, now: datetime
) -> None:
    """Ours by its marker, and unknown: a restored database, a copy, or a fault."""
    _finding, is_new = Finding.objects.get_or_create(
        connection=connection,
        kind=kind,
        remote_id=receipt.remote_id,
        problem=Problem.ORPHAN,
        defaults={
            "marker": marker,
            "number": receipt.number,
            "found_at": now,
            "remote_created_at": receipt.created_at,
        },
    )
    if is_new:
        log.warning("posting_orphan", connection=connection.pk, kind=kind)


def settle_duplicates(
    connection: Connection, kind: str, now: datetime, *, by: str = ""
) -> None:
    """When only one of the twins is left, the intent is as it should be; tells it.

    ``by`` is the person who has looked at the others, if one has.
    """
    doubled = (
        Intent.objects.select_for_update(of=("self",))
        .select_related("workspace", "connection")
        .filter(connection=connection, kind=kind, state=State.DUPLICATE_DETECTED)
        .exclude(
            pk__in=Finding.objects.filter(
                connection=connection, problem=Problem.DUPLICATE, resolved_at=None
            ).values("intent_id")
        )
    )
    for intent in doubled:
        before = standing.of(intent)
        standing.keep(intent, before, resolved(before, State.VERIFIED, now))
        outcomes.tell(intent, "document_settled", now, {"settled_by": by})
