"""What becomes of news and workers, and what comes to pass in the middle of their work.

A call to the other side takes time: people go on editing, other workers go on working
(``work_meanwhile``, ``import_again``). A worker dies in a call or before any statement
of the database. The feed is behind (``poll_too_soon``), and robots on both sides want
their own word in a field (``quarrel``). ``DEEDS`` is all that a step may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection as database

from counterfoil.events.wake import drains
from counterfoil.sync.runs import plan
from support import sync_deeds as people
from support.dying import Crash, Reaper
from support.sync_machine import Machine, Side

MOST_STATEMENTS = 700
QUARREL, MINE, THEIRS = 5, "Mine", "Theirs"
MEANWHILE = (people.edit_here, people.edit_there, people.edit_both, people.edit_both)
Happens = Callable[[], None]


# What the machinery does, and what becomes of it.


def deliver(machine: Machine) -> None:
    """Some of the news: shuffled, some twice, some never."""
    dice = machine.dice
    for side in machine.sides:
        twin = side.twin
        dice.shuffle(twin.news)
        count = dice.randrange(len(twin.news) + 1)
        told, twin.news = twin.news[:count], twin.news[count:]
        kept = [each for each in told if dice.random() > 0.2]
        repeated = [each for each in kept if dice.random() < 0.2]
        machine.met["news lost"] += count - len(kept)
        machine.met["news told twice"] += len(repeated)
        if kept:
            machine.hear([*kept, *repeated])


def work(machine: Machine) -> None:
    machine.work()


def work_meanwhile(machine: Machine) -> None:
    """In the middle of a call somebody types, and other workers may tell of it."""

    def happens() -> None:
        machine.met["happened during a call"] += 1
        machine.pass_time(machine.dice.choice([0, 1, 3]))
        machine.dice.choice(MEANWHILE)(machine)
        if machine.dice.random() < 0.6:
            drains["events"].run(machine.now)

    with _in_a_call(machine.side(), machine.dice.randrange(1, 4), happens):
        machine.work()


@contextmanager
def _in_a_call(side: Side, which: int, happens: Happens) -> Iterator[None]:
    """Once the other side has done what it was asked for, and before that is known."""
    side.twin.meanwhile, side.twin.meanwhile_in = happens, which
    try:
        yield
    finally:
        side.twin.meanwhile_in = 0


def work_and_die(machine: Machine) -> None:
    side = machine.side()
    if not machine.is_calm:
        side.twin.crash_in = machine.dice.randrange(1, 4)
        side.twin.crash_after = machine.dice.random() < 0.5
    try:
        machine.work()
    except Crash:
        machine.forget_leases()
    side.twin.crash_in = 0


def die_anywhere(machine: Machine) -> None:
    """``kill -9`` before any statement, in a transaction or between two of them."""
    if machine.is_calm:
        return
    left = round(MOST_STATEMENTS ** machine.dice.random())
    try:
        with database.execute_wrapper(Reaper(left)):
            machine.work()
    except Crash:
        machine.met["died before a statement"] += 1
        machine.forget_leases()


def lose_an_answer(machine: Machine) -> None:
    if not machine.is_calm:
        machine.side().twin.unclear_next = True


def poll(machine: Machine) -> None:
    machine.poll()


def compare(machine: Machine) -> None:
    """What the nightly comparison does."""
    plan.begin_comparison(machine.side().connection, machine.now)


def poll_too_soon(machine: Machine) -> None:
    """The feed does not tell yet of what was done there, and nobody else ever does."""
    side = machine.side()
    kept = list(side.twin.news)
    side.twin.lag = timedelta(seconds=machine.dice.randrange(20, 100))
    if _edited(machine, side):
        side.twin.news = kept
        machine.met["polled too soon"] += 1
    machine.pass_time(machine.dice.randrange(20))
    machine.poll()


def _edited(machine: Machine, side: Side) -> bool:
    """Somebody there; ``False`` when nobody is, or nothing came of it."""
    before = len(side.twin.news)
    if found := [each for each in side.twin.living() if each.active]:
        person = machine.dice.choice(found)
        people.edit_person(machine, side.twin, person, people.fields(machine))
    return len(side.twin.news) > before


def import_again(machine: Machine) -> None:
    """A page is read; somebody is edited and others follow that; the page is applied."""
    side = machine.side()

    def happens() -> None:
        machine.pass_time(machine.dice.choice([1, 3]))
        if _edited(machine, side):
            machine.met["followed before an older page"] += 1
            _hear_all(machine, side)
            drains["pulls"].run(machine.now)

    machine.work()
    plan.begin(side.connection, machine.now)
    with _in_a_call(side, machine.dice.choice([2, 2, 3]), happens):
        machine.work()


def _hear_all(machine: Machine, side: Side) -> None:
    machine.hear(side.twin.news)
    side.twin.news.clear()


def quarrel(machine: Machine) -> None:
    """Robots here and there put their own word back whenever it is another one."""
    pairs = list(machine.in_step())
    if not pairs:
        return
    side, _link, contact, person = machine.dice.choice(pairs)
    for _round in range(QUARREL):
        contact.refresh_from_db()
        if contact.city != MINE and contact.archived_at is None:
            people.put_here(machine, contact, {"city": MINE})
            machine.work()
        alive = person.active and not person.merged_into
        if person.values["city"] != THEIRS and alive:
            people.put_there(machine, side.twin, person, {"city": THEIRS})
            _hear_all(machine, side)
            machine.work()


DEEDS: list[tuple[float, Callable[[Machine], None]]] = [
    (9, people.edit_here),
    (9, people.edit_there),
    (4, people.edit_both),
    (3, people.create_here),
    (3, people.create_there),
    (1, people.create_namesake_here),
    (0.7, people.create_doubles),
    (2, people.switch_there),
    (1, people.merge_there),
    (1, people.archive_here),
    (1, people.change_mapping),
    (0.7, people.change_winner),
    (0.7, people.let_people_decide),
    (0.5, people.change_choices),
    (0.5, people.change_filters),
    (1, people.answer_conflict),
    (1, people.answer_review),
    (0.3, people.unlink),
    (0.2, people.follow_again),
    (0.4, people.link_by_hand),
    (0.5, people.retry_issues),
    (0.2, people.let_go),
    (8, deliver),
    (4, work),
    (2.5, work_meanwhile),
    (2.5, work_and_die),
    (2, die_anywhere),
    (1.5, poll),
    (0.7, poll_too_soon),
    (2, lose_an_answer),
    (0.3, compare),
    (0.3, import_again),
    (0.1, quarrel),
]
