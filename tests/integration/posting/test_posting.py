"""Documents are created exactly once, whatever the books and our own machines do."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from decimal import Decimal

import pytest
from integration.posting.conftest import ADA, Office
from support.books import Fault, Requests

from counterfoil.connections.models import Link
from counterfoil.core.errors import Retryable
from counterfoil.posting import post
from counterfoil.posting.models import AttemptOutcome, Gate, Intent
from counterfoil.posting.state import State

UNSAFE = [
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.LATE,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.TRUNCATED,
    Fault.WRONG_ENTITY,
    Fault.GARBAGE,
]
SAFE = [Fault.THROTTLED, Fault.NO_ROUTE, Fault.REVOKED]


def test_an_invoice_is_created_linked_and_told(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)

    assert intent.state == State.CONFIRMED
    assert (intent.remote_id, intent.number) == ("100", "N100")
    assert intent.total == Decimal("120.00")
    link = Link.objects.get(connection=office.connection)
    assert (link.stream, link.remote_id) == ("invoices", "100")
    assert (link.object_type, link.record_id) == ("invoice", intent.record_id)
    [event] = office.events("document_confirmed")
    assert (event.object_type, event.record_id) == ("invoice", intent.record_id)
    assert event.payload["document"] == {"number": "N100"}
    assert event.payload["intent"] == str(intent.pk)


def test_the_marker_and_the_request_id_go_out_with_it(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    [(request_id, payload)] = office.shelf.sent
    assert request_id == intent.request_id
    assert intent.marker in payload.decode()
    assert bytes(intent.payload or b"") == payload


def test_the_same_business_key_is_the_same_intent(office: Office) -> None:
    first = office.invoice("deal 7")
    second = office.invoice("deal 7", document={"expected_total": "999.00"})
    assert first.pk == second.pk
    assert second.document["expected_total"] == "120.00"
    office.finish(first)
    assert office.invoice("deal 7").pk == first.pk
    office.finish(first)
    assert len(office.shelf.existing()) == 1


@pytest.mark.parametrize("requests", Requests)
@pytest.mark.parametrize("fault", UNSAFE)
def test_an_unclear_answer_ends_in_one_document(
    office: Office, fault: Fault, requests: Requests
) -> None:
    office.shelf.requests = requests
    office.shelf.faults = deque([fault])
    intent = office.invoice()
    office.run()
    intent.refresh_from_db()
    assert intent.state == State.UNKNOWN
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    [document] = office.shelf.existing()
    assert intent.remote_id == document.remote_id


@pytest.mark.parametrize("requests", Requests)
@pytest.mark.parametrize("kind", ["customer", "item"])
@pytest.mark.parametrize("fault", UNSAFE)
def test_a_name_is_created_once_too(
    office: Office, kind: str, fault: Fault, requests: Requests
) -> None:
    office.shelf.requests = requests
    office.shelf.faults = deque([fault])
    intent = office.named(kind, "Harbour Bakery")
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    [document] = office.shelf.existing()
    assert intent.remote_id == document.remote_id


@pytest.mark.parametrize("requests", Requests)
def test_reads_that_lag_and_late_commits_within_the_settle_wait_do_no_harm(
    office: Office, requests: Requests
) -> None:
    office.shelf.requests = requests
    office.shelf.read_lag = timedelta(seconds=55)
    office.shelf.faults = deque([Fault.LATE, Fault.DROP_AFTER, Fault.LATE])
    intents = [office.invoice() for _ in range(3)]
    office.finish(*intents)
    assert {intent.state for intent in intents} == {State.CONFIRMED}
    assert len(office.shelf.existing()) == 3


def test_what_was_lost_before_it_arrived_is_resent_byte_for_byte(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.DROP_BEFORE])
    intent = office.invoice()
    office.run()
    first_at = office.now
    while len(office.shelf.sent) < 2:
        office.wait(seconds=10)
        office.run()
    assert office.now - first_at >= timedelta(seconds=180)
    first, second = office.shelf.sent
    assert first == second
    looked = intent.attempts.filter(outcome=AttemptOutcome.NOTHING)
    assert looked.count() >= 2
    told = list(looked.order_by("id").values_list("correlation_id", flat=True))
    assert told == [f"1-search-{count}" for count in range(1, len(told) + 1)]


@pytest.mark.parametrize("fault", SAFE)
def test_what_certainly_was_not_done_is_simply_done_later(
    office: Office, fault: Fault
) -> None:
    office.shelf.faults = deque([fault])
    intent = office.invoice()
    office.run()
    intent.refresh_from_db()
    assert intent.state == State.INTENDED
    assert intent.message
    assert intent.next_at is not None
    assert intent.next_at > office.now
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert len(office.shelf.existing()) == 1
    assert intent.message == ""


def test_a_wait_that_the_books_ask_for_is_kept(office: Office) -> None:
    office.shelf.faults = deque([Fault.THROTTLED])
    office.invoice()
    office.run()
    office.wait(seconds=55)
    office.run()
    assert len(office.shelf.sent) == 1
    office.wait(seconds=10)
    office.run()
    assert len(office.shelf.sent) == 2


def test_a_refusal_is_told_with_its_sentence_and_the_others_go_on(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.REFUSED])
    refused, other = office.invoice(), office.invoice()
    office.finish(refused, other)
    assert refused.state == State.REJECTED
    assert other.state == State.CONFIRMED
    [event] = office.events("document_rejected")
    assert event.payload["message"] == "The period is closed."
    assert (event.payload["field"], event.payload["code"]) == ("issued_on", "6540")
    assert len(office.shelf.sent) == 2


def test_what_cannot_be_rendered_is_refused_before_anything_is_sent(
    office: Office,
) -> None:
    intent = office.invoice(document={"impossible": True})
    office.finish(intent)
    assert intent.state == State.REJECTED
    assert intent.message == "The books have no place for that."
    assert office.shelf.sent == []


def test_a_refused_resend_is_not_believed_before_a_lookup(office: Office) -> None:
    """The first attempt may be the one that took the name."""
    office.shelf.requests = Requests.IGNORED
    office.shelf.read_lag = timedelta(seconds=400)
    office.shelf.faults = deque([Fault.DROP_AFTER])
    intent = office.named("customer", "Harbour Bakery")
    office.finish(intent)
    refused = intent.attempts.filter(outcome=AttemptOutcome.REJECTED)
    assert refused.count() == 1
    assert intent.state == State.CONFIRMED
    assert len(office.shelf.existing()) == 1


def test_a_refused_resend_is_believed_once_nothing_is_found(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_BEFORE, Fault.REFUSED])
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.REJECTED
    assert intent.message == "The period is closed."
    assert office.shelf.existing() == []


def test_an_answer_with_other_amounts_is_told_as_diverged(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    intent = office.invoice()
    office.run()
    document = office.shelf.documents[0]
    document.expectation = type(document.expectation)("58", Decimal("7.00"), "USD")
    office.finish(intent)
    assert intent.state == State.DIVERGED
    assert office.events("document_diverged")
    assert len(office.shelf.existing()) == 1


def test_a_lookup_that_fails_proves_nothing(office: Office) -> None:
    office.shelf.requests = Requests.IGNORED
    office.shelf.faults = deque([Fault.DROP_AFTER])
    office.shelf.find_faults = deque([Retryable("busy")] * 6)
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert len(office.shelf.sent) == 1


def test_after_five_resends_a_person_is_told_and_nothing_more_is_sent(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.DROP_BEFORE] * 50)
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.ESCALATED
    assert len(office.shelf.sent) == 6
    assert intent.marker in intent.message
    assert office.events("document_escalated")
    office.wait(days=3)
    office.run()
    assert len(office.shelf.sent) == 6


def test_what_was_escalated_can_be_looked_for_again(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_BEFORE] * 6)
    intent = office.invoice()
    office.finish(intent)
    again = post.retry(intent=intent, actor=ADA, now=office.now)
    assert again.state == State.UNKNOWN
    assert again.generation == 0
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert len(office.shelf.existing()) == 1


def test_five_unclear_answers_close_the_gate_for_half_an_hour(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_BEFORE] * 5)
    intents = [office.invoice(customer=str(number)) for number in range(8)]
    office.run()
    assert len(office.shelf.sent) == 5
    gate = Gate.objects.get(connection=office.connection)
    assert gate.open_until is not None
    for _ in range(50):
        office.wait(seconds=30)
        office.run()
    assert len(office.shelf.sent) == 5
    office.finish(*intents)
    assert {intent.state for intent in intents} == {State.CONFIRMED}
    assert len(office.shelf.existing()) == 8


def test_strange_books_do_not_stop_the_others(office: Office) -> None:
    """A fault of ours before sending is tried again, and told after ten times."""
    Intent.objects.filter(pk=office.invoice().pk).update(document=["not a mapping"])
    healthy = office.invoice(customer="59")
    office.finish(healthy)
    assert healthy.state == State.CONFIRMED
    office.finish()
    assert Intent.objects.filter(state=State.ESCALATED).count() == 1
    assert len(office.shelf.existing()) == 1
