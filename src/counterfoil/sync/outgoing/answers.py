"""What the books answered to documents that were asked for here: created, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from counterfoil.connections import links
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core.errors import Invalid, Rejected, Unclear
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event
from counterfoil.posting import documents, post
from counterfoil.posting.models import AttemptOutcome, Intent
from counterfoil.posting.state import State
from counterfoil.sync import categories, hours, issues, marking, turns
from counterfoil.sync.engine.canon import canon, first_address
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.engine.settings import NameTaken
from counterfoil.sync.models import Run, RunChange
from counterfoil.sync.outgoing import creating, names
from counterfoil.sync.outgoing.creating import CALLED, HELD, RUN
from counterfoil.sync.pairs import incoming, merging, others, survivors, values
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import Observed, Pairing, pairings
from counterfoil.sync.settings import choices

ANSWERED, REFUSED = "sync.answered", "sync.refused"
"""The subscribers by which these answers are heard of."""
MOST_NAMES = 5
# After that, news of the rival whose name was taken have come in.
RIVAL_KNOWN = timedelta(minutes=2)
BY_COMPANY = "company"
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A document that exists now; ``answer`` is what the request itself was answered."""

    connection: Connection
    document: Json
    answer: Json | None
    now: datetime


def confirmed(event: Event, now: datetime) -> None:
    """It was created: keep what both sides agree on, link the company's person, too."""
    found = _asked(event)
    if found is None:
        return
    intent, connection = found
    run = _run(connection, intent)
    turns.take(connection, [documents.stream(intent.kind)])
    row = _remembered(connection, intent, event.payload, now)
    if row is None:
        return
    held: Mapping[str, Json] = intent.document.get(HELD) or {}
    made = Made(connection, intent.document, _answer(intent, event.payload), now)
    for object_type, kept in held.items():
        _agree(made, row, object_type, kept)
    _count(connection, intent, run, now)
    _compare(connection, _survivor(connection, row, now), run, now)
    refs = {kind: int(kept["record"]) for kind, kept in held.items()}
    if event.record_id is not None:
        refs.setdefault(event.object_type, event.record_id)
    _mark_again(connection, row.stream, refs, now)


def refused(event: Event, now: datetime) -> None:
    """Somebody has the name: take the next one. Anything else is for a person."""
    found = _asked(event)
    if found is None or HELD not in found[0].document:
        return
    intent, connection = found
    payload = event.payload
    error = Rejected(
        str(payload.get("message") or intent.message),
        field=str(payload.get("field") or ""),
        code=str(payload.get("code") or ""),
        detail=intent.detail,
        correlation_id=intent.correlation_id,
    )
    category = categories.of(error, service=connection.service)
    if category.key == categories.NAME_TAKEN and _renamed(connection, intent, now):
        return
    _note(connection, intent, error, now)


def uncertain(event: Event, now: datetime) -> None:
    """Nobody knows whether it was created: a person looks."""
    found = _asked(event)
    if found is not None and HELD in found[0].document:
        intent, connection = found
        error = Unclear(intent.message, correlation_id=intent.correlation_id)
        _note(connection, intent, error, now)


def _asked(event: Event) -> tuple[Intent, Connection] | None:
    if event.payload.get("kind") not in {pairing.kind for pairing in pairings}:
        return None
    intent = post.identified(
        UUID(str(event.payload["intent"])), workspace=event.workspace
    )
    if intent is None:
        return None
    return intent, Connection.objects.select_related("workspace").get(
        pk=intent.connection_id
    )


def _answer(intent: Intent, payload: Json) -> Json | None:
    """What it was created as; nothing where it was found afterwards."""
    content = payload.get("document")
    was_answered = intent.attempts.filter(outcome=AttemptOutcome.CONFIRMED).exists()
    return content if was_answered and isinstance(content, Mapping) else None


def _pairing(connection: Connection, stream: str, object_type: str) -> Pairing | None:
    return others.of_type(connection, stream, object_type)


def _remembered(
    connection: Connection, intent: Intent, payload: Json, now: datetime
) -> RemoteObject | None:
    """The object as its answer told, in the mirror, unless it was read since.

    Its digest is empty: the next time it is read it is kept in full.
    """
    stream = documents.stream(intent.kind)
    content = payload.get("document")
    if not isinstance(content, Mapping) or not intent.remote_id:
        return None
    link = Link.objects.filter(
        connection=connection, stream=stream, remote_id=intent.remote_id
    ).first()
    name = str(content.get("display_name") or content.get("name") or "")
    email = first_address(str(content.get("email") or "")).lower()
    row, _created = RemoteObject.objects.get_or_create(
        connection=connection,
        stream=stream,
        remote_id=intent.remote_id,
        defaults={
            "version": intent.version,
            "name": name[:600],
            "lookup": f"{name} {email} {content.get('sku') or ''}".strip().upper(),
            "email": email[:254],
            "content": dict(content),
            "remote_updated_at": link.remote_updated_at if link else None,
            "seen_at": now,
        },
    )
    return row


def _agree(made: Made, row: RemoteObject, object_type: str, kept: Json) -> None:
    """What each side held when the object was made is what they agree on."""
    connection, now = made.connection, made.now
    link = _link(connection, row, Ref(object_type, int(kept["record"])), now)
    if link is None or link.base_remote:
        return
    link.base_local = {**kept["values"], **link.base_local}
    link.base_remote = _at_first(made, row, object_type, kept)
    link.pushed_at = now
    link.save(update_fields=["base_local", "base_remote", "pushed_at"])


