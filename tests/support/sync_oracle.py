"""Says what is not as promised after a ``Machine`` has come to rest.

Knows nothing of how sync works: it looks at both sides, at what people typed, and at
what was kept for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from counterfoil.connections.models import Link
from counterfoil.crm.models import Contact, PropertyChange
from counterfoil.sync import choices
from counterfoil.sync.engine.canon import canon
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.models import Conflict, Issue, Quarantine, Review
from support.sync_machine import PAIRS, Edit, Machine
from support.twin import Person, spelled

LOCAL = {remote: local for local, remote in PAIRS}


def problems(machine: Machine) -> list[str]:
    """Sentences about everything that is wrong; none is what we want."""
    return [
        *_disagreeing(machine),
        *_unlinked(machine),
        *_doubled(machine),
        *_lost(machine),
        *_emptied(machine),
    ]


def _rules(machine: Machine) -> dict[str, Rule]:
    return {
        rule.remote: rule for rule in choices.of(machine.connection, "contacts").rules
    }


def _in_step(machine: Machine) -> Iterator[tuple[Link, Contact, Person]]:
    """The links whose two sides are both alive."""
    for link in machine.links():
        person = machine.person_of(link)
        contact = Contact.objects.get(pk=link.record_id)
        if person.active and not person.merged_into and contact.archived_at is None:
            yield link, contact, person


def _disagreeing(machine: Machine) -> Iterator[str]:
    for link, contact, person in _in_step(machine):
        for field, rule in _rules(machine).items():
            here = getattr(contact, rule.local)
            there = person.values[field]
            if not here or not there or _agree(rule, here, there):
                continue
            is_open = Conflict.objects.filter(
                link=link, local_field=rule.local, resolved_at=None
            ).exists()
            is_held = Quarantine.objects.filter(link=link, field=rule.local).exists()
            if not (is_open or is_held):
                yield f"{rule.local} of {link}: {here!r} here, {there!r} there"


def _agree(rule: Rule, here: str, there: str) -> bool:
    return canon(rule, spelled(rule.remote, here)) == canon(rule, there)


def _unlinked(machine: Machine) -> Iterator[str]:
    linked = {link.remote_id for link in machine.links()}
    asked = set(Review.objects.values_list("remote_id", flat=True))
    for person in machine.twin.living():
        is_told = person.remote_id in linked | asked
        if person.active and not is_told and not _is_told_of(person.remote_id):
            yield f"{person.name} ({person.remote_id}) is nobody here, and nobody is told"
    records = {link.record_id for link in machine.links()}
    questions = set(Review.objects.values_list("record_id", flat=True))
    for contact in machine.contacts():
        if contact.pk in records | questions or _was_linked(contact):
            continue
        if not Issue.objects.filter(record_id=contact.pk).exists():
            yield f"{contact} ({contact.pk}) is nobody there, and nobody is told"


def _is_told_of(remote_id: str) -> bool:
    return Issue.objects.filter(remote_id=remote_id).exists()


def _was_linked(contact: Contact) -> bool:
    """Its person is gone: it stays here, as the settings say."""
    history = PropertyChange.objects.filter(
        object_type="contact", record_id=contact.pk, origin_kind="connection"
    )
    return history.exists()


def _doubled(machine: Machine) -> Iterator[str]:
    markers = Counter(
        each.marker for each in machine.twin.people.values() if each.marker
    )
    for marker, count in markers.items():
        if count > 1:
            yield f"{marker} was created {count} times"


def _lost(machine: Machine) -> Iterator[str]:
    last = {(each.is_here, each.subject, each.field): each for each in machine.edits}
    pairs = {
        (is_here, subject): (link, contact, person)
        for link, contact, person in _in_step(machine)
        for is_here, subject in ((True, str(contact.pk)), (False, person.remote_id))
    }
    for (is_here, subject, field), edit in last.items():
        found = pairs.get((is_here, subject))
        if found is None or not edit.value.strip() or field in machine.bent:
            continue
        if not _survives(machine, edit, *found):
            yield f"lost: {edit} of {found[0]}"


def _survives(
    machine: Machine, edit: Edit, link: Link, contact: Contact, person: Person
) -> bool:
    """It stands on the other side, stood there once, or is kept for somebody to see."""
    rule = _rules(machine)[edit.field]
    wanted = canon(rule, spelled(edit.field, edit.value))
    kept = Conflict.objects.filter(link=link, local_field=rule.local)
    values = [value for row in kept for value in (row.local_value, row.remote_value)]
    if edit.is_here:
        values += [value for name, value in person.history if name == edit.field]
    else:
        values.append(getattr(contact, rule.local))
        history = PropertyChange.objects.filter(
            object_type="contact", record_id=contact.pk, name=rule.local
        )
        values += history.values_list("new", flat=True)
    held = Quarantine.objects.filter(link=link, field=rule.local).exists()
    return held or wanted in {
        canon(rule, spelled(edit.field, value)) for value in values
    }


def _emptied(machine: Machine) -> Iterator[str]:
    for _link, contact, person in _in_step(machine):
        for field, local in LOCAL.items():
            if field in machine.bent:
                continue
            by_hand = {
                (each.is_here, each.subject)
                for each in machine.edits
                if each.field == field and not each.value.strip()
            }
            had = [value for name, value in person.history if name == field and value]
            if (
                had
                and not person.values[field]
                and (False, person.remote_id) not in by_hand
            ):
                yield f"{field} of {person.name} was emptied there"
            before = PropertyChange.objects.filter(
                object_type="contact", record_id=contact.pk, name=local
            ).exclude(new=None)
            if (
                before.exists()
                and not getattr(contact, local)
                and (True, str(contact.pk)) not in by_hand
            ):
                yield f"{local} of {contact} was emptied here"
