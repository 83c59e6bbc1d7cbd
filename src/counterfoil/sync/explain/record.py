"""Explains a record: at each connection, whether it is there, and why or why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Record
from counterfoil.crm.queries import get
from counterfoil.crm.refs import Ref
from counterfoil.sync.explain import document, matters
from counterfoil.sync.explain.case import Case
from counterfoil.sync.explain.pair import told
from counterfoil.sync.explain.story import Explanation, Part
from counterfoil.sync.ports import pairings_of
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import Workspace


def of_record(workspace: Workspace, ref: Ref, now: datetime) -> Explanation:
    """All that there is to say about a record's sync; 404 when there is no such record."""
    record = get(workspace, *ref)
    connections = _connections(workspace)
    if not connections:
        return Explanation(record, (), _nothing_connected())
    kept = matters.of_record([each.pk for each in connections], *ref)
    parts = [
        part
        for connection in connections
        for part in _at(workspace, connection, record, kept, now)
    ]
    sentence = "" if parts else _not_synced(record)
    return Explanation(record, tuple(parts), sentence)


def _connections(workspace: Workspace) -> list[Connection]:
    """Those that are in use, or would be if they were reconnected; then the rest."""
    found = Connection.objects.filter(workspace=workspace)
    rows = list(found.prefetch_related("object_settings").order_by("name", "id"))
    for row in rows:
        row.workspace = workspace
    in_use = [row for row in rows if row.state != ConnectionState.DISCONNECTED]
    return in_use or rows


def _at(
    workspace: Workspace,
    connection: Connection,
    record: Record,
    kept: matters.Matters,
    now: datetime,
) -> list[Part]:
    """A record at one connection: once per pairing of its noun, or as a document."""
    pairings = [
        each
        for each in pairings_of(connection.service)
        if each.object_type == record.object_type
    ]
    if not pairings:
        return document.parts(connection, record, kept)
    chosen = choices.all_of(connection)
    cases = (
        Case(workspace, connection, pairing, chosen, kept, now, record)
        for pairing in pairings
    )
    return [told(_completed(case)) for case in cases]


def _completed(case: Case) -> Case:
    pairing = case.pairing
    link = case.matters.link(case.connection.pk, pairing.stream, pairing.object_type)
    row = case.matters.held(link) if link else None
    return replace(case, link=link, row=row)


def _nothing_connected() -> str:
    return _("Not synced: no company is connected. Connect one in the settings.")


def _not_synced(record: Record) -> str:
    label = object_types[record.object_type].label[1]
    return _("“%(nouns)s” are kept here only: they are not synced.") % {"nouns": label}
