"""Whoever is killed, wherever, and whatever the answer: it is done once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pytest
from django.conf import settings
from integration.posting.conftest import OPEN, Office
from integration.posting.hands import asked, finish, made
from support.deeds import Mishap

from counterfoil.posting import faultpoints
from counterfoil.posting.state import State

pytestmark = pytest.mark.django_db


def test_documents_and_acts_share_what_a_company_allows_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "POSTING", {**settings.POSTING, "writes_at_once": 1})
    first, second = made(office), made(office)
    killed, act = asked(office, second), asked(office, first)
    monkeypatch.setenv(faultpoints.VARIABLE, "before_send=raise")
    with pytest.raises(faultpoints.Killed):
        office.run()
    monkeypatch.delenv(faultpoints.VARIABLE)
    document = office.invoice()
    office.run()
    for each in (killed, act, document):
        each.refresh_from_db()
    assert killed.state == State.SENDING
    assert (act.state, document.state) == (State.INTENDED, State.INTENDED)
    assert office.shelf.deeds.asked == []
    finish(office, act)
    office.finish(document)
    assert (act.state, document.state) == (State.CONFIRMED, State.CONFIRMED)


@pytest.mark.slow
@pytest.mark.parametrize("action", ["send", "void", "delete"])
@pytest.mark.parametrize("point", faultpoints.POINTS)
def test_a_kill_at_any_point_with_any_fault_does_it_once(
    open_office: Callable[[], Office],
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    action: str,
) -> None:
    for fault in Mishap:
        office = open_office()
        intent = made(office)
        office.shelf.deeds.faults = deque([fault])
        act = asked(office, intent, action)
        monkeypatch.setenv(faultpoints.VARIABLE, f"{point}=raise")
        for _ in range(2):
            try:
                office.run()
            except faultpoints.Killed:
                break
            office.wait(seconds=60)
        monkeypatch.delenv(faultpoints.VARIABLE)
        finish(office, act)
        done = office.shelf.deeds.ours(action)
        told_of = (fault, act.state, act.message)
        assert done <= 1, told_of
        assert act.state not in OPEN, told_of
        if act.state == State.CONFIRMED:
            assert done == 1, told_of
        if act.state == State.REJECTED:
            assert fault is Mishap.REFUSED, told_of
        if action != "send":
            assert act.state != State.ESCALATED, told_of
