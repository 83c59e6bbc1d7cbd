"""Who could be an object: records under the same key, found in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F
from django.db.models.functions import Upper

from counterfoil.connections.models import Link, RemoteObject
from counterfoil.crm.models import Record
from counterfoil.crm.models.people import digits_of
from counterfoil.crm.property_types.text import upper
from counterfoil.sync.among import among
from counterfoil.sync.engine.canon import first_address
from counterfoil.sync.engine.match import (
    NOBODY,
    Candidate,
    Match,
    MatchKey,
    match,
    normalised,
)
from counterfoil.sync.pairs import values
from counterfoil.sync.pairs.ground import Ground

TITLE = "title"


@dataclass
class Candidates:
    """Candidates by key, so that each one is compared with its own only."""

    order: Sequence[MatchKey] = ()
    by_key: dict[tuple[MatchKey, str], list[Candidate]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def match(self, keys: Mapping[MatchKey, str]) -> Match:
        """Whom these keys find."""
        found: dict[str, Candidate] = {}
        for key in self.order:
            for each in self.by_key.get((key, keys.get(key, "")), ()):
                found[each.candidate_id] = each
        if not found:
            return NOBODY
        return match(keys, list(found.values()), order=self.order)


@dataclass
class Pool(Candidates):
    """The records that objects could be."""

    records: dict[int, Record] = field(default_factory=dict)

    def record(self, candidate: Candidate) -> Record:
        return self.records[int(candidate.candidate_id)]


def keys_of(ground: Ground, row: RemoteObject) -> dict[MatchKey, str]:
    """An object's keys in the form in which they are compared."""
    return {
        key: normalised(key, values.told(row.content, remote))
        for key, (_local, remote) in _keys(ground).items()
    }


def pool(
    ground: Ground, rows: Sequence[RemoteObject], *, ending: Collection[int] = ()
) -> Pool:
    """The records that could be one of ``rows``; archived ones are nobody.

    Links that are ``ending`` keep no record from being another object.
    """
    keys = _keys(ground)
    found = Pool(tuple(keys))
    for record in _records(ground, rows):
        found.records[record.pk] = record
    taken = _taken(ground, found.records, ending)
    for pk, record in sorted(found.records.items()):
        held = {
            key: normalised(key, _value(record, local))
            for key, (local, _remote) in keys.items()
        }
        candidate = Candidate(str(pk), str(record), held, taken=pk in taken)
        for key, form in held.items():
            if form:
                found.by_key[key, form].append(candidate)
    return found


def _records(ground: Ground, rows: Sequence[RemoteObject]) -> Iterable[Record]:
    """One query per key: each has an index of its own.

    With "+ 0" no other index serves: all that the workspace has would be read for every
    page, as long as the database knows nothing of its tables.
    """
    everybody = ground.model._default_manager.alias(place=F("workspace_id") + 0)
    records = everybody.filter(place=ground.workspace.pk, archived_at=None)
    for key, (local, remote) in _keys(ground).items():
        texts = {str(values.told(row.content, remote) or "") for row in rows}
        if wanted := _forms(key, texts):
            form = digits_of(local) if key is MatchKey.PHONE else Upper(local)
            # Only known values are in the indexes.
            some = records.alias(form=form).filter(**{f"{local}__gt": ""})
            yield from some.filter(among("form", wanted))


def _keys(ground: Ground) -> dict[MatchKey, tuple[str, str]]:
    """The keys that are chosen, in their order, with the property and the field."""
    known = ground.pairing.match_keys
    return {key: known[key] for key in ground.settings.match_by if key in known}


def _forms(key: MatchKey, texts: Iterable[str]) -> list[str]:
    """Asks for more rather than less: what is found is compared in full afterwards."""
    forms: set[str] = set()
    for text in texts:
        if key is MatchKey.PHONE:
            forms.add(normalised(key, text))
        elif key is MatchKey.EMAIL:
            forms.add(upper(first_address(text)))
        else:
            forms |= {upper(text.strip()), upper(" ".join(text.split()))}
    return sorted(forms - {""})


def _value(record: Record, name: str) -> object:
    return record.title if name == TITLE else getattr(record, name)


def _taken(
    ground: Ground, record_ids: Iterable[int], ending: Collection[int]
) -> set[int]:
    """Who is another object of the stream already."""
    ids = list(record_ids)
    if not ids:
        return set()
    links = Link.objects.filter(
        among("record_id", ids),
        connection=ground.connection,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
    )
    if ending:
        links = links.exclude(pk__in=ending)
    return set(links.values_list("record_id", flat=True))
