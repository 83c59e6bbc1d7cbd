"""Says what is not as promised after a ``Machine`` has come to rest.

Knows nothing of how sync works: it looks at both sides, at what people typed, and at
what was kept for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import Q

from counterfoil.connections.models import Link, LinkState
from counterfoil.crm.models import Contact, PropertyChange
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.sync.engine.canon import canon
from counterfoil.sync.engine.decide import may_be_emptied
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.models import (
    Conflict,
    Issue,
    Outgoing,
    Quarantine,
    Review,
    RunChange,
)
from support.sync_machine import Edit, Machine, Pair, Side
from support.sync_trail import troubles
from support.twin import Person, spelled

# Nobody knows yet whether it was made; its page says that it is being looked for.
UNDER_WAY = [State.INTENDED, State.SENDING, State.UNKNOWN]


def problems(machine: Machine) -> list[str]:
    """Sentences about everything that is wrong; none is what we want."""
    pairs = list(machine.in_step())
    return [
        *_disagreeing(pairs),
        *_gone(machine),
        *_put_away(machine),
        *_unlinked(machine),
        *_doubled(machine),
        *_lost(machine, pairs),
        *_emptied(machine, pairs),
        *_idle(machine),
        *_imagined(machine),
        *troubles(machine, pairs),
    ]


def _rules(side: Side) -> dict[str, Rule]:
    return {rule.remote: rule for rule in side.settings.rules}


def _is_asked(link: Link, local: str) -> bool:
    """Somebody can see that the two differ, and decides."""
    held = Conflict.objects.filter(link=link, local_field=local, resolved_at=None)
    if held.exists():
        return True
    return Quarantine.objects.filter(link=link, field=local).exists()


def _disagreeing(pairs: Sequence[Pair]) -> Iterator[str]:
    for side, link, contact, person in pairs:
        for field, rule in _rules(side).items():
            here, there = getattr(contact, rule.local), person.values[field]
            if not here or not there:
                if may_be_emptied(rule) or here == there:
                    continue
                yield from _unfilled(side, link, rule, here, there)
            elif not (_agree(rule, here, there) or _is_asked(link, rule.local)):
                yield f"{rule.local} of {link}: {here!r} here, {there!r} there"


def _unfilled(
    side: Side, link: Link, rule: Rule, here: str, there: str
) -> Iterator[str]:
    """Emptiness stays where somebody emptied it; where nobody did, it is filled."""
    base = link.base_local if there else link.base_remote
    name = rule.local if there else rule.remote
    travels = rule.comes_in if there else rule.goes_out
    if travels and name not in base and not _is_asked(link, rule.local):
        yield f"{rule.local} of {link}: {here!r} here, {there!r} there, never filled"


def _agree(rule: Rule, here: str, there: str) -> bool:
    return canon(rule, spelled(rule.remote, here)) == canon(rule, there)


def _gone(machine: Machine) -> Iterator[str]:
    """Whoever was merged there, and of whom that was told, is nobody any more."""
    for side, link in machine.links():
        person = side.twin.people[link.remote_id]
        was_told = (side.account, link.remote_id) in machine.told
        if person.merged_into and was_told and not _is_left_alone(side, link, person):
            yield f"{link} is of somebody who was merged into {person.merged_into}"


def _is_left_alone(side: Side, link: Link, person: Person) -> bool:
    """Somebody said so, of the pair or of who is left in the end."""
    met = [link.remote_id]
    while person.merged_into:
        met.append(person.merged_into)
        person = side.twin.people[person.merged_into]
    left = Link.objects.filter(connection=side.connection, remote_id__in=met)
    return left.filter(state=LinkState.IGNORED).exists()


def _put_away(machine: Machine) -> Iterator[str]:
    """Whose object came back, comes back."""
    if len(machine.sides) > 1:
        return  # another company may have put it away
    for side, link in machine.links():
        person = side.twin.people[link.remote_id]
        contact = Contact.objects.get(pk=link.record_id)
        by_hand = {str(contact.pk), f"{side.account}/{person.remote_id}"}
        if contact.archived_at is None or by_hand & machine.switched:
            continue
        if person.active and not person.merged_into and link.state == "ok":
            yield f"{link} is put away here though its object is there"


def _unlinked(machine: Machine) -> Iterator[str]:
    for side in machine.sides:
        yield from _unlinked_there(machine, side)
        yield from _unlinked_here(machine, side)


def _unlinked_there(machine: Machine, side: Side) -> Iterator[str]:
    if side.account in machine.unlinking:
        return  # whoever is put away here is nobody's there, as was chosen
    mine = Link.objects.filter(connection=side.connection)
    linked = set(mine.values_list("remote_id", flat=True))
    reviews = Review.objects.filter(connection=side.connection)
    told = set(reviews.values_list("remote_id", flat=True))
    issues = Issue.objects.filter(connection=side.connection)
    told |= set(issues.values_list("remote_id", flat=True))
    told |= {key for account, key in machine.parted if account == side.account}
    for person in side.twin.living():
        is_out = _is_filtered(side, person.values["family_name"])
        if person.active and person.remote_id not in linked | told and not is_out:
            yield f"{person.name} ({person.remote_id}) is nobody here, and nobody is told"


def _is_filtered(side: Side, family_name: str) -> bool:
    return any(value == family_name.strip() for _n, _o, value in side.settings.filters)


def _unlinked_here(machine: Machine, side: Side) -> Iterator[str]:
    links = Link.objects.filter(connection=side.connection)
    known: set[int | None] = set(links.values_list("record_id", flat=True))
    reviews = Review.objects.filter(connection=side.connection)
    known |= set(reviews.values_list("record_id", flat=True))
    issues = Issue.objects.filter(connection=side.connection)
    known |= set(issues.values_list("record_id", flat=True))
    known |= {int(key) for account, key in machine.parted if not account}
    for contact in machine.contacts():
        if contact.pk in known or _was_linked(side, contact):
            continue
        if not (contact.first_name or contact.last_name or contact.email):
            continue  # it cannot be called anything there, and its page says so
        if not _is_filtered(side, contact.last_name):
            yield f"{contact} ({contact.pk}) is nobody there, and nobody is told"


def _was_linked(side: Side, contact: Contact) -> bool:
    """Its person is gone: it stays here, as the settings say. Or it is on its way."""
    history = PropertyChange.objects.filter(
        object_type="contact",
        record_id=contact.pk,
        origin_kind="connection",
        origin_id=str(side.connection.pk),
    )
    asked = Intent.objects.filter(
        connection=side.connection, object_type="contact", record_id=contact.pk
    )
    is_under_way = asked.filter(state__in=UNDER_WAY)
    return (
        history.exists()
        or is_under_way.exists()
        or asked.exclude(remote_id="").exists()
    )


def _doubled(machine: Machine) -> Iterator[str]:
    for side in machine.sides:
        people = side.twin.people.values()
        markers = Counter(each.marker for each in people if each.marker)
        for marker, count in markers.items():
            if count > 1:
                yield f"{marker} was created {count} times"


def _lost(machine: Machine, pairs: Sequence[Pair]) -> Iterator[str]:
    """Of each edit that nobody typed over, on the same side."""
    last = {(each.side, each.subject, each.field): each for each in machine.edits}
    for pair in pairs:
        side, link, contact, person = pair
        subjects = {("", str(contact.pk)), (side.account, person.remote_id)}
        for (where, subject, field), edit in last.items():
            if (where, subject) not in subjects or field in machine.bent:
                continue
            if edit.value.strip() and not _survives(machine, edit, pair):
                yield f"lost: {edit} of {link}"


def _survives(machine: Machine, edit: Edit, pair: Pair) -> bool:
    """It stands on the other side, stood there once, or is kept for somebody to see.

    What was typed here may have stood at one company and have been typed over there
    before another company knew the person at all; or with somebody of whom the record
    is no longer one, after a merge or a click.
    """
    side, _link, contact, _person = pair
    rule = _rules(side)[edit.field]
    wanted = canon(rule, spelled(edit.field, edit.value))
    # Whichever company's value it gave way to, linked still or not.
    mine = Q(object_type="contact", record_id=contact.pk)
    if edit.side:  # or whoever it was there
        mine |= Q(connection=side.connection, remote_id=edit.subject)
    kept = Conflict.objects.filter(mine, local_field=rule.local)
    values = [value for row in kept for value in (row.local_value, row.remote_value)]
    # What met its likeness in a run is among the run's changes, to be undone.
    changes = RunChange.objects.filter(object_type="contact", record_id=contact.pk)
    values += [row.before.get(rule.local) for row in changes]
    if edit.side:
        known = {pk for pk, met in machine.linked.items() if edit.there in met}
        for each in Contact.objects.filter(pk__in={contact.pk, *known}):
            values += _history(each, rule.local)
    else:
        values += [
            value
            for each in machine.sides
            for person in each.twin.people.values()
            if (each.account, person.remote_id) in machine.linked[contact.pk]
            for name, value in person.history
            if name == edit.field
        ]
    held = Quarantine.objects.filter(
        link__record_id=contact.pk, field=rule.local
    ).exists()
    return held or wanted in {
        canon(rule, spelled(edit.field, value)) for value in values
    }


def _history(contact: Contact, local: str) -> list[object]:
    history = PropertyChange.objects.filter(
        object_type="contact", record_id=contact.pk, name=local
    )
    return [getattr(contact, local), *history.values_list("new", flat=True)]


def _emptied(machine: Machine, pairs: Sequence[Pair]) -> Iterator[str]:
    for side, _link, contact, person in pairs:
        for field, rule in _rules(side).items():
            if field in machine.bent:
                continue
            by_hand = {
                (each.side, each.subject)
                for each in machine.edits
                if each.field == field and not each.value.strip()
            }
            had = any(value for name, value in person.history if name == field)
            is_emptied = had and not person.values[field]
            if is_emptied and (side.account, person.remote_id) not in by_hand:
                yield f"{field} of {person.name} was emptied there"
            was_known = any(_history(contact, rule.local)[1:])
            is_emptied = was_known and not getattr(contact, rule.local)
            if is_emptied and ("", str(contact.pk)) not in by_hand:
                yield f"{rule.local} of {contact} was emptied here"


def _idle(machine: Machine) -> Iterator[str]:
    """Nothing is written that is there already, but for a spelling somebody typed."""
    if not machine.is_calm:
        return  # whose answer was lost may write again
    typed = Counter(
        (each.field, spelled(each.field, each.value))
        for each in machine.edits
        if not each.side
    )
    for side in machine.sides:
        for (remote_id, field, value), count in Counter(side.twin.idle).items():
            if count > typed[field, value] and field not in machine.bent:
                yield (
                    f"{value!r} was written {count} times to {field} of {remote_id},"
                    " which held it already"
                )


def _imagined(machine: Machine) -> Iterator[str]:
    """No conflict without an edit on each side."""
    for side, link in machine.links():
        for row in Conflict.objects.filter(link=link):
            field, met = row.remote_field, link.reason != "created"
            if met or field in machine.bent or len(machine.sides) > 1:
                continue
            here = list(_typed(machine, "", link.record_id, field))
            there = list(_typed(machine, side.account, link.remote_id, field))
            if machine.is_calm and not (here and there):
                yield f"nobody edited {field} of {link} on both sides: {row.pk}"


def _typed(machine: Machine, side: str, subject: object, field: str) -> Iterator[Edit]:
    for each in machine.edits:
        if (each.side, each.subject, each.field) == (side, str(subject), field):
            yield each


def waiting() -> list[str]:
    """What still waits to be written though everything is at rest."""
    rows = Outgoing.objects.filter(held=False, attempts=0)
    return [f"{row.object_type} {row.record_id} still waits" for row in rows]
