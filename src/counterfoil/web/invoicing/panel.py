"""The QuickBooks card: a record's documents of every kind, in a few queries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse

from counterfoil.connections import queries as connection_queries
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.catalogue import object_types, type_of
from counterfoil.crm.models import Association, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import drafts, kinds
from counterfoil.posting import acts
from counterfoil.posting.models import Act
from counterfoil.web.invoicing import papers
from counterfoil.web.invoicing.papers import NOUNS, SHOWN, Paper
from counterfoil.web.invoicing.rows import Row, Setting, row_of
from counterfoil.workspaces.access import Access, Permission

ON = ("deal", "contact", "company", "quote", "payment")
ADDED_TO = ("deal", "contact", "company")


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of one kind; ``more`` are those that are not shown."""

    noun: str
    label: str
    rows: Sequence[Row]
    more: int


@dataclass(frozen=True, slots=True)
class Panel:
    """The card of one record."""

    record: Record
    object_type: str
    groups: Sequence[Group]
    connections: Sequence[Connection]
    broken: Sequence[Connection]
    drafts: int
    makes: Sequence[kinds.DocumentKind]
    may_add: bool
    may_connect: bool
    version: str
    waiting: str
    address: str

    @property
    def company(self) -> Connection | None:
        """The company to name in the head, when there is only one."""
        return self.connections[0] if len(self.connections) == 1 else None

    @property
    def brings_news(self) -> bool:
        """Whether its news renew the page: beside a document's own card that does it."""
        return not has_dossier(self.record)


def has_dossier(record: Any) -> bool:
    """Whether it is a document of the books; known only here, as payments may be, not."""
    is_document = hasattr(record, "posting_state")
    return is_document and bool(record.connection_id or record.posting_state)


def nouns_on(object_type: str) -> list[str]:
    """The kinds of documents that a noun's card shows."""
    return [noun for noun in NOUNS if noun in object_types[object_type].associated]


def panel_of(access: Access, record: Record) -> Panel:
    """Gather the card."""
    workspace, noun = access.workspace, type_of(record)
    known = _connections(access, record)
    connections = [
        each for each in known.values() if each.state != ConnectionState.DISCONNECTED
    ]
    found, told = papers.newest(workspace, record, nouns_on(noun.key), known)
    shown = [each for documents in found.values() for each in documents[:SHOWN]]
    refs = [Ref(each.object_type, each.pk) for each in shown]
    asked = acts.open_of(workspace, refs)
    is_mixed = len({each.connection for each in shown}) > 1 or len(connections) > 1
    setting = Setting(access, record, is_mixed)
    is_archived = record.archived_at is not None
    may_create = (
        access.may(Permission.CREATE_DOCUMENTS)
        and not is_archived
        and noun.key in kinds.RECORDS
    )
    return Panel(
        record=record,
        object_type=noun.key,
        groups=list(_groups(found, setting, asked, _counts(access, record, found))),
        connections=connections,
        broken=[each for each in connections if not each.is_active],
        drafts=_begun(access, record) if may_create else 0,
        makes=kinds.of_start(noun.key)[:1] if may_create else (),
        may_add=access.may(Permission.EDIT_RECORDS)
        and not is_archived
        and noun.key in ADDED_TO,
        may_connect=access.may(Permission.MANAGE_INTEGRATIONS),
        version=version_of([record, *shown], asked, (told, *_stands(connections))),
        waiting=waiting_of(asked),
        address=reverse("record", args=[workspace.pk, noun.slug, record.pk]),
    )


def _connections(access: Access, record: Record) -> dict[int, Connection]:
    """Of a payment in the books: its company; what is made of it is there, too."""
    own = getattr(record, "connection", None)
    found = [own] if own else connection_queries.of(access.workspace, active=False)
    return {each.pk: each for each in found}


def _groups(
    found: Mapping[str, Sequence[Paper]],
    setting: Setting,
    asked: Mapping[Ref, Sequence[Act]],
    counts: Mapping[str, int],
) -> Iterator[Group]:
    for noun, documents in found.items():
        rows = [
            row_of(each, setting, asked.get(Ref(noun, each.pk), ()))
            for each in documents[:SHOWN]
        ]
        more = max(counts.get(noun, 0) - SHOWN, 0)
        yield Group(noun, str(object_types[noun].label[1]), rows, more)


def _begun(access: Access, record: Record) -> int:
    begun = drafts.open_drafts(access=access, started=Ref.of(record))
    return sum(1 for draft in begun if draft.content)


def _counts(
    access: Access, record: Record, found: Mapping[str, Sequence[Paper]]
) -> dict[str, int]:
    """How many there are of the kinds of which there are more than are shown."""
    long = [noun for noun, documents in found.items() if len(documents) > SHOWN]
    if not long:
        return {}
    ties = Association.objects.filter(
        workspace=access.workspace,
        from_type=record.object_type,
        from_id=record.pk,
        to_type__in=long,
    )
    rows = ties.order_by().values("to_type")
    counted = rows.annotate(count=Count("to_id", distinct=True))
    return {row["to_type"]: row["count"] for row in counted}


def _stands(connections: Sequence[Connection]) -> list[str]:
    return [f"{each.pk}.{each.state}.{each.name}" for each in connections]


def version_of(
    documents: Sequence[Any],
    asked: Mapping[Ref, Sequence[Act]],
    more: Sequence[object] = (),
) -> str:
    """Changes when anything that the card, or the page around it, shows does."""
    parts = [f"{each.object_type}.{each.pk}.{each.version}" for each in documents]
    parts += [f"{act.pk}.{act.state}" for found in asked.values() for act in found]
    parts += [str(each) for each in more]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def waiting_of(asked: Mapping[Ref, Sequence[Act]]) -> str:
    """The acts whose end the page tells as soon as it is known."""
    open_acts = [act for found in asked.values() for act in found]
    return ",".join(str(act.pk) for act in open_acts[:SHOWN])
