"""Workers that are killed, stalled or too slow lose nothing and double nothing."""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from integration.posting.conftest import Office
from support.books import Fault, Requests

from counterfoil.posting import attempt, claims, faultpoints, lookup
from counterfoil.posting.clock import Clock
from counterfoil.posting.installation import limits
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Attempt, AttemptOutcome, Intent
from counterfoil.posting.state import State

KILLABLE = [
    "after_claim",
    "after_render",
    "before_send",
    "after_send_before_settle",
    "inside_settle",
    "after_settle",
]


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
    attempt.settle(
        claim, opened, ValueError("late"), clock=Clock(office.now), limits=limits()
    )
    intent.refresh_from_db()
    assert intent.state == State.CONFIRMED


def test_nothing_is_sent_once_the_deadline_has_passed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.invoice()
    monkeypatch.setenv(faultpoints.VARIABLE, "before_send=stall:0.05")
    monkeypatch.setitem(settings.POSTING, "deadline", 0.01)
    office.run()
    assert office.shelf.sent == []
    intent = Intent.objects.get()
    assert intent.state == State.INTENDED


def test_nothing_is_sent_by_who_slept_between_the_commit_and_the_request(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time runs from before the commit, not from when the sleeper woke."""
    path = tmp_path / "posting.json"
    monkeypatch.setattr(settings, "POSTING_MARK_FILE", str(path))
    intent = office.invoice()
    short = Limits(deadline=timedelta(seconds=0.3))
    claim = claims.next_send(office.now, short)
    assert claim is not None
    somebody = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR)
    fcntl.flock(somebody, fcntl.LOCK_EX)  # the mark is written after the commit
    waking = threading.Timer(2, os.close, [somebody])
    waking.start()
    attempt.send(claim, clock=Clock(office.now), limits=short)
    waking.join()
    assert office.shelf.sent == []
    intent.refresh_from_db()
    assert intent.state == State.INTENDED
    assert intent.attempts.get().outcome == AttemptOutcome.NOT_SENT
