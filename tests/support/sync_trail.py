"""Says what sync did on the way that it should not have, though it came out well.

Looks at what was written on either side, in its order: at the history of the records
here, and at that of the people there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from counterfoil.crm.models import PropertyChange
from counterfoil.sync.engine.canon import canon
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.models import Conflict
from support.sync_machine import Machine, Pair
from support.twin import spelled

SPAN = timedelta(minutes=10)
# The fifth write in that time is the last; who dies before it is counted writes again.
MOST_WRITES = 8
Key = tuple[str, int, str]  # the company, the record and the property
# A field of a pair, and what was written into it here.
Plain = tuple[Pair, Rule, Sequence[PropertyChange]]


def troubles(machine: Machine, pairs: Sequence[Pair]) -> list[str]:
    """Sentences about what went wrong on the way."""
    written = _written_here(pairs)
    found = [
        (pair, rule, written[_key(pair, rule)]) for pair, rule in _plain(machine, pairs)
    ]
    return [
        *_put_back(found),
        *_respelled(machine, found),
        *_too_often(machine, found),
    ]


def _plain(machine: Machine, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, Rule]]:
    """The fields of pairs that were no others before, mapped both ways all along."""
    survivors = {
        (side.account, each.merged_into)
        for side in machine.sides
        for each in side.twin.people.values()
    }
    parted = machine.parted | survivors
    for side, link, contact, person in pairs:
        if {(side.account, person.remote_id), ("", str(contact.pk))} & parted:
            continue
        for rule in side.settings.rules:
            if rule.remote not in machine.bent:
                yield (side, link, contact, person), rule


def _written_here(pairs: Sequence[Pair]) -> Mapping[Key, list[PropertyChange]]:
    """What each company's news changed here, by record and property, in its order."""
    rows = PropertyChange.objects.filter(
        object_type="contact",
        record_id__in={contact.pk for _side, _link, contact, _person in pairs},
        origin_kind="connection",
    )
    found: defaultdict[Key, list[PropertyChange]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.origin_id, row.record_id, row.name].append(row)
    return found


def _key(pair: Pair, rule: Rule) -> Key:
    side, _link, contact, _person = pair
    return str(side.connection.pk), contact.pk, rule.local


def _put_back(found: Sequence[Plain]) -> Iterator[str]:
    """What was read earlier and comes in later is not put over what is newer."""
    for pair, rule, rows in found:
        _side, link, _contact, person = pair
        held = [
            canon(rule, value) for name, value in person.history if name == rule.remote
        ]
        left = held
        for row in rows:
            form = canon(rule, row.new)
            if form in left:
                left = left[left.index(form) :]
            elif form in held:
                yield f"{row.new!r} of {link} was put back here, and was older: {held}"


def _respelled(machine: Machine, found: Sequence[Plain]) -> Iterator[str]:
    """What the service made of our own word is no edit of anybody."""
    for pair, rule, rows in found:
        side, link, contact, person = pair
        field, subject = rule.remote, str(contact.pk)
        typed = [
            each.value
            for each in machine.edits
            if (each.side, each.subject, each.field) == ("", subject, field)
        ]
        there = [
            each
            for each in machine.edits
            if (each.side, each.subject, each.field)
            == (side.account, person.remote_id, field)
        ]
        kept = Conflict.objects.filter(
            object_type="contact", record_id=contact.pk, local_field=rule.local
        )
        if there or not typed or not rows or len(machine.sides) > 1 or kept.exists():
            continue
        for row in rows:
            ours = {canon(rule, spelled(field, value)) for value in typed}
            if canon(rule, row.new) in ours and row.old:
                yield f"{row.old!r} of {link} became {row.new!r}, and nobody wrote that"


def _too_often(machine: Machine, found: Sequence[Plain]) -> Iterator[str]:
    """Two that write over one another without end are stopped."""
    if machine.met["let_go"]:
        return
    for pair, rule, rows in found:
        side, link, _contact, person = pair
        moments = [row.at for row in rows]
        moments += side.twin.wrote[person.remote_id, rule.remote]
        most = max((_within(moments, each) for each in moments), default=0)
        if most > MOST_WRITES:
            yield f"{rule.local} of {link} was written {most} times in ten minutes"


def _within(moments: Sequence[datetime], first: datetime) -> int:
    return sum(first <= each < first + SPAN for each in moments)
