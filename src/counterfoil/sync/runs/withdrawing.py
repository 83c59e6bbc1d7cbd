"""Undoes on the other side: former values are written back, what a run made is put away.

Nothing is undone over what somebody has changed there since, and each write names the
version that was decided upon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from counterfoil.connections import links, mirror
from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.core.errors import Gone, Rejected, Stale
from counterfoil.crm.refs import Ref
from counterfoil.posting import recovery
from counterfoil.sync import reference, turns
from counterfoil.sync.engine.canon import canon
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.models import RunChange
from counterfoil.sync.outgoing.judging import ARCHIVED
from counterfoil.sync.outgoing.settling import renew_mirror
from counterfoil.sync.pairs import disputes, others, values
from counterfoil.sync.ports import Observed, Pairing, Writer, sources, writers
from counterfoil.sync.runs.restoring import CANNOT, CHANGED_SINCE, UNDONE, Undoing, note
from counterfoil.sync.runs.settling import settle
from counterfoil.sync.settings.mappings import made

MOST_TRIES = 5


@dataclass(frozen=True)
class Answer:
    """What became of one change there; ``observed`` is the object as it is now."""

    row: RunChange
    outcome: str
    observed: Observed | None = None
    fields: Sequence[str] = ()

    @property
    def is_put_away(self) -> bool:
        """Whether what the run made there is no longer in use."""
        return self.row.created and self.outcome == UNDONE


@dataclass(frozen=True)
class _Held:
    """An object as far as it is known."""

    remote_id: str
    version: str
    content: Mapping[str, Any]
    active: bool


@dataclass
class _Wish:
    """What is to be written there so that it is as before."""

    values: dict[str, object] = field(default_factory=dict)
    active: bool | None = None
    outcome: str = UNDONE

    @property
    def does_something(self) -> bool:
        return bool(self.values) or self.active is not None


def withdraw(connection: Connection, row: RunChange, *, now: datetime) -> Answer:
    """Undo one change there, over the network: outside of any transaction.

    Repeating it is harmless: what is as before is not written again.
    """
    pairing = others.of_type(connection, row.stream, row.object_type)
    writer = writers.get(connection.service)
    remote_id = row.remote_id or _linked(connection, row)
    if pairing is None or writer is None or not remote_id:
        return Answer(row, CANNOT)
    known = mirror.get(connection, row.stream, remote_id)
    held = (
        _Held(remote_id, known.version, known.content, known.active)
        if known is not None
        else _read(connection, row.stream, remote_id, now)
    )
    for _attempt in range(MOST_TRIES):
        if held is None:
            return Answer(row, UNDONE)
        try:
            return _written(connection, writer, pairing, row, held, now=now)
        except Stale:
            held = _read(connection, row.stream, remote_id, now)
        except Gone:
            return Answer(row, UNDONE)
        except Rejected:
            return Answer(row, CANNOT)
    return Answer(row, CHANGED_SINCE)


def keep(undoing: Undoing, answers: Sequence[Answer]) -> int:
    """Keep what the answers say, in the caller's transaction; how many are as before."""
    connection, now = undoing.connection, undoing.now
    turns.take(connection, {each.row.stream for each in answers})
    by_stream: dict[str, list[Observed]] = {}
    for each in answers:
        if each.observed is not None:
            by_stream.setdefault(each.row.stream, []).append(each.observed)
    for stream, observed in by_stream.items():
        reference.keep(connection, stream, observed, now=now)
        for one in observed:
            renew_mirror(connection.pk, one)
        _renew(connection, stream, observed, now)
    settle(
        connection,
        {
            Ref(each.row.object_type, each.row.record_id): each.fields
            for each in answers
            if each.fields and each.row.record_id is not None
        },
    )
    _part(undoing, [each.row for each in answers if each.is_put_away])
    note({each.row.pk: each.outcome for each in answers})
    return sum(each.outcome == UNDONE for each in answers)


