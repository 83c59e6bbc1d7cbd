"""Random business on both sides of a connection, with everything that goes wrong.

``Machine(seed).run(steps)`` edits here and there, merges, deactivates, archives, loses
and repeats news, kills the worker between any two effects, changes mappings; then
``settle()`` lets both sides come to rest, and ``problems()`` says what is not as promised.
The same seed does the same things.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from factories.people import make_workspace
from support.twin import FIELDS, Crash, Person, Twin
from support.twin_ports import SERVICE, register, twins
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.models import EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.posting.models import Intent
from counterfoil.sync import inbound
from counterfoil.sync.engine.fields import Direction, Wins
from counterfoil.sync.engine.settings import Archived, Gone
from counterfoil.sync.models import Lane, StreamRun
from counterfoil.sync.settings import choices

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
POLL = timedelta(minutes=6)
ADA, BY_HAND = Actor.user(1, "Ada"), Origin.user(1)
PAIRS = (
    ("first_name", "given_name"),
    ("last_name", "family_name"),
    ("email", "email"),
    ("phone", "phone"),
    ("city", "city"),
)
WORDS = ("Ada", "Bo ", "Cy", "  Di", "EVE", "eve", "Zoë", "A very long name indeed", "")
PHONES = ("+1 (555) 010-9999", "5550109999", "+15550101234567", "555", "")


@dataclass(frozen=True)
class Edit:
    """What somebody typed: on which side, into whose field."""

    step: int
    is_here: bool
    subject: str  # the record's or the object's number
    field: str  # the remote field's name
    value: str


class Machine:
    """One run of one seed."""

    def __init__(self, seed: int) -> None:
        register()
        self.dice = random.Random(seed)  # noqa: S311  no secret
        self.now = START
        self.step = 0
        self.edits: list[Edit] = []
        self.bent: set[str] = set()  # fields whose mapping was not the plain one once
        self.workspace = make_workspace(now=START)
        account = f"twin-{seed}"
        skew = timedelta(seconds=self.dice.choice([0, -30, 30, -600, 600]))
        self.twin = twins[account] = Twin(account, START, skew)
        self.connection = Connection.objects.create(
            workspace=self.workspace,
            service=SERVICE,
            account=account,
            environment="sandbox",
            name="Twin",
            home_currency="USD",
            connected_at=START,
            imported_at=START,
            changes_until=self.twin.time,
            next_poll_at=START + POLL,
        )
        self.choose(enabled=True, on_archived=Archived.KEEP, on_gone=Gone.KEEP)

    # One step.

    def run(self, steps: int) -> None:
        deeds: list[tuple[int, Callable[[], None]]] = [
            (10, self.edit_here),
            (10, self.edit_there),
            (3, self.create_here),
            (3, self.create_there),
            (2, self.switch_there),
            (1, self.merge_there),
            (1, self.archive_here),
            (1, self.change_mapping),
            (8, self.deliver),
            (8, self.work),
            (4, self.work_and_die),
            (3, self.poll),
            (2, self.lose_an_answer),
        ]
        weights = [weight for weight, _deed in deeds]
        for self.step in range(steps):
            self.pass_time(self.dice.choice([0, 0, 1, 2, 5, 40, 200]))
            (_weight, deed) = self.dice.choices(deeds, weights)[0]
            deed()

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.twin.now = self.now

    def value(self, field: str) -> str:
        if field == "email":
            number = self.dice.randrange(8)
            return self.dice.choice(
                [f"P{number}@Example.test", f"p{number}@x.test", ""]
            )
        return self.dice.choice(PHONES if field == "phone" else WORDS)

    def edit_here(self) -> None:
        people = list(self.contacts())
        if not people:
            return
        contact = self.dice.choice(people)
        picked = self.dice.sample(PAIRS, self.dice.choice([1, 1, 2]))
        values = {local: self.value(remote) for local, remote in picked}
        try:
            self.write_here(Change("contact", values, contact.pk))
        except Invalid:
            return  # nobody is left without a name and an address
        for local, remote in picked:
            self.note(contact.pk, remote, values[local], is_here=True)

    def edit_there(self) -> None:
        people = [each for each in self.twin.living() if each.active]
        if not people:
            return
        person = self.dice.choice(people)
        picked = self.dice.sample(FIELDS, self.dice.choice([1, 1, 2]))
        values = {field: self.value(field) for field in picked}
        self.twin.edit(person, **values)
        for field in picked:
            self.note(person.remote_id, field, person.values[field], is_here=False)

    def create_here(self) -> None:
        values = {
            "first_name": self.dice.choice(["Fay", "Gus", "Hal"]) + str(self.step),
            "email": self.value("email"),
        }
        self.write_here(Change("contact", values))

    def create_there(self) -> None:
        given = self.dice.choice(["Ian", "Joy", "Kim"]) + str(self.step)
        self.twin.add(given, given_name=given, email=self.value("email"))

    def switch_there(self) -> None:
        if people := self.twin.living():
            person = self.dice.choice(people)
            self.twin.switch(person, active=not person.active)

    def merge_there(self) -> None:
        people = [each for each in self.twin.living() if each.active]
        if len(people) > 1:
            loser, survivor = self.dice.sample(people, 2)
            self.twin.merge(loser, survivor)

    def archive_here(self) -> None:
        people = list(Contact.objects.filter(workspace=self.workspace).order_by("pk"))
        if people:
            contact = self.dice.choice(people)
            gone = contact.archived_at is None
            self.write_here(Change("contact", {}, contact.pk, archived=gone))

    def write_here(self, change: Change) -> None:
        write(
            workspace=self.workspace,
            changes=[change],
            actor=ADA,
            origin=BY_HAND,
            now=self.now,
        )

    def change_mapping(self) -> None:
        rules = list(choices.of(self.connection, "contacts").rules)
        index = self.dice.randrange(len(rules))
        rules[index] = replace(
            rules[index],
            direction=self.dice.choice([Direction.BOTH, Direction.BOTH, *Direction]),
            wins=self.dice.choice(list(Wins)),
            may_empty=self.dice.random() < 0.2,
        )
        self.bent.add(rules[index].remote)
        self.choose(rules=tuple(rules))

    def choose(self, **chosen: object) -> None:
        wanted = replace(choices.of(self.connection, "contacts"), **chosen)  # type: ignore[arg-type]
        choices.save(self.connection, wanted, by=None, now=self.now)

    def note(self, subject: object, field: str, value: str, *, is_here: bool) -> None:
        self.edits.append(Edit(self.step, is_here, str(subject), field, value))

    # What goes wrong on the way.

    def deliver(self) -> None:
        """Some of the news: shuffled, some twice, some never."""
        self.dice.shuffle(self.twin.news)
        count = self.dice.randrange(len(self.twin.news) + 1)
        told, self.twin.news = self.twin.news[:count], self.twin.news[count:]
        kept = [each for each in told if self.dice.random() > 0.2]
        repeated = [each for each in kept if self.dice.random() < 0.2]
        if kept:
            inbound.hint(SERVICE, [*kept, *repeated], now=self.now)

    def lose_an_answer(self) -> None:
        self.twin.unclear_next = True

    def work(self) -> None:
        run_until_idle(self.now)

    def work_and_die(self) -> None:
        self.twin.crash_in = self.dice.randrange(1, 4)
        self.twin.crash_after = self.dice.random() < 0.5
        try:
            run_until_idle(self.now)
        except Crash:
            self.forget_leases()
        self.twin.crash_in = 0

    def poll(self) -> None:
        Connection.objects.filter(pk=self.connection.pk).update(next_poll_at=self.now)
        run_until_idle(self.now)

    def forget_leases(self) -> None:
        """What a dead worker held runs out; here the test's clock cannot wait for it."""
        past = START - timedelta(days=1)
        Lane.objects.update(leased_until=past)
        StreamRun.objects.update(leased_until=past)
        EventDelivery.objects.filter(leased_until__isnull=False).update(
            leased_until=past
        )
        Intent.objects.filter(leased_until__isnull=False).update(leased_until=past)

    # What there is.

    def contacts(self) -> list[Contact]:
        rows = Contact.objects.filter(workspace=self.workspace, archived_at=None)
        return list(rows.order_by("pk"))

    def links(self) -> list[Link]:
        return list(Link.objects.filter(connection=self.connection).order_by("pk"))

    def person_of(self, link: Link) -> Person:
        return self.twin.people[link.remote_id]

    def state(self) -> list[object]:
        """Everything that must stand still when nobody does anything."""
        people = [
            (each.remote_id, each.version, each.active)
            for each in self.twin.people.values()
        ]
        records = Contact.objects.filter(workspace=self.workspace).order_by("pk")
        return [people, list(records.values_list("pk", "version", "archived_at"))]

    def settle(self) -> int:
        """Let both sides come to rest; how many rounds that took."""
        self.twin.crash_in, self.twin.unclear_next = 0, False
        if self.dice.random() < 0.5:
            self.twin.news.clear()  # never told: the poll must find it
        self.forget_leases()
        for each in range(12):
            before = self.state()
            inbound.hint(SERVICE, self.twin.news, now=self.now)
            self.twin.news.clear()
            self.pass_time(1200)
            self.poll()
            if each > 1 and self.state() == before and not self.twin.news:
                return each
        return 99
