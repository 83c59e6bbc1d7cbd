"""A kill at every named point, with every kind of fault, however ids are treated.

The kinds of documents take turns; ``POSTING_KILLS=full`` tries each with everything.
"""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable
from itertools import cycle, islice

import pytest
from integration.posting.conftest import Office
from support.books import Fault, Requests

from counterfoil.posting import faultpoints
from counterfoil.posting.documents import KINDS
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

FULL = os.environ.get("POSTING_KILLS") == "full"


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("requests", Requests)
@pytest.mark.parametrize("point", faultpoints.POINTS)
def test_nothing_is_lost_or_doubled(
    open_office: Callable[[], Office],
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    requests: Requests,
) -> None:
    turn = list(Requests).index(requests) + 3 * faultpoints.POINTS.index(point)
    turns = zip(Fault, islice(cycle(KINDS), turn, None), strict=False)
    for fault, kind in itertools.product(Fault, KINDS) if FULL else turns:
        office = open_office()
        office.shelf.requests = requests
        office.shelf.faults = deque([fault])
        intent = office.of_kind(kind)
        monkeypatch.setenv(faultpoints.VARIABLE, f"{point}=raise")
        for _ in range(3):
            try:
                office.run()
            except faultpoints.Killed:
                break
            office.wait(seconds=60)
        monkeypatch.delenv(faultpoints.VARIABLE)
        office.finish(intent)
        _judge(office, intent, fault)


def _judge(office: Office, intent: Intent, fault: Fault) -> None:
    told = (intent.kind, fault, intent.message)
    if intent.state == State.REJECTED:
        assert fault is Fault.REFUSED, told
        assert office.shelf.existing() == [], told
        return
    assert intent.state == State.CONFIRMED, told
    [document] = office.shelf.existing()
    assert document.remote_id == intent.remote_id, told
    assert office.shelf.doubles() == 0, told