def _at_first(
    made: Made, row: RemoteObject, object_type: str, kept: Json
) -> dict[str, object]:
    """What the object held when it was made.

    The answer to our own request says so. An object that was only found later may have
    been edited before: what is not what was sent is that person's edit, and not agreed on.
    """
    fields: Mapping[str, str] = kept["fields"]
    if made.answer is not None:
        return {each: values.told(made.answer, each) for each in fields.values()}
    pairing = _pairing(made.connection, row.stream, object_type)
    rules = choices.of(made.connection, pairing.name).rules if pairing else ()
    by_property = {rule.local: rule for rule in rules}
    found: dict[str, object] = {}
    for local, remote in fields.items():
        rule = by_property.get(local, Rule(local, remote))
        sent, there = kept["values"].get(local), values.told(row.content, remote)
        if rule.kind is FieldKind.NAME and sent == made.document.get(CALLED):
            sent = made.document["name"]
        is_same = canon(rule, sent) == canon(rule, there)
        found[remote] = there if is_same else sent
    return found


def _link(
    connection: Connection, row: RemoteObject, ref: Ref, now: datetime
) -> Link | None:
    """The record's link; that of the company's person is made now, if nobody has it."""
    rows = Link.objects.select_for_update().filter(
        connection=connection, stream=row.stream, object_type=ref.object_type
    )
    found = rows.filter(record_id=ref.record_id).first()
    if found is not None:
        return found if found.remote_id == row.remote_id else None
    try:
        link = links.link(
            connection,
            stream=row.stream,
            remote_id=row.remote_id,
            ref=ref,
            now=now,
            version=row.version,
        )
    except Invalid:
        return None
    link.reason, link.remote_updated_at = BY_COMPANY, row.remote_updated_at
    link.save(update_fields=["reason", "remote_updated_at"])
    return link


def _survivor(connection: Connection, row: RemoteObject, now: datetime) -> RemoteObject:
    """What it became part of before its answer was read here; its links go along."""
    into = survivors.left_of(row)
    if not into:
        return row
    stream = row.stream
    merged = Observed(stream, row.remote_id, deleted=True, merged_into=into)
    merging.follow(connection, stream, [merged], others.on(connection, stream), now=now)
    rows = RemoteObject.objects.filter(connection=connection, stream=stream)
    return rows.filter(remote_id=into).first() or row


def _run(connection: Connection, intent: Intent) -> Run | None:
    """The run that asked for it, unless that was undone before anybody knew of it.

    An undo waits for what is on its way when it begins, and looks again before it ends.
    What is found once it has done its first page there is no part of what was undone: it
    exists, is linked, and goes on like anything else. That page waits for us.
    """
    rows = Run.objects.filter(connection=connection)
    run = rows.filter(pk=intent.document.get(RUN) or 0).first()
    undoing = Run.objects.filter(undoes=run).first() if run is not None else None
    if undoing is None:
        return run
    parts = undoing.streams.select_for_update(of=("self",))
    waits = parts.filter(stream="there", pages=0, ended_at=None)
    return run if waits.first() is not None else None


def _count(
    connection: Connection, intent: Intent, run: Run | None, now: datetime
) -> None:
    if run is not None:
        RunChange.objects.get_or_create(
            run=run,
            side="there",
            stream=documents.stream(intent.kind),
            remote_id=intent.remote_id,
            created=True,
            defaults={
                "object_type": intent.object_type,
                "record_id": intent.record_id,
            },
        )
    hours.note(connection, hours.Happened(pushed=1), now=now)


def _compare(
    connection: Connection, row: RemoteObject, run: Run | None, now: datetime
) -> None:
    """What the books filled in by themselves comes back here; an undo takes it back."""
    for pairing, settings in others.on(connection, row.stream):
        linked = Link.objects.filter(
            connection=connection,
            stream=row.stream,
            remote_id=row.remote_id,
            object_type=pairing.object_type,
        )
        if linked.exists():
            incoming.apply_rows(
                connection,
                pairing,
                settings,
                [row],
                historical=False,
                run=run,
                now=now,
            )


def _mark_again(
    connection: Connection, stream: str, refs: Mapping[str, int], now: datetime
) -> None:
    """Whoever edited it while it was on its way is not forgotten."""
    for object_type, record_id in refs.items():
        pairing = _pairing(connection, stream, object_type)
        if pairing is not None and choices.of(connection, pairing.name).goes_out:
            marking.mark(connection, pairing.name, [record_id], now=now)


def _renamed(connection: Connection, intent: Intent, now: datetime) -> bool:
    """Ask for it under the next name; or wait until the rival is known and is linked.

    Nobody is waited for whom we know, and who keeps a name that should have been free.
    """
    pairing = _pairing(connection, documents.stream(intent.kind), intent.object_type)
    if pairing is None or intent.record_id is None or intent.state != State.REJECTED:
        return False
    settings = choices.of(connection, pairing.name)
    ground = Ground(connection, pairing, settings, now=now)
    is_linked = settings.name_taken is NameTaken.LINK
    if is_linked and not names.was_left(ground, str(intent.document["name"])):
        at = now + RIVAL_KNOWN
        marking.mark(connection, pairing.name, [intent.record_id], now=now, at=at)
        return False
    if intent.generation >= MOST_NAMES:
        return False
    document = creating.renamed(ground, intent.document, intent.generation + 2)
    post.revise(intent=intent, document=document, now=now)
    return True


def _note(
    connection: Connection, intent: Intent, error: Exception, now: datetime
) -> None:
    pairing = _pairing(connection, documents.stream(intent.kind), intent.object_type)
    if pairing is None or intent.record_id is None:
        return
    about = issues.of_record(
        pairing.name, intent.object_type, intent.record_id, stream=pairing.stream
    )
    run_id = intent.document.get(RUN)
    issues.note(connection, about, error, run_id=run_id, now=now)
    hours.note(connection, hours.Happened(failed=1), now=now)
