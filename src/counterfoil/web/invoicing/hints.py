"""What the wizard tells beside its questions, so that nothing is billed twice unawares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterfoil.crm.models import Deal, Quote, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import already
from counterfoil.web.invoicing import wizard
from counterfoil.web.invoicing.tellings import name_of

NAMED = 3


@dataclass(frozen=True, slots=True)
class Already:
    """A deal or a quote, and its newest documents: what each is called, and its page."""

    title: str
    documents: Sequence[tuple[str, str]]
    more: int


def already_made(page: wizard.Page, quotes: Sequence[Quote]) -> list[Already]:
    """What the quotes have already, and then what else the deal has."""
    is_deal = isinstance(page.started, Deal)
    records: list[Record] = [*quotes, *([page.started] if is_deal else [])]
    found = already.like(
        page.access.workspace, records, page.kind, besides=page.draft.document
    )
    told: set[Ref] = set()
    hints = []
    for record in records:
        fresh = [each for each in found[Ref.of(record)] if Ref.of(each) not in told]
        told.update(Ref.of(each) for each in fresh)
        if fresh:
            hints.append(_hint(page, record, fresh))
    return hints


def _hint(page: wizard.Page, record: Record, documents: Sequence[Record]) -> Already:
    workspace_id = page.access.workspace.pk
    named = [
        (name_of(each), wizard.record_address(workspace_id, each))
        for each in documents[:NAMED]
    ]
    return Already(str(record), named, max(len(documents) - NAMED, 0))
