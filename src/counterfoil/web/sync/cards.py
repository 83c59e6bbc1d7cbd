"""The line on a record's page that says where else it is, and leads to why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.connections.models import Link
from counterfoil.crm.models import Booked, TimelineEntry
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.telling import NOUNS
from counterfoil.web.cards import Card, cards
from counterfoil.web.stories import CHANGES, Story, stories
from counterfoil.workspaces.access import Access


def _links(access: Access, record: Any) -> Mapping[str, object]:
    if isinstance(record, Booked):  # its page says already which books it is in
        return {"links": None}
    rows = Link.objects.filter(
        connection__workspace=access.workspace,
        object_type=record.object_type,
        record_id=record.pk,
    )
    return {"links": list(rows.select_related("connection").order_by("id"))}


cards.add(
    Card(
        "sync",
        (*NOUNS, *(kind.object_type for kind in kinds)),
        90,
        "sync/card.html",
        _links,
    )
)


def _told(entry: TimelineEntry, named: str, unnamed: str) -> str:
    words = {
        "company": str(entry.content.get("company", "")),
        "there": str(entry.content.get("there", "")),
    }
    return (named if words["there"] else unnamed) % words


def _linked(entry: TimelineEntry) -> str:
    return _told(
        entry,
        _("Linked to “%(there)s” of %(company)s"),
        _("Linked at %(company)s"),
    )


def _unlinked(entry: TimelineEntry) -> str:
    return _told(
        entry,
        _("Unlinked from “%(there)s” of %(company)s"),
        _("Unlinked at %(company)s"),
    )


def _left_alone(entry: TimelineEntry) -> str:
    return _told(
        entry,
        _("No longer kept in step with “%(there)s” of %(company)s"),
        _("No longer kept in step with %(company)s"),
    )


def _merged(entry: TimelineEntry) -> str:
    words = {name: str(entry.content.get(name, "")) for name in _MERGED}
    return (
        _(
            "“%(merged)s” was merged into “%(survivor)s” at %(company)s: what was tied "
            "to it is the survivor's now"
        )
        % words
    )


_MERGED = ("merged", "survivor", "company")
stories.add(Story("merged_there", "merge", CHANGES, _merged))
stories.add(Story("linked", "link", CHANGES, _linked))
stories.add(Story("unlinked", "unlink", CHANGES, _unlinked))
stories.add(Story("link_ignored", "circle-slash", CHANGES, _left_alone))
