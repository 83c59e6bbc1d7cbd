"""Hands on both sides and several workers, all at the same time, on real transactions."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Any

import pytest
from django.db import connection
from support.sync_deeds import PAIRS, let_go
from support.sync_machine import IDLE, NEVER, Machine, Side
from support.sync_oracle import problems, waiting
from support.twin import FIELDS, Twin
from support.twin_ports import twins
from support.worker import forget_jobs

from counterfoil.crm.records import Change
from counterfoil.events.wake import drains

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, PEOPLE, EDITS = 3, 6, 40


@dataclass
class Shared(Twin):
    """One call at a time, as at the real thing."""

    lock: Any = field(default_factory=RLock)

    def call(self, work: Any, *, is_write: bool = False) -> Any:
        with self.lock:
            return super().call(work, is_write=is_write)


def _all_at_once(*acts: Callable[[], None]) -> None:
    def act(each: Callable[[], None]) -> None:
        try:
            each()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(act, each) for each in acts]:
            done.result(300)


class Office:
    """One person here and one there who type at the same time, while workers work."""

    def __init__(self) -> None:
        self.machine = Machine(0)
        [side] = self.machine.sides
        self.twin = twins[side.account] = Shared(side.account, self.machine.now)
        self.side = Side(self.twin, side.connection)
        self.machine.sides = [self.side]
        for number in range(PEOPLE):
            name = f"P{number}"
            self.twin.add(name, given_name=name, email=f"{name}@x.test")
        self.machine.pass_time(600)
        self.machine.poll()
        self.typing = 2
        self.lock = Lock()

    def type_here(self) -> None:
        dice = random.Random(1)  # noqa: S311  no secret
        for number in range(EDITS):
            contact = dice.choice(self.machine.contacts())
            local, remote = dice.choice(PAIRS)
            value = _value(remote, f"h{number}")
            self.machine.write_here(Change("contact", {local: value}, contact.pk))
            self.machine.note("", contact.pk, remote, value)
        self._leave()

    def type_there(self) -> None:
        dice = random.Random(2)  # noqa: S311  no secret
        for number in range(EDITS):
            with self.twin.lock:
                self.machine.pass_time(120)
                person, name = dice.choice(self.twin.living()), dice.choice(FIELDS)
                self.twin.edit(person, **{name: _value(name, f"t{number}")})
                value = person.values[name]
                self.machine.note(self.side.account, person.remote_id, name, value)
                told, self.twin.news = self.twin.news, []
            self.machine.hear(told)
        self._leave()

    def _leave(self) -> None:
        with self.lock:
            self.typing -= 1

    def work(self) -> None:
        while self.typing:
            for drain in drains:
                if drain.key not in IDLE:
                    drain.run(self.machine.now)


def test_hands_on_both_sides_and_three_workers_end_agreed() -> None:
    office = Office()
    machine = office.machine
    assert len(machine.contacts()) == PEOPLE

    _all_at_once(office.type_here, office.type_there, *[office.work] * WORKERS)

    assert machine.settle() < NEVER
    assert problems(machine) == []
    let_go(machine)
    assert machine.settle() < NEVER
    assert [*problems(machine), *waiting()] == []
    assert machine.look_again() == []
    assert office.twin.writes
    forget_jobs()


def _value(name: str, text: str) -> str:
    """A value that nobody else types."""
    if name == "email":
        return f"{text}@x.test"
    if name == "phone":
        return f"5550{ord(text[0])}{int(text[1:]):03}"
    return text
