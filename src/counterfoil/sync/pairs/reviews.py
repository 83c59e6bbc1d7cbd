"""A person answers which two are one: this one, a new one, or leave it alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.core.errors import Invalid
from counterfoil.events.origin import Actor
from counterfoil.sync import marking, turns
from counterfoil.sync.models import Review
from counterfoil.sync.pairs import linking
from counterfoil.sync.ports import pairings


@transaction.atomic
def answer(
    review: Review, answer: Mapping[str, Any], *, by: Actor, now: datetime
) -> Review:
    """Carry out ``{"id": …}``, ``{"new": true}`` or ``{"ignore": true}``.

    What is new here is made at once, what is new there is on its way. An answer that was
    to leave it alone can be changed later; one that linked two is undone by unlinking.
    """
    turns.take(review.connection, [review.stream])
    held = Review.objects.select_for_update().filter(pk=review.pk).first()
    is_settled = held is not None and held.answered_at is not None
    if held is None or (is_settled and not held.answer.get("ignore")):
        raise _wrong(_("This question has been answered already."))
    held.answer = _read(held, answer)
    held.answered_at, held.answered_by = now, by.label[:200]
    held.save(update_fields=["answer", "answered_at", "answered_by"])
    _carry_out(held, by, now)
    return held


def _read(review: Review, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer, if it is one of those that can be given."""
    if answer.get("ignore"):
        return {"ignore": True}
    if answer.get("new"):
        return {"new": True}
    chosen = str(answer.get("id") or "")
    if review.side == "in" and not (chosen.isascii() and chosen.isdecimal()):
        raise _wrong(_("Choose one from the list."))
    if not chosen:
        raise _wrong(_("Choose one from the list."))
    return {"id": int(chosen) if review.side == "in" else chosen}


def _carry_out(review: Review, by: Actor, now: datetime) -> None:
    connection = review.connection
    pairing = pairings[f"{connection.service}.{review.name}"]
    chosen = review.answer.get("id")
    if chosen is not None:
        is_in = review.side == "in"
        linking.link(
            connection,
            pairing,
            remote_id=review.remote_id if is_in else str(chosen),
            record_id=int(chosen) if is_in else int(review.record_id or 0),
            by=by,
            now=now,
        )
    elif review.side == "out":
        if review.answer.get("new") and review.record_id is not None:
            marking.mark(connection, review.name, [review.record_id], now=now)
    elif review.answer.get("new"):
        row = mirror.get(connection, review.stream, review.remote_id)
        if row is not None:
            linking.follow(connection, pairing, row, now=now)


def _wrong(sentence: str) -> Invalid:
    return Invalid({"": [sentence]})
