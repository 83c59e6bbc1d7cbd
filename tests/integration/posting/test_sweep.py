"""What must never be is found, told once, and never mended behind anybody's back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from factories.people import make_workspace
from integration.posting.conftest import ADA, Office
from integration.posting.hands import asked, finish
from support.books import Fault, Requests

from counterfoil.core.errors import Retryable
from counterfoil.posting import agreement, post, settling, sightings, tasks
from counterfoil.posting.documents import KINDS
from counterfoil.posting.models import Finding, Gate, Problem
from counterfoil.posting.ports import Expectation
from counterfoil.posting.state import State


def _sweep(office: Office) -> None:
    office.wait(hours=1, seconds=1)
    tasks.run_sweep(office.now)


def _gate(office: Office) -> Gate:
    return Gate.objects.get(connection=office.connection)


def test_what_was_confirmed_is_verified_by_the_next_sweep(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    _sweep(office)
    intent.refresh_from_db()
    assert intent.state == State.VERIFIED
    assert _gate(office).comparison["difference"] == "0.00"
    assert Finding.objects.count() == 0


def test_a_commit_later_than_any_wait_is_detected_and_told_once(
    office: Office,
) -> None:
    """The one double that nothing can prevent: ids ignored, and hours late."""
    office.shelf.requests = Requests.IGNORED
    office.shelf.late_by = timedelta(hours=4)
    office.shelf.faults = deque([Fault.LATE])
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    for _ in range(6):
        _sweep(office)
    assert office.shelf.doubles() == 1
    intent.refresh_from_db()
    assert intent.state == State.DUPLICATE_DETECTED
    [event] = office.events("document_duplicated")
    late = next(
        each for each in office.shelf.documents if each.remote_id != intent.remote_id
    )
    assert event.payload["remote_id"] == intent.remote_id
    assert event.payload["others"] == [
        {"remote_id": late.remote_id, "number": late.number}
    ]
    assert len(office.shelf.existing()) == 2  # nothing is voided by itself
    [found] = settling.findings(office.connection)
    assert (found.problem, found.intent) == (Problem.DUPLICATE, intent)


def test_once_the_double_is_deleted_all_is_well_again(office: Office) -> None:
    office.shelf.requests = Requests.IGNORED
    intent = office.invoice()
    office.finish(intent)
    [first] = office.shelf.documents
    office.shelf.documents.append(replace(first, remote_id="777"))
    _sweep(office)
    office.shelf.documents.pop()
    office.shelf.deleted = {"invoice": ["777"]}
    _sweep(office)
    intent.refresh_from_db()
    assert intent.state == State.VERIFIED
    assert not settling.findings(office.connection).exists()
    [settled] = office.events("document_settled")
    assert settled.payload["settled_by"] == ""


def test_a_double_that_a_person_has_looked_at_is_not_told_again(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    [first] = office.shelf.documents
    office.shelf.documents.append(replace(first, remote_id="777"))
    _sweep(office)
    [found] = settling.findings(office.connection)
    asked = {"connection": office.connection, "finding_ids": [found.pk], "actor": ADA}
    assert settling.looked_at(**asked, now=office.now) == 1
    assert settling.looked_at(**asked, now=office.now) == 0
    for _ in range(3):
        _sweep(office)
    intent.refresh_from_db()
    assert intent.state == State.VERIFIED
    assert len(office.events("document_duplicated")) == 1
    [settled] = office.events("document_settled")
    assert settled.payload["settled_by"] == "Ada"


def test_what_is_found_at_one_company_is_not_settled_at_another(
    office: Office, open_office: Callable[[], Office]
) -> None:
    intent = office.invoice()
    office.finish(intent)
    office.shelf.documents.append(replace(office.shelf.documents[0], remote_id="777"))
    _sweep(office)
    [found] = settling.findings(office.connection)
    stranger = open_office()
    asked = {"connection": stranger.connection, "finding_ids": [found.pk]}
    assert settling.looked_at(**asked, actor=ADA, now=office.now) == 0
    assert settling.findings(office.connection).count() == 1


def test_a_double_that_a_lookup_meets_is_told_too(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    intent = office.invoice()
    office.run()
    [first] = office.shelf.documents
    later = first.created_at + timedelta(seconds=5)
    office.shelf.documents.append(
        replace(first, remote_id="777", created_at=later, number="N777")
    )
    office.finish(intent)
    assert intent.state == State.DUPLICATE_DETECTED
    assert intent.remote_id == first.remote_id
    assert len(office.events("document_duplicated")) == 1


def test_a_document_of_ours_that_nobody_knows_is_an_orphan(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    [first] = office.shelf.documents
    stranger = replace(first, remote_id="777", marker="[#0123456789ABCDEF]")
    office.shelf.documents.append(stranger)
    _sweep(office)
    _sweep(office)
    [found] = Finding.objects.all()
    assert (found.problem, found.remote_id) == (Problem.ORPHAN, "777")
    assert _gate(office).comparison["difference"] == "120.00"


def test_the_difference_is_published_per_company_for_every_kind(
    office: Office,
) -> None:
    kinds = [kind for kind in KINDS if kind not in {"customer", "item"}]
    for kind in kinds:
        total = {"customer_id": "58", "expected_total": "7.50"}
        office.submit(kind, total, kind, record=None)
    office.finish()
    [before] = agreement.published(office.workspace)
    assert (before.difference, before.compared_at) == (None, None)
    office.shelf.documents[0].expectation = Expectation("58", Decimal("7.00"), "")
    office.shelf.documents[1].expectation = Expectation("58", Decimal("9.00"), "")
    office.shelf.documents[1].version = "1"
    _sweep(office)
    [now] = agreement.published(office.workspace)
    assert now.connection == office.connection
    assert (now.difference, now.changed) == (Decimal("0.50"), 1)
    [day] = now.days
    assert (day.kind, day.ours.total, day.theirs.total) == (
        kinds[0],
        Decimal("7.5"),
        Decimal("7.00"),
    )
    assert agreement.published(make_workspace()) == []


def test_what_was_deleted_there_and_told_is_no_difference(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    office.shelf.documents.clear()
    office.shelf.deleted = {"invoice": [intent.remote_id]}
    _sweep(office)
    [now] = agreement.published(office.workspace)
    assert now.difference == Decimal("0.00")
    assert now.found == {Problem.DELETED: 1}


def test_a_document_that_was_deleted_in_the_books_is_noticed(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    office.shelf.documents.clear()
    office.shelf.deleted = {"invoice": [intent.remote_id]}
    _sweep(office)
    _sweep(office)
    [found] = Finding.objects.all()
    assert (found.problem, found.intent_id) == (Problem.DELETED, intent.pk)


def test_what_was_deleted_from_here_is_nobodys_to_look_at(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    finish(office, asked(office, intent, "delete"))
    office.shelf.documents.clear()
    office.shelf.deleted = {"invoice": [intent.remote_id]}
    _sweep(office)
    [now] = agreement.published(office.workspace)
    assert (now.difference, now.found) == (Decimal("0.00"), {})
    assert not settling.findings(office.connection).exists()


def test_what_the_bookkeeper_changed_is_hers_to_change(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    document = office.shelf.documents[0]
    document.expectation = replace(document.expectation, total=Decimal(99))
    document.version = "1"
    _sweep(office)
    intent.refresh_from_db()
    assert intent.state == State.CONFIRMED
    assert office.events("document_diverged") == []


def test_other_content_under_the_same_version_is_an_alarm(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    document = office.shelf.documents[0]
    document.expectation = replace(document.expectation, total=Decimal(99))
    _sweep(office)
    intent.refresh_from_db()
    assert intent.state == State.DIVERGED
    assert office.events("document_diverged")
    settling.settle(intent=intent, actor=ADA, now=office.now)
    _sweep(office)
    intent.refresh_from_db()
    assert intent.state == State.VERIFIED
    assert len(office.events("document_diverged")) == 1


def test_what_was_cancelled_but_turns_up_is_told(office: Office) -> None:
    office.shelf.requests = Requests.IGNORED
    office.shelf.late_by = timedelta(days=2)
    office.shelf.faults = deque([Fault.LATE] + [Fault.DROP_BEFORE] * 6)
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.ESCALATED
    post.cancel(intent=intent, actor=ADA, now=office.now)
    office.wait(days=2)
    tasks.run_sweep(office.now)
    [event] = office.events("document_diverged")
    assert "cancelled here, but exists" in event.payload["message"]
    found = Finding.objects.get()
    assert found.problem == Problem.CANCELLED
    seen = {"connection": office.connection, "finding_ids": [found.pk]}
    assert settling.looked_at(**seen, actor=ADA, now=office.now) == 1
    [settled] = office.events("document_settled")
    assert settled.payload["is_cancelled"] is True


def test_a_sweep_that_was_told_when_to_come_again_comes_then(office: Office) -> None:
    office.finish(office.invoice())
    office.shelf.find_faults = deque([Retryable("Wait.", after=timedelta(minutes=2))])
    _sweep(office)
    office.wait(minutes=1)
    tasks.run_sweep(office.now)
    assert _gate(office).sweep_error == "Wait."
    office.wait(minutes=1, seconds=1)
    tasks.run_sweep(office.now)
    assert _gate(office).sweep_error == ""


def test_a_sweep_that_fails_is_tried_again_and_says_why(office: Office) -> None:
    intent = office.invoice()
    office.finish(intent)
    office.shelf.find_faults = deque([Retryable("The books are busy.")])
    read_until = _gate(office).swept_until
    _sweep(office)
    assert _gate(office).sweep_error == "The books are busy."
    assert _gate(office).swept_until == read_until
    office.wait(minutes=16)
    tasks.run_sweep(office.now)
    intent.refresh_from_db()
    assert intent.state == State.VERIFIED
    assert _gate(office).sweep_error == ""


def test_a_company_is_swept_once_an_hour(office: Office) -> None:
    office.finish(office.invoice())
    office.wait(hours=1)
    assert tasks.run_sweep(office.now) == 1
    assert tasks.run_sweep(office.now) == 0
    office.wait(minutes=61)
    assert tasks.run_sweep(office.now) == 1


def test_what_is_deleted_of_another_company_or_kind_is_not_ours(
    office: Office, open_office: Callable[[], Office]
) -> None:
    other = open_office()
    intent = office.invoice()
    office.finish(intent)
    gone, now = [intent.remote_id], office.now
    assert sightings.record_deleted(other.connection, "invoice", gone, now) == 0
    assert sightings.record_deleted(office.connection, "credit_memo", gone, now) == 0
    assert not Finding.objects.exists()
    assert sightings.record_deleted(office.connection, "invoice", gone, now) == 1
