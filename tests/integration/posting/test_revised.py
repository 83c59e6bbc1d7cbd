"""A document that is changed here before the books have answered."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

import pytest
from integration.posting.conftest import ADA, Office
from support.books import Fault

from counterfoil.core.errors import Invalid
from counterfoil.posting import post, settling
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State


def test_a_corrected_document_has_a_new_request_id_and_the_same_marker(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.REFUSED])
    intent = office.invoice()
    office.finish(intent)
    first = (intent.request_id, intent.marker)
    corrected = {**intent.document, "expected_total": "99.00"}
    post.revise(intent=intent, document=corrected, now=office.now)
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert intent.generation == 1
    assert intent.request_id != first[0]
    assert intent.marker == first[1]
    [document] = office.shelf.existing()
    assert document.expectation.total == Decimal("99.00")


def test_a_change_while_it_is_unclear_waits_and_is_reported(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    intent = office.invoice()
    office.run()
    changed = {**intent.document, "expected_total": "99.00"}
    post.revise(intent=intent, document=changed, now=office.now)
    office.finish(intent)
    [document] = office.shelf.existing()
    assert document.expectation.total == Decimal("120.00")
    [event] = office.events("document_confirmed")
    assert event.payload["is_revision_pending"] is True
    [told] = office.events("document_diverged")
    assert told.payload["fields"] == ["expected_total"]
    assert "has N100 as it was before" in str(told.payload["message"])
    assert intent.state == State.CONFIRMED

    settling.settle(intent=intent, actor=ADA, now=office.now)
    intent.refresh_from_db()
    assert intent.revision is None
    [settled] = office.events("document_settled")
    assert settled.payload["settled_by"] == "Ada"
    with pytest.raises(Invalid, match="waits for a decision"):
        settling.settle(intent=intent, actor=ADA, now=office.now)


def test_a_change_that_changes_nothing_is_not_reported(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    intent = office.invoice()
    office.run()
    same = {**intent.document, "message": ""}
    post.revise(intent=intent, document=same, now=office.now)
    office.finish(intent)
    [event] = office.events("document_confirmed")
    assert event.payload["is_revision_pending"] is False
    assert not office.events("document_diverged")


def test_a_change_while_it_is_unclear_is_used_when_it_was_refused(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.DROP_BEFORE, Fault.REFUSED])
    intent = office.invoice()
    office.run()
    changed = {**intent.document, "expected_total": "99.00"}
    post.revise(intent=intent, document=changed, now=office.now)
    office.finish(intent)
    [document] = office.shelf.existing()
    assert document.expectation.total == Decimal("99.00")
    assert office.events("document_rejected") == []


def test_a_change_while_the_answer_is_on_its_way_is_reported(office: Office) -> None:
    intent = office.invoice()
    _revise_on_its_way(office, intent)
    office.finish(intent)
    [event] = office.events("document_confirmed")
    assert event.payload["is_revision_pending"] is True
    [told] = office.events("document_diverged")
    assert told.payload["fields"] == ["expected_total"]


def test_a_change_while_the_refusal_is_on_its_way_is_used_at_once(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.REFUSED])
    intent = office.invoice()
    _revise_on_its_way(office, intent)
    office.finish(intent)
    [document] = office.shelf.existing()
    assert document.expectation.total == Decimal("99.00")
    assert office.events("document_rejected") == []


def test_what_is_created_again_is_what_was_asked_for_last(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_BEFORE] * 20)
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.ESCALATED
    changed = {**intent.document, "expected_total": "99.00"}
    post.revise(intent=intent, document=changed, now=office.now)
    office.shelf.faults.clear()
    post.retry(intent=intent, actor=ADA, now=office.now, create_again="Not there.")
    office.finish(intent)
    [document] = office.shelf.existing()
    assert document.expectation.total == Decimal("99.00")
    assert intent.revision is None


def _revise_on_its_way(office: Office, intent: Intent) -> None:
    """A person changes it after the request has left and before its answer."""
    changed = {**intent.document, "expected_total": "99.00"}

    def revise() -> None:
        office.shelf.on_create = None
        post.revise(intent=intent, document=changed, now=office.now)

    office.shelf.on_create = revise
