"""What cannot be written for now waits, and nobody tries without end."""

from __future__ import annotations

from typing import Any

import pytest
from support.sync_machine import Machine
from support.twin import Twin
from support.twin_ports import twins

from counterfoil.crm.records import Change
from counterfoil.sync.models import Outgoing

pytestmark = pytest.mark.django_db


class Restless(Twin):
    """Somebody there changes everybody between any two calls."""

    def call(self, work: Any, *, is_write: bool = False) -> Any:
        for person in self.people.values():
            person.version += 1
        return super().call(work, is_write=is_write)


def test_an_object_that_never_holds_still_is_left_alone_for_a_while() -> None:
    machine = Machine(0)
    [side] = machine.sides
    side.twin.add("Ada", given_name="Ada", email="ada@example.test")
    machine.pass_time(600)
    machine.poll()
    [contact] = machine.contacts()
    twin = twins[side.account] = Restless(side.account, machine.now)
    twin.people = side.twin.people
    machine.write_here(Change("contact", {"city": "Rome"}, contact.pk))

    machine.work()  # comes to an end

    [waiting] = Outgoing.objects.filter(connection=side.connection)
    assert waiting.attempts == 1
    assert waiting.next_at > machine.now
    assert not twin.writes
