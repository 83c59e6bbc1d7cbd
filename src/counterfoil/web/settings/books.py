"""What the page about a company's documents and its books shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.invoicing.deciding import answers
from counterfoil.posting import agreement, documents, explain, numbers, settling
from counterfoil.posting.agreement import Published
from counterfoil.posting.explain import LABELS
from counterfoil.posting.models import Finding, Gate, Intent, Problem
from counterfoil.posting.numbers import Gap
from counterfoil.posting.state import State
from counterfoil.web.invoicing.document_stories import NAMES
from counterfoil.web.sync.naming import Called, Named, Names, names

SHOWN = 50
SHOWN_WAITING = 20
KINDS: Mapping[str, Any] = {
    "customer": gettext_lazy("Customer"),
    "item": gettext_lazy("Product or service"),
    **NAMES,
}
# One kind stands for each series of numbers.
SERIES: Mapping[str, Any] = {
    "invoice": gettext_lazy("Invoices, sales receipts, credit memos and refunds"),
    "estimate": gettext_lazy("Estimates"),
    "expense": gettext_lazy("Expenses"),
}


@dataclass(frozen=True)
class Found:
    """Something that a sweep has found: what it means, and where to look."""

    finding: Finding
    label: str
    title: str
    sentence: str
    record: Called | None
    there: str


@dataclass(frozen=True)
class Pending:
    """A document that waits: for a person's word, or for something else."""

    intent: Intent
    title: str
    label: str
    sentence: str
    record: Called | None
    answers: Sequence[str]


@dataclass(frozen=True)
class Missing:
    """Numbers of one series that no document bears."""

    label: str
    gaps: Sequence[Gap]


@dataclass(frozen=True)
class Books:
    """One company; ``published`` is ``None`` before anything was ever sent to it."""

    published: Published | None
    paused_until: datetime | None
    found: Sequence[Found]
    more_found: int
    stuck: Sequence[Pending]
    more_stuck: int
    waiting: Sequence[Pending]
    more_waiting: int
    missing: Sequence[Missing]

    @property
    def is_agreed(self) -> bool:
        seen = self.published
        return seen is not None and seen.difference == 0 and not seen.days


def of(connection: Connection, now: datetime) -> Books:
    """All that is known of the documents of one company."""
    seen = agreement.published(connection.workspace)
    gate = Gate.objects.filter(pk=connection.pk).first()
    held = gate.open_until if gate else None
    findings = settling.findings(connection)
    stuck, waiting = settling.stuck(connection), settling.waiting(connection)
    found, troubled = list(findings[:SHOWN]), list(stuck[:SHOWN])
    open_ones = list(waiting[:SHOWN_WAITING])
    called = _names(connection, found, [*troubled, *open_ones])
    return Books(
        published=next((x for x in seen if x.connection.pk == connection.pk), None),
        paused_until=held if held and held > now else None,
        found=_found(connection, found, called),
        more_found=findings.count() - len(found),
        stuck=[_pending(each, called) for each in troubled],
        more_stuck=stuck.count() - len(troubled),
        waiting=[_pending(each, called) for each in open_ones],
        more_waiting=waiting.count() - len(open_ones),
        missing=_missing(connection),
    )


def label_of(kind: str) -> str:
    """What people call a kind of document."""
    return str(KINDS.get(kind, kind))


def _names(
    connection: Connection, found: Sequence[Finding], intents: Sequence[Intent]
) -> Names:
    meant = [*intents, *(each.intent for each in found if each.intent is not None)]
    records = {(x.object_type, x.record_id) for x in meant if x.record_id is not None}
    records |= set(_linked(connection, found).values())
    remotes = {(documents.stream(each.kind), each.remote_id) for each in found}
    return names(connection, records, remotes)


def _linked(
    connection: Connection, found: Sequence[Finding]
) -> dict[tuple[str, str], Named]:
    """The records of documents that nothing here asked for, by kind and remote id."""
    asked: dict[str, list[str]] = defaultdict(list)
    for each in found:
        if each.kind in NAMES:
            asked[each.kind].append(each.remote_id)
    return {
        (kind, remote_id): (kind, record_id)
        for kind, ids in asked.items()
        for remote_id, record_id in links.records_for(
            connection, documents.stream(kind), ids, kind
        ).items()
    }


def _found(
    connection: Connection, found: Sequence[Finding], called: Names
) -> list[Found]:
    linked = _linked(connection, found)
    rows = []
    for each in found:
        named = linked.get((each.kind, each.remote_id))
        if named is None and each.intent is not None and each.intent.record_id:
            named = (each.intent.object_type, each.intent.record_id)
        remote = called.remote(documents.stream(each.kind), each.remote_id)
        rows.append(
            Found(
                each,
                str(Problem(each.problem).label),
                f"{label_of(each.kind)} {each.number or each.remote_id}",
                _meaning(Problem(each.problem)),
                called.record(*named) if named else None,
                "" if each.problem == Problem.DELETED else remote.there,
            )
        )
    return rows


def _meaning(problem: Problem) -> str:
    return {
        Problem.DUPLICATE: _(
            "It is in QuickBooks more than once. Compare them, and void or delete the"
            " one too many there."
        ),
        Problem.ORPHAN: _(
            "It carries Counterfoil's mark, but nothing here asked for it: a database"
            " that was restored or copied may have. It is kept in step like any document"
            " that was made in QuickBooks."
        ),
        Problem.DELETED: _("Somebody deleted it there. What was known of it is kept."),
        Problem.CANCELLED: _(
            "It was cancelled here, but had arrived. Void or delete it in QuickBooks if"
            " it is not wanted."
        ),
    }[problem]


def _pending(intent: Intent, called: Names) -> Pending:
    named = documents.title(intent.kind, intent.document)
    return Pending(
        intent,
        f"{label_of(intent.kind)} {intent.number or named}".strip(),
        str(LABELS[State(intent.state)]),
        explain.waiting_for(intent) or intent.message,
        called.record(intent.object_type, intent.record_id)
        if intent.record_id is not None
        else None,
        [each.value for each in answers(intent)],
    )


def _missing(connection: Connection) -> list[Missing]:
    return [
        Missing(str(label), found[-SHOWN:])
        for kind, label in SERIES.items()
        if (found := numbers.gaps(connection, kind))
    ]
