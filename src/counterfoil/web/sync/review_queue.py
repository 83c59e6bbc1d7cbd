"""The questions that only a person can answer, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import object_types
from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.models import Review
from counterfoil.sync.pairs.values import told
from counterfoil.sync.ports import Pairing, RemoteField, pairings
from counterfoil.web import formats
from counterfoil.web.sync.naming import Called, names

BY: Mapping[str, Any] = {
    MatchKey.EMAIL: gettext_lazy("Same e-mail address"),
    MatchKey.NAME: gettext_lazy("Same name"),
    MatchKey.PHONE: gettext_lazy("Same phone number"),
    MatchKey.SKU: gettext_lazy("Same SKU"),
}
IN = "in"
REACHED = frozenset({FieldKind.EMAIL, FieldKind.PHONE})
WORDS = REACHED | {
    FieldKind.NAME,
    FieldKind.TEXT,
    FieldKind.LONG_TEXT,
    FieldKind.URL,
}
MOST = 6


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be it, with what speaks for them."""

    candidate_id: str
    title: str
    detail: str
    by: Sequence[str]
    called: Called


@dataclass(frozen=True)
class Question:
    """One open question with its candidates."""

    review: Review
    sentence: str
    detail: Sequence[tuple[str, str]]
    asked: Called
    candidates: Sequence[Candidate]
    new: str

    @property
    def is_in(self) -> bool:
        return self.review.side == IN


@dataclass(frozen=True)
class Queue:
    """The question at hand, and where it stands; ``next_id`` skips it."""

    question: Question | None
    position: int
    count: int
    next_id: int | None


def of(connection: Connection, *, at: str = "") -> Queue:
    """The first open question from ``at`` on; after the last one the first again."""
    rows = Review.objects.filter(connection=connection, answered_at=None)
    wanted = int(at[:18]) if at.isdecimal() else 0
    in_order = rows.order_by("id")
    review = in_order.filter(pk__gte=wanted).first() or in_order.first()
    if review is None:
        return Queue(None, 0, 0, None)
    place = rows.aggregate(
        count=Count("pk"),
        before=Count("pk", filter=Q(pk__lt=review.pk)),
        first=Min("pk"),
        following=Min("pk", filter=Q(pk__gt=review.pk)),
    )
    following = place["following"] or place["first"]
    return Queue(
        _question(connection, review),
        place["before"] + 1,
        place["count"],
        following if following != review.pk else None,
    )


def _question(connection: Connection, review: Review) -> Question:
    pairing = pairings.get(f"{connection.service}.{review.name}")
    is_in = review.side == IN
    ids = [str(each.get("id", "")) for each in review.candidates]
    records = [(review.object_type, int(x)) for x in ids if is_in and x.isdecimal()]
    if not is_in and review.record_id is not None:
        records.append((review.object_type, review.record_id))
    remotes = [(review.stream, review.remote_id)] if is_in else []
    remotes += [] if is_in else [(review.stream, x) for x in ids]
    called = names(connection, records, remotes)
    asked = (
        called.remote(review.stream, review.remote_id)
        if is_in
        else called.record(review.object_type, review.record_id or 0)
    )
    return Question(
        review,
        _sentence(review),
        _detail(connection, review, pairing) if is_in else (),
        asked,
        [
            _candidate(
                each,
                called.record(review.object_type, int(x))
                if is_in and x.isdecimal()
                else called.remote(review.stream, x),
            )
            for each, x in zip(review.candidates, ids, strict=True)
        ],
        _new(review),
    )


def _sentence(review: Review) -> str:
    noun = str(object_types[review.object_type].label[0]).lower()
    if review.side == IN:
        sentence = _("Which %(noun)s here is “%(title)s” of QuickBooks?")
    else:
        sentence = _("Which one in QuickBooks is the %(noun)s “%(title)s”?")
    return sentence % {"noun": noun, "title": review.title}


def _new(review: Review) -> str:
    noun = str(object_types[review.object_type].label[0]).lower()
    if review.side == IN:
        return _("None of them: make a new %(noun)s") % {"noun": noun}
    return _("None of them: create it in QuickBooks")


def _detail(
    connection: Connection, review: Review, pairing: Pairing | None
) -> list[tuple[str, str]]:
    """What is known of the object, so that it can be told from its namesakes."""
    row = mirror.get(connection, review.stream, review.remote_id)
    if row is None or pairing is None:
        return []
    telling = [each for each in pairing.fields if _tells_apart(each)]
    telling.sort(key=lambda each: each.kind not in REACHED)
    found = ((each, told(row.content, each.name)) for each in telling)
    return [
        (str(each.label), _shown(each, value, connection))
        for each, value in found
        if isinstance(value, str) and value.strip() not in {"", review.title}
    ][:MOST]


def _tells_apart(field: RemoteField) -> bool:
    """Names, ways to reach somebody, and prices; not what many have alike."""
    return field.kind in WORDS or (field.kind is FieldKind.MONEY and field.writable)


def _shown(field: RemoteField, value: str, connection: Connection) -> str:
    is_price = field.kind is FieldKind.MONEY
    return formats.price(value, connection.home_currency) if is_price else value


def _candidate(each: Mapping[str, Any], called: Called) -> Candidate:
    by = each.get("by") or ()
    keys = [by] if isinstance(by, str) else list(by)
    return Candidate(
        str(each.get("id", "")),
        str(each.get("title") or called.title),
        str(each.get("detail") or ""),
        [str(BY.get(key, key)) for key in keys],
        called,
    )
