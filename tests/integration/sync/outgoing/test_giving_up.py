"""What cannot be written for now waits, nobody tries without end, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.sync_machine import Machine
from support.twin import Twin
from support.twin_ports import twins

from counterfoil.crm.records import Change
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.models import Conflict, Outgoing

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


def test_what_is_written_over_is_kept_though_the_answer_is_lost() -> None:
    machine = Machine(0)
    [side] = machine.sides
    rules = tuple(replace(rule, wins=Wins.LOCAL) for rule in side.settings.rules)
    machine.work()
    machine.choose(side, rules=rules)
    person = side.twin.add("Ada", given_name="Ada", email="ada@example.test")
    machine.pass_time(600)
    machine.poll()
    [contact] = machine.contacts()
    machine.write_here(Change("contact", {"city": "Oslo"}, contact.pk))
    side.twin.edit(person, city="Bern")
    side.twin.unclear_next = True

    machine.work()

    assert person.values["city"] == "Oslo"
    assert side.twin.met["answers lost"] == 1
    [kept] = Conflict.objects.all()
    assert (kept.resolution, kept.remote_value) == ("rule_local", "Bern")
