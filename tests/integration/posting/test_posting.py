"""Documents are created exactly once, whatever the books and our own machines do."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from decimal import Decimal

import pytest
from integration.posting.conftest import ADA, Office
from support.books import Fault, Requests

from counterfoil.connections.models import ConnectionState, Link
from counterfoil.core.errors import Invalid, Retryable
from counterfoil.crm.refs import Ref
from counterfoil.posting import (
    claims,
    documents,
    faultpoints,
    lookup,
    post,
    tasks,
)
from counterfoil.posting.attempt import settle
from counterfoil.posting.clock import Clock
from counterfoil.posting.installation import limits
from counterfoil.posting.models import Attempt, AttemptOutcome, Gate, Intent
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
KILLABLE = [
    "after_claim",
    "after_render",
    "before_send",
    "after_send_before_settle",
    "inside_settle",
    "after_settle",
]


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


@pytest.mark.parametrize("requests", Requests)
@pytest.mark.parametrize("point", KILLABLE)
def test_a_worker_killed_anywhere_loses_nothing_and_doubles_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, point: str, requests: Requests
) -> None:
    office.shelf.requests = requests
    intent = office.invoice()
    monkeypatch.setenv(faultpoints.VARIABLE, f"{point}=raise")
    with pytest.raises(faultpoints.Killed):
        office.run()
    monkeypatch.delenv(faultpoints.VARIABLE)
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    [document] = office.shelf.existing()
    assert document.remote_id == intent.remote_id


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.LATE])
def test_a_worker_killed_after_a_lookup_does_no_harm(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    office.shelf.requests = Requests.IGNORED
    office.shelf.faults = deque([fault])
    intent = office.invoice()
    office.run()
    monkeypatch.setenv(faultpoints.VARIABLE, "after_lookup_before_settle=raise")
    for _ in range(4):
        office.wait(seconds=60)
        try:
            office.run()
        except faultpoints.Killed:
            continue
    monkeypatch.delenv(faultpoints.VARIABLE)
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert len(office.shelf.existing()) == 1
    assert not intent.attempts.filter(outcome=AttemptOutcome.OPEN).exists()


def test_a_killed_worker_is_counted_as_a_rescue(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = office.invoice()
    monkeypatch.setenv(faultpoints.VARIABLE, "after_send_before_settle=raise")
    with pytest.raises(faultpoints.Killed):
        office.run()
    monkeypatch.delenv(faultpoints.VARIABLE)
    office.finish(intent)
    assert intent.rescues == 1
    outcomes = list(intent.attempts.order_by("id").values_list("outcome", flat=True))
    assert outcomes == [AttemptOutcome.LAPSED, AttemptOutcome.FOUND]


def test_a_worker_that_slept_past_its_lease_can_settle_nothing(office: Office) -> None:
    intent = office.invoice()
    claim = claims.next_send(office.now, limits())
    assert claim is not None
    answers = []

    def stolen() -> None:
        office.wait(seconds=300)
        assert claims.rescue(office.now) == 1
        second = claims.next_lookup(office.now, limits())
        assert second is not None
        answers.append(second)

    office.shelf.on_create = stolen
    from counterfoil.posting import attempt  # noqa: PLC0415

    attempt.send(claim, clock=Clock(office.now), limits=limits())
    office.shelf.on_create = None
    intent.refresh_from_db()
    assert intent.state == State.UNKNOWN
    assert office.events("document_confirmed") == []
    [second] = answers
    lookup.look(second, clock=Clock(office.now), limits=limits())
    intent.refresh_from_db()
    assert intent.state == State.CONFIRMED
    assert len(office.events("document_confirmed")) == 1
    # The zombie tries once more, with the answer that it holds.
    opened = Attempt.objects.filter(intent=intent).first()
    assert opened is not None
    settle(claim, opened, ValueError("late"), clock=Clock(office.now), limits=limits())
    intent.refresh_from_db()
    assert intent.state == State.CONFIRMED


def test_nothing_is_sent_once_the_deadline_has_passed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.invoice()
    monkeypatch.setenv(faultpoints.VARIABLE, "before_send=stall:0.05")
    from django.conf import settings  # noqa: PLC0415

    monkeypatch.setitem(settings.POSTING, "deadline", 0.01)
    office.run()
    assert office.shelf.sent == []
    intent = Intent.objects.get()
    assert intent.state == State.INTENDED


def test_invoice_waits_for_the_customer_and_the_item_that_it_needs(
    office: Office,
) -> None:
    customer = office.named("customer", "Dora Field")
    item = office.named("item", "Sourdough")
    line = {"kind": "item", "item_id": documents.reference(item.pk)}
    intent = office.invoice(
        customer=documents.reference(customer.pk), document={"lines": [line]}
    )
    office.shelf.faults = deque([Fault.DROP_AFTER])
    office.run()
    intent.refresh_from_db()
    assert intent.state == State.INTENDED
    office.finish(customer, item, intent)
    assert intent.state == State.CONFIRMED
    sent = bytes(intent.payload or b"").decode()
    assert f'"customer_id": "{customer.remote_id}"' in sent
    assert f'"item_id": "{item.remote_id}"' in sent


def test_what_waits_for_a_refused_document_is_refused_by_its_name(
    office: Office,
) -> None:
    customer = office.named("customer", "Dora Field")
    intent = office.invoice(customer=documents.reference(customer.pk))
    office.shelf.faults = deque([Fault.REFUSED])
    office.finish(customer, intent)
    assert customer.state == State.REJECTED
    assert intent.state == State.REJECTED
    assert "The customer Dora Field was not created" in intent.message
    assert "The period is closed." in intent.message
    late = office.invoice(customer=documents.reference(customer.pk))
    assert late.state == State.REJECTED
    with pytest.raises(Invalid, match="Dora Field"):
        post.retry(intent=intent, actor=ADA, now=office.now)


def test_retrying_the_parent_brings_its_children_back(office: Office) -> None:
    customer = office.named("customer", "Dora Field")
    intent = office.invoice(customer=documents.reference(customer.pk))
    office.shelf.faults = deque([Fault.REFUSED])
    office.finish(customer, intent)
    post.retry(intent=customer, actor=ADA, now=office.now)
    office.finish(customer, intent)
    assert customer.state == State.CONFIRMED
    assert intent.state == State.CONFIRMED


def test_only_what_is_not_on_its_way_can_be_cancelled(office: Office) -> None:
    waiting = office.invoice()
    post.cancel(intent=waiting, actor=ADA, now=office.now)
    office.finish(waiting)
    assert waiting.state == State.CANCELLED
    assert office.shelf.sent == []

    office.shelf.faults = deque([Fault.DROP_AFTER])
    unclear = office.invoice()
    office.run()
    with pytest.raises(Invalid, match="Wait for the answer"):
        post.cancel(intent=unclear, actor=ADA, now=office.now)
    office.finish(unclear)
    with pytest.raises(Invalid, match="N100"):
        post.cancel(intent=unclear, actor=ADA, now=office.now)


def test_everything_waits_while_the_connection_needs_reconnecting(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    unclear = office.invoice()
    office.run()
    waiting = office.invoice(customer="59")
    office.connection.state = ConnectionState.RECONNECT
    office.connection.save()
    for _ in range(20):
        office.wait(seconds=60)
        office.run()
    assert len(office.shelf.sent) == 1
    office.connection.state = ConnectionState.ACTIVE
    office.connection.save()
    office.finish(unclear, waiting)
    assert {unclear.state, waiting.state} == {State.CONFIRMED}
    assert len(office.shelf.existing()) == 2


def test_nothing_goes_into_another_companys_books(office: Office) -> None:
    queued = office.invoice()
    meant_for = office.connection.account
    office.connection.account = "another"
    office.connection.save()
    from support.books import Shelf, shelves  # noqa: PLC0415

    other = shelves.put(Shelf("another", office.now))
    office.finish(queued)
    assert queued.state == State.REJECTED
    assert meant_for in queued.message
    assert other.sent == []
    assert office.shelf.sent == []


def test_one_customers_documents_are_written_one_after_the_other(
    office: Office,
) -> None:
    first, second = office.invoice(), office.invoice()
    other = office.invoice(customer="59")
    one = claims.next_send(office.now, limits())
    two = claims.next_send(office.now, limits())
    assert one is not None
    assert two is not None
    assert {one.intent.pk, two.intent.pk} == {first.pk, other.pk}
    assert claims.next_send(office.now, limits()) is None
    assert second.state == State.INTENDED


def test_a_company_gets_four_writes_at_once_and_no_more(office: Office) -> None:
    for number in range(6):
        office.invoice(customer=str(number))
    taken = [claims.next_send(office.now, limits()) for _ in range(5)]
    assert [claim is not None for claim in taken] == [True] * 4 + [False]


def test_a_restored_database_comes_to_the_same_ids(office: Office) -> None:
    before = office.invoice("deal 7")
    ids = (before.request_id, before.marker, bytes(before.dedup_hash))
    office.finish(before)
    Intent.objects.all().delete()
    after = office.invoice("deal 7")
    assert (after.request_id, after.marker, bytes(after.dedup_hash)) == ids
    office.finish(after)
    assert len(office.shelf.existing()) == 1
    assert after.remote_id == before.remote_id


def test_after_a_restore_a_sweep_prevents_the_double_even_without_request_ids(
    office: Office,
) -> None:
    office.shelf.requests = Requests.IGNORED
    before = office.invoice("deal 7")
    office.finish(before)
    Intent.objects.all().delete()
    Link.objects.all().delete()
    tasks.run_sweep(office.now)
    office.wait(hours=2)
    after = office.invoice("deal 7")
    assert after.state == State.UNKNOWN
    office.finish(after)
    assert after.state == State.CONFIRMED
    assert after.remote_id == before.remote_id
    assert len(office.shelf.existing()) == 1


def test_reading_the_books_confirms_what_was_unclear(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    intent = office.invoice()
    office.run()
    from support.books import FakeBooks  # noqa: PLC0415

    seen = FakeBooks(office.shelf).marked_since(["invoice"], office.now)
    [known] = post.record_sighting(
        connection=office.connection,
        kind="invoice",
        receipts=seen.found["invoice"],
        now=office.now,
    )
    assert known.pk == intent.pk
    assert known.state == State.CONFIRMED
    assert office.events("document_confirmed")
    assert post.of_record(Ref("invoice", intent.record_id or 0)) == intent


def test_strange_books_do_not_stop_the_others(office: Office) -> None:
    """A fault of ours before sending is tried again, and told after ten times."""
    Intent.objects.filter(pk=office.invoice().pk).update(document=["not a mapping"])
    healthy = office.invoice(customer="59")
    office.finish(healthy)
    assert healthy.state == State.CONFIRMED
    office.finish()
    assert Intent.objects.filter(state=State.ESCALATED).count() == 1
    assert len(office.shelf.existing()) == 1
