"""What a deal or a quote has already, so that nobody bills it twice unawares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from counterfoil.crm.models import Association, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.kinds import DocumentKind
from counterfoil.invoicing.received import BOOKINGS, RETURNS, standing
from counterfoil.workspaces.models import Workspace


def like(
    workspace: Workspace,
    records: Sequence[Record],
    kind: DocumentKind,
    *,
    besides: Ref | None = None,
) -> dict[Ref, list[Record]]:
    """By record its documents to the same effect, the newest first.

    An invoice and a sales receipt both bill; an estimate does not. What was voided,
    deleted or refused is none. ``besides`` is the document that is being corrected.
    """
    tied = _tied(workspace, records, _to_the_same_effect(kind.object_type))
    by_noun: dict[str, set[int]] = defaultdict(set)
    for _record, document in tied:
        by_noun[document.object_type].add(document.record_id)
    known = {
        Ref.of(document): document
        for noun, ids in by_noun.items()
        for document in standing(noun, ids)
        if Ref.of(document) != besides
    }
    found: dict[Ref, list[Record]] = defaultdict(list)
    for record, document in tied:
        if document in known:
            found[record].append(known[document])
    for documents in found.values():
        documents.sort(key=lambda each: (each.created_at, each.pk), reverse=True)
    return found


def _tied(
    workspace: Workspace, records: Sequence[Record], nouns: Sequence[str]
) -> set[tuple[Ref, Ref]]:
    """Each record with each of its documents, in one query."""
    refs = {Ref.of(each) for each in records}
    ties = Association.objects.filter(
        workspace=workspace,
        from_type__in={ref.object_type for ref in refs},
        from_id__in={ref.record_id for ref in refs},
        to_type__in=nouns,
    )
    rows = ties.order_by().values_list("from_type", "from_id", "to_type", "to_id")
    pairs = {(Ref(*row[:2]), Ref(*row[2:])) for row in rows}
    return {(record, document) for record, document in pairs if record in refs}


def _to_the_same_effect(noun: str) -> Sequence[str]:
    return next((nouns for nouns in (BOOKINGS, RETURNS) if noun in nouns), (noun,))
