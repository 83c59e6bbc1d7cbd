"""Which object there a record could be: the mirror's rows under the same keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Func, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Right, Upper

from counterfoil.connections.models import Link, RemoteObject
from counterfoil.crm.models import Record
from counterfoil.crm.property_types.text import upper
from counterfoil.sync.engine.match import (
    SIGNIFICANT_DIGITS,
    Candidate,
    MatchKey,
    normalised,
)
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.pairs import values
from counterfoil.sync.pairs.candidates import TITLE, Candidates
from counterfoil.sync.pairs.ground import Ground

Rows = QuerySet[RemoteObject]


@dataclass
class Pool(Candidates):
    """The objects that records could be, by remote id."""

    rows: dict[str, RemoteObject] = field(default_factory=dict)


def keys_of(ground: Ground, record: Record) -> dict[MatchKey, str]:
    """A record's keys in the form in which they are compared."""
    return {
        key: normalised(key, value_of(record, local))
        for key, (local, _remote) in _keys(ground).items()
    }


def value_of(record: Record, name: str) -> object:
    return record.title if name == TITLE else getattr(record, name)


def pool(
    ground: Ground, records: Collection[Record], *, ending: Collection[int] = ()
) -> Pool:
    """The active objects that could be one of ``records``.

    Links that are ``ending`` keep no object from being another record.
    """
    keys = _keys(ground)
    found = Pool(tuple(keys))
    for key, (local, _remote) in keys.items():
        texts = {str(value_of(record, local) or "") for record in records}
        for row in _rows(ground, key, texts):
            if ground.pairing.covers(row.content, ground.others) is Reason.NONE:
                found.rows[row.remote_id] = row
    taken = linked_ids(ground, found.rows, ending)
    for row in found.rows.values():
        candidate = _candidate(ground, row, taken=row.remote_id in taken)
        for key, form in candidate.keys.items():
            if form:
                found.by_key[key, form].append(candidate)
    return found


def linked_ids(
    ground: Ground, remote_ids: Iterable[str], ending: Collection[int] = ()
) -> set[str]:
    """Which of these objects are another record of the noun already."""
    links = Link.objects.filter(
        connection=ground.connection,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
        remote_id__in=list(remote_ids),
    )
    if ending:
        links = links.exclude(pk__in=ending)
    return set(links.values_list("remote_id", flat=True))


def _keys(ground: Ground) -> dict[MatchKey, tuple[str, str]]:
    known = ground.pairing.match_keys
    return {key: known[key] for key in ground.settings.match_by if key in known}


def _candidate(ground: Ground, row: RemoteObject, *, taken: bool) -> Candidate:
    forms = {
        key: normalised(key, values.told(row.content, remote))
        for key, (_local, remote) in _keys(ground).items()
    }
    return Candidate(row.remote_id, ground.pairing.title(row.content), forms, taken)


def _rows(ground: Ground, key: MatchKey, texts: Collection[str]) -> Rows:
    """Asks for more rather than less: what is found is compared in full afterwards."""
    rows = RemoteObject.objects.filter(
        connection=ground.connection, stream=ground.pairing.stream, active=True
    )
    wanted = {text for text in texts if text.strip()}
    return _QUERIES[key](rows, wanted).order_by("id") if wanted else rows.none()


def uppers(texts: Iterable[str]) -> list[str]:
    """The forms under which the database finds a text in any case."""
    forms = {upper(text.strip()) for text in texts}
    return sorted(forms | {upper(" ".join(text.split())) for text in texts})


def _by_email(rows: Rows, texts: Collection[str]) -> Rows:
    return rows.filter(email__in=sorted({text.strip().lower() for text in texts}))


def _by_name(rows: Rows, texts: Collection[str]) -> Rows:
    return rows.alias(form=Upper("name")).filter(form__in=uppers(texts))


def _by_sku(rows: Rows, texts: Collection[str]) -> Rows:
    form: Any = Upper(KeyTextTransform("sku", "content"))
    return rows.alias(form=form).filter(form__in=uppers(texts))


def _by_phone(rows: Rows, texts: Collection[str]) -> Rows:
    plain = Func(
        KeyTextTransform("phone", F("content")),
        Value("[^0-9]"),
        Value(""),
        Value("g"),
        function="regexp_replace",
    )
    forms = {normalised(MatchKey.PHONE, text) for text in texts} - {""}
    ends = Right(plain, SIGNIFICANT_DIGITS)
    return rows.alias(form=ends).filter(form__in=sorted(forms))


_QUERIES: Mapping[MatchKey, Callable[[Rows, Collection[str]], Rows]] = {
    MatchKey.EMAIL: _by_email,
    MatchKey.NAME: _by_name,
    MatchKey.PHONE: _by_phone,
    MatchKey.SKU: _by_sku,
}
