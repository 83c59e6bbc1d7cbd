"""A document that meets somebody's edit of what it names: refused, and asked anew."""

from __future__ import annotations

from itertools import count

import pytest
from integration.posting.conftest import ADA, Office

from counterfoil.core.errors import Rejected, Unclear
from counterfoil.posting import outcomes, post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

EDITED = "Somebody was changing the same thing."


def meet(office: Office, *, times: int) -> None:
    """Refuse by the request id, as books do that keep their answers."""
    refused: set[str] = set()

    def create() -> None:
        request_id = office.shelf.sent[-1][0]
        if request_id in refused or len(refused) < times:
            refused.add(request_id)
            raise Rejected(EDITED, code=outcomes.CONFLICT, correlation_id="1-tid")

    office.shelf.on_create = create


def ids(office: Office) -> list[str]:
    return [request_id for request_id, _payload in office.shelf.sent]


def test_it_is_sent_anew_under_an_id_of_its_own_and_exists_once(office: Office) -> None:
    meet(office, times=2)
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert len(ids(office)) == len(set(ids(office))) == 3
    assert len(office.shelf.existing()) == 1
    assert not office.events("document_rejected")


def test_a_little_later_and_with_the_reason_until_then(office: Office) -> None:
    meet(office, times=1)
    intent = office.invoice()
    office.run()
    intent.refresh_from_db()
    assert (intent.state, intent.message) == (State.INTENDED, EDITED)
    assert intent.next_at is not None
    assert intent.next_at > office.now


def test_what_never_ends_is_told_as_refused_and_may_be_tried_by_a_person(
    office: Office,
) -> None:
    meet(office, times=outcomes.MOST_CONFLICTS)
    intent = office.invoice()
    office.finish(intent)
    assert (intent.state, intent.message) == (State.REJECTED, EDITED)
    assert len(set(ids(office))) == outcomes.MOST_CONFLICTS
    [told] = office.events("document_rejected")
    assert told.payload["code"] == outcomes.CONFLICT
    post.retry(intent=intent, actor=ADA, now=office.now)
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert len(office.shelf.existing()) == 1


@pytest.mark.parametrize("fate", ["made", "lost"])
def test_after_an_unclear_attempt_it_is_looked_up_before_it_is_sent_anew(
    office: Office, fate: str
) -> None:
    calls = count(1)

    def create() -> None:
        request_id, payload = office.shelf.sent[-1]
        turn = next(calls)
        if turn == 1 and fate == "made":
            office.shelf.accept("invoice", payload, request_id, office.shelf.now)
        if turn == 1:
            raise Unclear("no answer in time")
        if turn == 2:
            raise Rejected(EDITED, code=outcomes.CONFLICT)

    office.shelf.on_create = create
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert len(office.shelf.existing()) == 1
    assert Intent.objects.count() == 1
