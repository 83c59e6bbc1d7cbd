"""A field that two robots fought over is held, and let go by its button: then it travels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.sync_accidents import MINE, THEIRS
from support.sync_deeds import let_go, put_here, put_there
from support.sync_machine import NEVER, Machine
from support.sync_oracle import problems, waiting
from support.twin import Person

from counterfoil.sync.models import Quarantine

pytestmark = pytest.mark.django_db
SECONDS = 5  # no edit falls into the second of our own write
TURNS = 4


class Quarrel:
    """One person, known on both sides."""

    def __init__(self) -> None:
        self.machine = Machine(seed=0)
        self.twin = self.machine.sides[0].twin
        self.person: Person = self.twin.add("Al", given_name="Al", city="Oslo")
        self.machine.settle()
        (self.contact,) = self.machine.contacts()

    def here(self) -> None:
        put_here(self.machine, self.contact, {"city": MINE})
        self._follow()

    def there(self) -> None:
        put_there(self.machine, self.twin, self.person, {"city": THEIRS})
        self._follow()

    def _follow(self) -> None:
        self.machine.pass_time(SECONDS)
        told, self.twin.news = self.twin.news, []
        self.machine.hear(told)
        self.machine.work()
        self.machine.pass_time(SECONDS)

    def cities(self) -> tuple[str, str]:
        self.contact.refresh_from_db()
        return self.contact.city, self.person.values["city"]


@pytest.mark.parametrize(
    ("turns", "stays"),
    [((Quarrel.here, Quarrel.there), MINE), ((Quarrel.there, Quarrel.here), THEIRS)],
    ids=["typed here last", "typed there last"],
)
def test_the_word_that_was_held_back_goes_to_the_other_side_once_let_go(
    turns: tuple[Callable[[Quarrel], None], ...], stays: str
) -> None:
    quarrel = Quarrel()
    for _each in range(TURNS):
        for turn in turns:
            turn(quarrel)
    assert Quarantine.objects.get().field == "city"
    assert quarrel.machine.settle() < NEVER
    assert quarrel.cities() == (MINE, THEIRS)

    let_go(quarrel.machine)

    assert quarrel.machine.settle() < NEVER
    assert quarrel.cities() == (stays, stays)
    assert [*problems(quarrel.machine), *waiting()] == []
