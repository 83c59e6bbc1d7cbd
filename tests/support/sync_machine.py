"""Random business on both sides of a connection, with everything that goes wrong.

``Machine(seed).run(steps)`` lets people work here and there (``sync_deeds``), loses and
repeats news, kills the worker between any two effects (``sync_accidents``); then
``settle()`` lets the sides come to rest, and ``sync_oracle.problems()`` says what is not
as promised. The same seed does the same things. Some seeds connect two services with the
same people.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from factories.people import make_workspace

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.models import EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.posting.models import Intent
from counterfoil.sync import inbound, marking
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.models import UNSETTLED, Conflict, Lane, Review, StreamRun
from counterfoil.sync.ports import Told
from counterfoil.sync.runs import changing
from counterfoil.sync.settings import choices
from support.twin import STREAM, Person, Twin
from support.twin_ports import SERVICE, register, twins
from support.worker import run_until_idle

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
POLL = timedelta(minutes=6)
ADA, BY_HAND = Actor.user(1, "Ada"), Origin.user(1)
CONTACTS = "contacts"
# Drains that have nothing to do with contacts.
IDLE = frozenset(
    {"deliveries", "quotes", "overdue", "rollups", "previews", "sync_cleaning"}
)
MOST_ROUNDS = 12
NEVER = 99


@dataclass(frozen=True)
class Edit:
    """What somebody typed: on which side, into whose field."""

    step: int
    side: str  # the account there; nothing: here
    subject: str  # the record's or the object's number
    field: str  # the remote field's name
    value: str

    @property
    def there(self) -> tuple[str, str]:
        """Whose field it was, as ``Machine.linked`` names people."""
        return self.side, self.subject


@dataclass(frozen=True)
class Side:
    """One company there, and our connection to it."""

    twin: Twin
    connection: Connection

    @property
    def account(self) -> str:
        return self.twin.account

    @property
    def settings(self) -> Settings:
        return choices.of(self.connection, CONTACTS)


Pair = tuple[Side, Link, Contact, Person]


class Machine:
    """One run of one seed."""

    def __init__(self, seed: int) -> None:
        register()
        self.seed = seed
        self.dice = random.Random(seed)  # noqa: S311  no secret
        self.now = START
        self.step = 0
        self.met: Counter[str] = Counter()  # what came to pass, for the summary
        self.edits: list[Edit] = []
        self.bent: set[str] = set()  # fields whose mapping was not the plain one once
        self.parted: set[tuple[str, str]] = set()  # people that somebody unlinked
        # Whom each record was linked to, by account and number.
        self.linked: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        self.switched: set[str] = set()  # records and people somebody put away or back
        self.told: set[tuple[str, str]] = set()  # merges of which news arrived
        self.unlinking: set[str] = set()  # accounts where being put away ends a link
        self.is_calm = self.dice.random() < 0.25  # no worker dies, no answer is lost
        self.workspace = make_workspace(now=START)
        count = 2 if self.dice.random() < 0.25 else 1
        self.sides = [self._side(f"twin-{seed}-{n}") for n in range(count)]

    def _side(self, account: str) -> Side:
        skew = timedelta(seconds=self.dice.choice([0, -30, 30, -600, 600]))
        twin = twins[account] = Twin(account, START, skew)
        twin.page_size = self.dice.choice([2, 100, 100])
        connection = Connection.objects.create(
            workspace=self.workspace,
            service=SERVICE,
            account=account,
            environment="sandbox",
            name=account,
            home_currency="USD",
            connected_at=START,
            imported_at=START,
            changes_until=twin.time,
            next_poll_at=START + POLL,
        )
        side = Side(twin, connection)
        wins = self.dice.choice([Wins.REMOTE, Wins.REMOTE, Wins.LOCAL, Wins.ASK])
        rules = tuple(replace(rule, wins=wins) for rule in side.settings.rules)
        self.choose(side, enabled=True, rules=rules)
        return side

    # One step.

    def run(
        self, steps: int, deeds: Sequence[tuple[float, Callable[[Machine], None]]]
    ) -> None:
        weights = [weight for weight, _deed in deeds]
        for self.step in range(steps):
            self.pass_time(self.dice.choice([0, 0, 1, 2, 5, 40, 200]))
            for side in self.sides:
                late = self.dice.random() < 0.2
                side.twin.lag = timedelta(seconds=self.dice.randrange(100) * late)
            (_weight, deed) = self.dice.choices(deeds, weights)[0]
            self.met[deed.__name__] += 1
            deed(self)
            self.note_links()

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for side in self.sides:
            side.twin.now = self.now

    def side(self) -> Side:
        return self.dice.choice(self.sides)

    def write_here(self, change: Change) -> None:
        write(
            workspace=self.workspace,
            changes=[change],
            actor=ADA,
            origin=BY_HAND,
            now=self.now,
        )

    def choose(self, side: Side, **chosen: object) -> None:
        """Save settings; what follows from them is carried out, as after a preview."""
        former = side.settings
        wanted = replace(former, **chosen)  # type: ignore[arg-type]
        choices.save(side.connection, wanted, by=None, now=self.now)
        try:
            changing.begin(
                side.connection,
                former=former,
                wanted=wanted,
                promised={},
                by=None,
                now=self.now,
            )
        except Invalid:  # the last change is still being carried out
            choices.save(side.connection, former, by=None, now=self.now)
            self.met["settings refused"] += 1

    def note_links(self) -> None:
        """Who was one with whom: a merge or a click may end it."""
        for side, link in self.links():
            self.linked[link.record_id].add((side.account, link.remote_id))

    def note(self, side: str, subject: object, field: str, value: str) -> None:
        self.edits.append(Edit(self.step, side, str(subject), field, value))

    # What goes wrong on the way.

    def hear(self, told: Sequence[Told]) -> None:
        inbound.hint(SERVICE, told, now=self.now)
        self.told |= {(each.account, each.remote_id) for each in told if each.survivor}

    def work(self) -> None:
        run_until_idle(self.now, without=IDLE)

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

    def links(self) -> Iterator[tuple[Side, Link]]:
        for side in self.sides:
            rows = Link.objects.filter(connection=side.connection)
            yield from ((side, link) for link in rows.order_by("pk"))

    def conflicts(self) -> list[Conflict]:
        return list(Conflict.objects.filter(UNSETTLED).order_by("pk"))

    def reviews(self) -> list[Review]:
        return list(Review.objects.filter(answered_at=None).order_by("pk"))

    def in_step(self) -> Iterator[Pair]:
        """The links whose two sides are both alive and meet the filters."""
        for side, link in self.links():
            person = side.twin.people[link.remote_id]
            contact = Contact.objects.get(pk=link.record_id)
            alive = person.active and not person.merged_into
            alive = alive and contact.archived_at is None
            if alive and link.state == "ok" and passes(side.settings, contact):
                yield side, link, contact, person

    def state(self) -> list[object]:
        """Everything that must stand still when nobody does anything."""
        people = [
            (each.remote_id, each.version, each.active)
            for side in self.sides
            for each in side.twin.people.values()
        ]
        records = Contact.objects.filter(workspace=self.workspace).order_by("pk")
        return [people, list(records.values_list("pk", "version", "archived_at"))]

    # Rest.

    def settle(self) -> int:
        """Let both sides come to rest; how many rounds that took."""
        self.forget_leases()
        for side in self.sides:
            side.twin.crash_in, side.twin.unclear_next = 0, False
            if self.dice.random() < 0.5:
                side.twin.news.clear()  # never told: the poll must find it
        for each in range(MOST_ROUNDS):
            before = self.state()
            for side in self.sides:
                self.hear(side.twin.news)
                side.twin.news.clear()
            self.pass_time(1200)
            self.poll()
            self.note_links()
            if each and self.state() == before and not self.has_news():
                return each
        return NEVER

    def has_news(self) -> bool:
        return any(side.twin.news for side in self.sides)

    def poll(self) -> None:
        ids = [side.connection.pk for side in self.sides]
        Connection.objects.filter(pk__in=ids).update(next_poll_at=self.now)
        self.work()

    def look_again(self) -> list[str]:
        """Judge everything that is in step once more: nothing may come of it."""
        before, pairs = self.state(), list(self.in_step())
        for side in self.sides:
            mine = [each for each in pairs if each[0] is side]
            ids = [contact.pk for _side, _link, contact, _person in mine]
            marking.mark(side.connection, CONTACTS, ids, now=self.now)
            known = [person.remote_id for _side, _link, _contact, person in mine]
            told = [Told(side.account, STREAM, each, "update", None) for each in known]
            # As if they had never been seen, so that they are compared in full.
            RemoteObject.objects.filter(
                connection=side.connection, remote_id__in=known
            ).update(digest=b"?")
            Link.objects.filter(connection=side.connection, remote_id__in=known).update(
                digest=b"?"
            )
            self.hear(told)
        self.work()
        if self.state() != before:
            return ["looked at again, it was written again"]
        return []


def passes(settings: Settings, contact: Contact) -> bool:
    """Whether a contact meets the only filter that people of the machine use."""
    return all(
        str(getattr(contact, name)) != value
        for name, _operator, value in settings.filters
    )
