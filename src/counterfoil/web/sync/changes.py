"""What a run changed, one page at a time: by record, with old and new values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.catalogue import Property, catalogue_of, object_types
from counterfoil.sync.models import Run, RunChange
from counterfoil.sync.pairs.keeping import CREATED
from counterfoil.sync.ports import pairings_of
from counterfoil.web.sync.values import Change, Names

SIZE = 25
UNDONE = {
    "undone": (gettext_lazy("Undone"), "plain"),
    "changed_since": (gettext_lazy("Kept: changed since"), "warn"),
    "cannot": (gettext_lazy("Cannot be undone"), "warn"),
}


@dataclass(frozen=True)
class Row:
    """One record or object that the run touched."""

    title: str
    href: tuple[str, int] | None
    side: str
    what: str
    changes: Sequence[Change]
    undone: tuple[Any, str] | None = None


@dataclass(frozen=True)
class Page:
    """In the order in which it happened; ``following`` is where to go on."""

    rows: Sequence[Row]
    following: int | None
    is_first: bool


def page(connection: Connection, run: Run, after: str) -> Page:
    """The values that a run changed, on either side."""
    found, following, is_first = window(RunChange.objects.filter(run=run), after)
    named = titles(connection, [(row.object_type, row.record_id) for row in found])
    nameless = [row for row in found if (row.object_type, row.record_id) not in named]
    theirs = _remote(connection, [(row.stream, row.remote_id) for row in nameless])
    names = names_of(connection, _told(found))
    rows = [_changed(row, named, theirs, names) for row in found]
    return Page(rows, following, is_first)


def created(connection: Connection, run: Run, after: str) -> Page:
    """The records that a run created here."""
    found, following, is_first = window(made_by(connection, run), after)
    named = titles(connection, [(row.object_type, row.record_id) for row in found])
    rows = [
        Row(
            named.get((row.object_type, row.record_id), "") or f"{row.remote_id}",
            _href(row.object_type, row.record_id, named),
            "here",
            str(object_types[row.object_type].label[0]),
            (),
        )
        for row in found
        if row.object_type in object_types
    ]
    return Page(rows, following, is_first)


def made_by(connection: Connection, run: Run) -> QuerySet[Link]:
    """The links of what the run created here; others it found here and linked."""
    return Link.objects.filter(connection=connection, run_id=run.pk, reason=CREATED)


def window(rows: QuerySet[Any], after: str) -> tuple[list[Any], int | None, bool]:
    """A page of rows by their number, where the next one begins, if this is the first."""
    is_later = after.isdecimal() and len(after) < 18
    if is_later:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows.order_by("pk")[: SIZE + 1])
    shown = found[:SIZE]
    return shown, shown[-1].pk if len(found) > SIZE else None, not is_later


def _changed(
    row: RunChange,
    named: Mapping[tuple[str, int], str],
    theirs: Mapping[tuple[str, str], str],
    names: Mapping[str, Names],
) -> Row:
    here = (row.object_type, row.record_id or 0)
    title = named.get(here) or theirs.get((row.stream, row.remote_id), "")
    known = names.get(row.object_type, Names({}, {}))
    told = dict.fromkeys([*row.before, *row.after])
    values = [
        known.change(row.side, name, row.before.get(name), row.after.get(name))
        for name in told
    ]
    return Row(
        title or row.remote_id or str(row.record_id or ""),
        _href(row.object_type, row.record_id, named),
        row.side,
        _what(row),
        values,
        UNDONE.get(row.undone),
    )


def _what(row: RunChange) -> str:
    if row.created:
        return _("Created here") if row.side == "here" else _("Created in QuickBooks")
    if row.archived is not None and row.side == "here":
        return _("Restored here") if row.archived else _("Archived here")
    if row.archived is not None:
        there = _("Made active again in QuickBooks")
        return there if row.archived else _("Made inactive in QuickBooks")
    return _("Changed here") if row.side == "here" else _("Changed in QuickBooks")


def _href(
    object_type: str, record_id: int | None, named: Mapping[tuple[str, int], str]
) -> tuple[str, int] | None:
    if record_id is None or (object_type, record_id) not in named:
        return None
    return object_types[object_type].slug, record_id


def titles(
    connection: Connection, refs: Iterable[tuple[str, int | None]]
) -> dict[tuple[str, int], str]:
    """Titles of records, in one query per noun."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for object_type, record_id in refs:
        if record_id is not None and object_type in object_types:
            wanted[object_type].add(record_id)
    found: dict[tuple[str, int], str] = {}
    for object_type, ids in wanted.items():
        rows = object_types[object_type].model._default_manager.filter(
            workspace=connection.workspace_id, pk__in=ids
        )
        found |= {(object_type, row.pk): str(row) for row in rows}
    return found


def _remote(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Names of objects there, in one query."""
    wanted = {(stream, remote_id) for stream, remote_id in keys if remote_id}
    if not wanted:
        return {}
    rows = RemoteObject.objects.filter(
        connection=connection,
        stream__in={stream for stream, _id in wanted},
        remote_id__in={remote_id for _stream, remote_id in wanted},
    )
    return {
        (stream, remote_id): name
        for stream, remote_id, name in rows.values_list("stream", "remote_id", "name")
    }


def _told(rows: Iterable[RunChange]) -> dict[str, set[str]]:
    """The properties that are told of, by noun."""
    told: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.object_type in object_types:
            told[row.object_type] |= {*row.before, *row.after}
    return told


def names_of(connection: Connection, told: Mapping[str, set[str]]) -> dict[str, Names]:
    """How these values are called and shown; a query only where one is a custom one."""
    known: dict[str, Mapping[str, Property]] = {
        key: {prop.name: prop for prop in object_types[key].properties} for key in told
    }
    fields = {
        pairing.object_type: {each.name: each for each in pairing.fields}
        for pairing in pairings_of(connection.service)
    }
    unknown = [
        key
        for key in told
        if told[key] - known[key].keys() - fields.get(key, {}).keys()
    ]
    if unknown:
        known |= catalogue_of(unknown, connection.workspace)
    return {key: Names(known[key], fields.get(key, {})) for key in told}
