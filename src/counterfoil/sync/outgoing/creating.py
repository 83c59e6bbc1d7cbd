"""Asks for a new object there, through posting: exactly once, under a free name.

The document says for which records it is and what they held when it was asked for
(:data:`HELD`), so that the answer alone tells what both sides agree on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from counterfoil.connections import links
from counterfoil.crm import associations
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import EXISTING, State
from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.lanes import hold
from counterfoil.sync.outgoing import names, people, saying
from counterfoil.sync.outgoing.settling import Task, settle
from counterfoil.sync.pairs import values
from counterfoil.sync.pairs.ground import Ground

HELD, CALLED, RUN = "held", "called", "run"
Json = dict[str, Any]


def create(task: Task, record: Record) -> None:
    """Ask for it; what was refused before is asked for as it is now.

    ``Rejected`` when something is missing that a person must fill in or choose.
    """
    document = drafted(task.ground, record)
    if task.run is not None:
        document[RUN] = task.run.pk
    with transaction.atomic():
        hold(task.connection)
        _ask(task, record, document)
        settle(task)


def look_again(task: Task, record: Record) -> None:
    """Nobody knew whether it was created: look for it once more."""
    intent = newest(task.ground, record)
    with transaction.atomic():
        hold(task.connection)
        if intent is not None and intent.state == State.ESCALATED:
            post.retry(intent=intent, actor=Actor.system(), now=task.now)
        settle(task)


def newest(ground: Ground, record: Record) -> Intent | None:
    """The last document of the kind that was asked for this record."""
    return _intents(ground, record).exclude(state=State.CANCELLED).last()


def _intents(ground: Ground, record: Record) -> QuerySet[Intent]:
    return (
        Intent.objects.filter(
            connection=ground.connection,
            kind=ground.pairing.kind,
            object_type=record.object_type,
            record_id=record.pk,
        )
        .select_related("workspace", "connection")
        .order_by("created_at")
    )


def _ask(task: Task, record: Record, document: Json) -> None:
    intent = newest(task.ground, record)
    if (
        intent is not None
        and intent.state == State.REJECTED
        and HELD in intent.document
    ):
        post.revise(intent=intent, document=document, now=task.now)
        return
    before = _intents(task.ground, record).filter(
        state__in=[*EXISTING, State.CANCELLED]
    )
    key = ["sync", record.object_type, str(record.pk), str(before.count())]
    post.submit(
        workspace=task.ground.workspace,
        connection=task.connection,
        kind=task.ground.pairing.kind,
        document=document,
        business_key=key,
        record=Ref.of(record),
        actor=Actor.system(),
        now=task.now,
    )


def drafted(ground: Ground, record: Record) -> Json:
    """The document that creates the object, under the first name that is free."""
    person = _person(ground, record)
    own = saying.everything(ground, record)
    guess = dict(own)
    if person is not None:
        guess |= saying.everything(*person)
        guess.setdefault("company_name", record.title)
    sent, held = _spoken(ground, record, guess)
    told = {record.object_type: held}
    if person is not None:
        personal, told[person[1].object_type] = _spoken(*person, guess)
        filled = {name: v for name, v in personal.items() if not is_empty(v)}
        sent = {**own, **filled}
    sent = {**saying.at_creation(ground, record), **sent}
    document = ground.pairing.document(ground.connection, ground.settings, sent)
    called = str(document["name"])
    document["name"] = names.free(ground, called)
    return {**document, CALLED: called, HELD: told}


def renamed(ground: Ground, document: Mapping[str, Any], tried: int) -> Json:
    """The same document under the next name, after one was refused as taken."""
    called = str(document.get(CALLED) or document["name"])
    last = names.form(str(document["name"]))
    name = names.free(ground, called, besides={last}, first=tried)
    return {**document, "name": name}


def _person(ground: Ground, record: Record) -> tuple[Ground, Record] | None:
    """The contact whom a company's customer shall name."""
    if record.object_type != people.ORGANISATION:
        return None
    contacts = people.other(ground, people.PERSON)
    if contacts is None or not contacts.sends_changes:
        return None
    found = people.persons(contacts, [record]).get(record.pk)
    if found is None or _goes_elsewhere(ground, record, contacts, found):
        return None
    return contacts, found


def _goes_elsewhere(
    ground: Ground, record: Record, contacts: Ground, person: Record
) -> bool:
    """Whether another customer names this person, or is about to: nobody is two.

    They are linked when that is answered, and not when it is asked for.
    """
    tied = associations.of_many(
        ground.workspace, [Ref.of(person)], people.ORGANISATION
    )[Ref.of(person)]
    others = [each.record_id for each in tied if each.record_id != record.pk]
    if not others:
        return False
    linked = links.remotes_for(
        ground.connection, ground.pairing.stream, people.ORGANISATION, others
    )
    asked = Intent.objects.filter(
        Q(state__in=names.ON_THEIR_WAY) | Q(state__in=EXISTING, record_id__in=linked),
        connection=ground.connection,
        kind=ground.pairing.kind,
        object_type=people.ORGANISATION,
        record_id__in=others,
        **{f"document__{HELD}__{people.PERSON}__record": person.pk},
    )
    if asked.exists():
        return True
    home = people.homes(contacts, [person]).get(person.pk)
    return home is not None and home.may_join


def _spoken(
    ground: Ground, record: Record, guess: Mapping[str, object]
) -> tuple[dict[str, object], Json]:
    """What a record says of an object that will be like ``guess``, and what it holds."""
    rules = [rule for rule in ground.rules_for(guess) if rule.goes_out]
    local = values.of_record(record, rules, ground.properties)
    held = {
        "name": ground.pairing.name,
        "record": record.pk,
        "values": local,
        "fields": {rule.local: rule.remote for rule in rules},
    }
    return saying.sent(ground, record, rules), held