def _part(undoing: Undoing, rows: Sequence[RunChange]) -> None:
    """A record is no longer what was put away there."""
    for row in rows:
        links_of = Link.objects.filter(
            connection=undoing.connection, stream=row.stream, remote_id=row.remote_id
        )
        if undoing.forgets:
            links_of.delete()
        elif keys := list(links_of.values_list("pk", flat=True)):
            links_of.update(state=LinkState.IGNORED)
            disputes.part(keys, now=undoing.now)


def _renew(
    connection: Connection, stream: str, observed: Sequence[Observed], now: datetime
) -> None:
    """The version that our write made; its echo says nothing new."""
    newest = {each.remote_id: each for each in observed}
    held = Link.objects.select_for_update().filter(
        connection=connection, stream=stream, remote_id__in=list(newest)
    )
    changed: dict[int, dict[str, Any]] = {}
    for link in held.order_by("id"):
        each = newest[link.remote_id]
        changed[link.pk] = {
            "version": each.version,
            "remote_updated_at": each.updated_at,
            "digest": each.digest,
            "pushed_at": now,
        }
        if each.active and ARCHIVED in link.base_local:
            base = {name: v for name, v in link.base_local.items() if name != ARCHIVED}
            changed[link.pk]["base_local"] = base
    if changed:
        links.renew_many(connection, changed)


def _linked(connection: Connection, row: RunChange) -> str:
    if row.record_id is None:
        return ""
    found = Link.objects.filter(
        connection=connection,
        stream=row.stream,
        object_type=row.object_type,
        record_id=row.record_id,
    )
    return found.values_list("remote_id", flat=True).first() or ""


def _read(
    connection: Connection, stream: str, remote_id: str, now: datetime
) -> _Held | None:
    for each in sources[connection.service].fetch(
        connection, stream, [remote_id], now=now
    ):
        if each.remote_id == remote_id and not each.deleted and not each.problem:
            return _Held(remote_id, each.version, each.content, each.active)
    return None


def _written(
    connection: Connection,
    writer: Writer,
    pairing: Pairing,
    row: RunChange,
    held: _Held,
    *,
    now: datetime,
) -> Answer:
    rules = _rules(pairing, [*row.before, *row.after])
    wish = _creation(row, held) if row.created else _former(row, held, rules)
    answer = Answer(row, wish.outcome, None, tuple(wish.values))
    if not wish.does_something:
        return answer
    recovery.count(now)
    version = held.version
    observed: Observed | None = None
    if wish.values:
        observed = writer.update(
            connection,
            row.stream,
            held.remote_id,
            version=version,
            values=values.for_content(wish.values, rules),
            now=now,
        )
        version = observed.version
    if wish.active is not None:
        observed = writer.set_active(
            connection,
            row.stream,
            held.remote_id,
            version=version,
            active=wish.active,
            now=now,
        )
    return replace(answer, observed=observed)


def _rules(pairing: Pairing, names: Sequence[str]) -> list[Rule]:
    """How the fields are compared and spelled, mapped or not."""
    wanted = set(names)
    return [made(each, "") for each in pairing.fields if each.name in wanted]


def _former(row: RunChange, held: _Held, rules: Sequence[Rule]) -> _Wish:
    wish = _Wish()
    for rule in rules:
        name = rule.remote
        now_there = canon(rule, values.told(held.content, name))
        if now_there == canon(rule, row.before.get(name)):
            continue
        if now_there != canon(rule, row.after.get(name)):
            wish.outcome = CHANGED_SINCE
            continue
        wish.values[name] = row.before.get(name)
    if row.archived is not None and held.active is row.archived:
        wish.active = not row.archived
    return wish


def _creation(row: RunChange, held: _Held) -> _Wish:
    """Nothing is deleted there: it is made inactive, unless money hangs on it."""
    if not held.active:
        return _Wish()
    if _has_balance(held.content):
        return _Wish(outcome=CHANGED_SINCE)
    return _Wish(active=False)


def _has_balance(content: Mapping[str, Any]) -> bool:
    try:
        return Decimal(str(content.get("balance") or 0)) != 0
    except InvalidOperation:
        return True
