"""What the feed of changes tells late is not missed: each poll looks back a little."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.sync_machine import Machine

from counterfoil.crm.models import Contact

pytestmark = pytest.mark.django_db


def test_an_edit_that_the_feed_told_of_after_a_poll_is_found_by_the_next_one() -> None:
    machine = Machine(0)
    twin = machine.sides[0].twin
    person = twin.add("Ian", given_name="Ian")
    machine.pass_time(600)
    machine.poll()
    twin.lag = timedelta(seconds=100)
    twin.edit(person, city="Bonn")
    twin.news.clear()
    machine.pass_time(10)
    machine.poll()
    assert Contact.objects.get().city == ""

    machine.pass_time(600)
    machine.poll()

    assert Contact.objects.get().city == "Bonn"
