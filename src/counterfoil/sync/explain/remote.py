"""Explains an object of the other side: whether it is here, and why or why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.connections.wording import stream_label
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Record
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.explain import document, matters, words
from counterfoil.sync.explain.case import Case, service_name
from counterfoil.sync.explain.matters import Matters
from counterfoil.sync.explain.pair import told
from counterfoil.sync.explain.story import Explanation, Part
from counterfoil.sync.explain.words import About
from counterfoil.sync.models import Issue
from counterfoil.sync.ports import Pairing, pairings_of
from counterfoil.sync.settings import choices


def of_remote(
    connection: Connection, stream: str, remote_id: str, now: datetime
) -> Explanation:
    """All that there is to say about an object's sync, once per noun that it may be."""
    kept = matters.of_remote(connection.pk, stream, remote_id)
    row = mirror.get(connection, stream, remote_id)
    paired = [each for each in pairings_of(connection.service) if each.stream == stream]
    parts = (
        _paired(connection, paired, row, kept, now)
        if paired and row is not None
        else _documents(connection, kept)
    )
    sentence = "" if parts else _absent(connection, stream, row, kept.issues)
    return Explanation(None, tuple(parts), sentence)


def _paired(
    connection: Connection,
    paired: list[Pairing],
    row: RemoteObject,
    kept: Matters,
    now: datetime,
) -> list[Part]:
    prefetch_related_objects([connection], "object_settings")
    chosen = choices.all_of(connection)
    workspace = connection.workspace
    parts = []
    for pairing in paired:
        link = kept.link(connection.pk, row.stream, pairing.object_type)
        case = Case(
            workspace,
            connection,
            pairing,
            chosen,
            kept,
            now,
            _record(connection, link),
            row,
            link,
        )
        parts.append(told(case))
    return parts


def _documents(connection: Connection, kept: Matters) -> list[Part]:
    """A document by its record here."""
    found = (_record(connection, link) for link in kept.links)
    return [
        part
        for record in found
        if record is not None
        for part in document.parts(connection, record, kept)
    ]


def _record(connection: Connection, link: Link | None) -> Record | None:
    if link is None or link.object_type not in object_types:
        return None
    rows = object_types[link.object_type].model._default_manager
    found: Record | None = rows.filter(
        workspace=connection.workspace_id, pk=link.record_id
    ).first()
    return found


def _absent(
    connection: Connection,
    stream: str,
    row: RemoteObject | None,
    issues: Sequence[Issue],
) -> str:
    """Why it is no record here: what was wrong with it, or what the settings let in."""
    if issues:
        return issues[0].sentence
    names = {"service": service_name(connection), "kind": stream_label(stream)}
    if stream in kinds:
        settings = choices.of(connection, stream)
        about = About(service=names["service"], object=names["kind"])
        if reason := document.kept_out(settings):
            return words.not_here(reason, about)
        if settings.since is not None:
            sentence = _(
                "Not here. “%(kind)s” from before %(since)s are left out, as their settings"
                " say; otherwise nothing of this number has been read from %(service)s."
            )
            return sentence % {**names, "since": date_format(settings.since)}
    if row is None:
        sentence = _(
            "Not here: nothing of this kind and number has been read from %(service)s."
        )
    else:
        sentence = _(
            "“%(kind)s” are read from %(service)s as they are and are no records here:"
            " they are offered where documents are made."
        )
    return sentence % names
