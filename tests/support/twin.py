"""A service of people, kept in memory, that does everything services do to one.

``Twin`` is the other side and the oracle: it trims, lower-cases, formats and cuts what it
is given, has a clock of its own, tells of changes late, twice, in the wrong order or not
at all, and dies (``Crash``) before or after a call has done its work.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from counterfoil.core.errors import Unclear
from counterfoil.posting.ports import Expectation, Receipt
from counterfoil.sync.ports import Observed, Told
from support.dying import Crash

STREAM = "customers"
FIELDS = ("given_name", "family_name", "email", "phone", "city")
# Of a city it keeps less than it says, and no accents: nobody is told of that loss.
LONGEST = {"given_name": 12, "family_name": 12, "email": 40, "phone": 15, "city": 8}


def spelled(name: str, value: object) -> str:
    """What the service makes of a value: the loss that must not look like an edit."""
    text = " ".join(str(value or "").split())
    if name == "email":
        text = text.lower()
    if name == "phone" and text:
        digits = "".join(c for c in text if c.isdigit() or c == "+")
        text = f"{digits[:3]} {digits[3:]}" if len(digits) > 3 else digits
    if name == "city":
        plain = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in plain if not unicodedata.combining(c))
    return text[: LONGEST[name]].rstrip() if name in LONGEST else text


@dataclass
class Person:
    """One object there."""

    remote_id: str
    name: str
    values: dict[str, str]
    created_at: datetime
    updated_at: datetime
    marker: str = ""
    version: int = 0
    active: bool = True
    merged_into: str = ""
    history: list[tuple[str, str]] = field(default_factory=list)
    fed_at: datetime | None = None  # when the feed begins to tell of its last change


@dataclass
class Twin:
    """The service's one company. ``skew`` is how wrong its clock is."""

    account: str
    now: datetime
    skew: timedelta = timedelta(0)
    people: dict[str, Person] = field(default_factory=dict)
    news: list[Told] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)
    wrote: dict[tuple[str, str], list[datetime]] = field(  # our writes, by field
        default_factory=lambda: defaultdict(list)
    )
    idle: list[tuple[str, str, str]] = field(default_factory=list)  # changed nothing
    met: Counter[str] = field(default_factory=Counter)  # what came to pass, counted
    lag: timedelta = timedelta(0)  # the feed tells of the next change so much later
    reads: int = 0
    page_size: int = 100
    crash_in: int = 0  # dies in the n-th call from now, 0: never
    crash_after: bool = False  # after the work was done, not before
    unclear_next: bool = False
    meanwhile: Callable[[], None] | None = None  # happens during a call, once
    meanwhile_in: int = 0  # in the n-th call from now, 0: never
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def time(self) -> datetime:
        return (self.now + self.skew).replace(microsecond=0)

    def call(self, work: Any, *, is_write: bool = False) -> Any:
        """Carry out one call, or die before or after it."""
        dies = self._dies()
        if dies and not self.crash_after:
            self.met["died before a call"] += 1
            raise Crash("before")
        answer = work()
        self._meanwhile()
        if dies:
            self.met[f"died after a {'write' if is_write else 'read'}"] += 1
            raise Crash("after")
        if is_write and self.unclear_next:
            self.unclear_next = False
            self.met["answers lost"] += 1
            raise Unclear("the answer was lost")
        return answer

    def _meanwhile(self) -> None:
        if self.meanwhile_in:
            self.meanwhile_in -= 1
            if self.meanwhile_in == 0 and self.meanwhile is not None:
                self.meanwhile()

    def _dies(self) -> bool:
        if not self.crash_in:
            return False
        self.crash_in -= 1
        return self.crash_in == 0

    # What somebody does there.

    def add(self, name: str, **values: str) -> Person:
        person = Person(
            str(next(self._ids)),
            self.free_name(name),
            {each: spelled(each, values.get(each)) for each in FIELDS},
            self.time,
            self.time,
        )
        person.history += person.values.items()
        self.people[person.remote_id] = person
        self.tell(person, "create")
        return person

    def free_name(self, name: str) -> str:
        taken = {each.name.casefold() for each in self.people.values()}
        free = (f"{name} {n}" if n else name for n in itertools.count())
        return next(each for each in free if each.casefold() not in taken)

    def edit(self, person: Person, **values: str) -> bool:
        """Change fields; ``False`` when nothing is different afterwards."""
        wanted = {each: spelled(each, value) for each, value in values.items()}
        if all(person.values[each] == value for each, value in wanted.items()):
            return False
        person.values.update(wanted)
        person.history += wanted.items()
        self.touch(person)
        self.tell(person, "update")
        return True

    def touch(self, person: Person) -> None:
        person.version += 1
        person.updated_at = max(self.time, person.updated_at)
        person.fed_at, self.lag = self.now + self.lag, timedelta(0)

    def switch(self, person: Person, *, active: bool) -> None:
        if person.active != active:
            person.active = active
            self.touch(person)
            self.tell(person, "update")

    def merge(self, loser: Person, survivor: Person) -> None:
        """The loser is gone at once, as in QuickBooks."""
        loser.merged_into = survivor.remote_id
        loser.updated_at = max(self.time, loser.updated_at)
        self.touch(survivor)
        told = Told(
            self.account,
            STREAM,
            loser.remote_id,
            "merge",
            self.time,
            survivor.remote_id,
        )
        self.news.append(told)
        self.tell(survivor, "update")

    def tell(self, person: Person, operation: str) -> None:
        self.news.append(
            Told(self.account, STREAM, person.remote_id, operation, person.updated_at)
        )

    def living(self) -> list[Person]:
        return [each for each in self.people.values() if not each.merged_into]


def observed(person: Person) -> Observed:
    """A person as the service shows it."""
    if person.merged_into:
        return Observed(
            STREAM,
            person.remote_id,
            updated_at=person.updated_at,
            deleted=True,
            active=False,
            merged_into=person.merged_into,
        )
    content = content_of(person)
    text = json.dumps([content, person.active], sort_keys=True)
    words = f"{person.name} {person.values['email']}".upper()
    return Observed(
        stream=STREAM,
        remote_id=person.remote_id,
        version=str(person.version),
        updated_at=person.updated_at,
        active=person.active,
        name=person.name,
        email=person.values["email"].lower(),
        lookup=words,
        content=content,
        digest=hashlib.blake2b(text.encode(), digest_size=16).digest(),
        receipt=receipt(person) if person.marker else None,
    )


def content_of(person: Person) -> dict[str, object]:
    return {
        "display_name": person.name,
        "full_name": person.name,
        **{name: person.values[name] for name in FIELDS},
    }


def receipt(person: Person) -> Receipt:
    return Receipt(
        remote_id=person.remote_id,
        version=str(person.version),
        number="",
        marker=person.marker,
        expectation=Expectation(name=person.name),
        created_at=person.created_at,
        updated_at=person.updated_at,
        body=content_of(person),
    )
