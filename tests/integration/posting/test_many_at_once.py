"""Many threads and workers at once, on real transactions."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import TypeVar

import pytest
from django.db import connection
from integration.posting.conftest import Office
from support.books import Fault, Requests

from counterfoil.posting import tasks
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


def _together(count: int, act: Callable[[int], T]) -> list[T]:
    barrier = Barrier(count)

    def begin(number: int) -> T:
        barrier.wait(30)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_twenty_clicks_at_once_are_one_intent_and_one_document(
    open_office: Callable[[], Office],
) -> None:
    office = open_office()
    intents = _together(20, lambda _: office.invoice("deal 7"))
    assert len({intent.pk for intent in intents}) == 1
    office.finish(intents[0])
    assert Intent.objects.count() == 1
    assert len(office.shelf.existing()) == 1


def test_six_workers_at_once_send_each_document_once(
    open_office: Callable[[], Office],
) -> None:
    office = open_office()
    office.shelf.requests = Requests.IGNORED
    office.shelf.faults = deque([Fault.DROP_AFTER, Fault.THROTTLED, Fault.DROP_BEFORE])
    intents = [office.invoice(customer=str(number % 7)) for number in range(30)]
    flying: list[str] = []
    most: list[int] = []
    lock = Lock()

    def note() -> None:
        with lock:
            flying.append("")
            most.append(len(flying))
        time.sleep(0.02)
        with lock:
            flying.pop()

    office.shelf.on_create = note
    for _ in range(40):
        _together(6, lambda _: tasks.run(office.now))
        office.wait(seconds=30)
        if not Intent.objects.exclude(state=State.CONFIRMED).exists():
            break
    assert Intent.objects.filter(state=State.CONFIRMED).count() == len(intents)
    assert len(office.shelf.existing()) == len(intents)
    assert max(most) <= 4
    ids = [request_id for request_id, _ in office.shelf.sent]
    assert len(set(ids)) == len(intents)
    assert len(ids) == len(intents) + 2
