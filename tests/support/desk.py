"""A company's desk that answers as a test told it to: every way in which a write can end.

``desk_of(connection)`` is its state; ``errors`` are raised by the next calls, each once.
An error in ``after`` is raised when the work was done all the same.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from factories.people import make_connection, make_workspace

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Gone, Rejected, Stale
from counterfoil.crm.models import Record
from counterfoil.posting.ports import Expectation, Found, Lookup, Marked, Receipt, books
from counterfoil.sync import reference
from counterfoil.sync.categories import Causes, causes
from counterfoil.sync.engine.decide import Values
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.ports import (
    Observed,
    Pairing,
    RemoteField,
    Stream,
    pairings,
    sources,
    writers,
)
from counterfoil.sync.settings import choices

SERVICE, STREAM = "desk", "customers"
START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
_NUMBERS = itertools.count(10_001)  # all of one length, whatever ran before


@dataclass
class Desk:
    """What the company holds, what was asked of it, and how it will answer."""

    held: dict[str, dict[str, str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    inactive: set[str] = field(default_factory=set)
    clinging: set[str] = field(default_factory=set)
    errors: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    writes: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    markers: dict[str, str] = field(default_factory=dict)

    def put(self, **content: str) -> str:
        number = str(next(_NUMBERS))
        self.held[number] = {"display_name": "", "given_name": "", **content}
        self.versions[number] = 0
        return number

    def names_taken(self) -> set[str]:
        """What is inactive bears its name no longer, but where it is in ``clinging``."""
        return {
            one["display_name"]
            for number, one in self.held.items()
            if number not in self.inactive or number in self.clinging
        }

    def edit(self, number: str, **content: str) -> None:
        """A bookkeeper is at it."""
        self.held[number] |= content
        self.versions[number] += 1

    def meet(self) -> None:
        """The next call ends as it was told to; somebody does something meanwhile."""
        if self.meanwhile:
            self.meanwhile.pop(0)()
        if self.errors:
            raise self.errors.pop(0)

    def done(self) -> None:
        if self.after:
            raise self.after.pop(0)

    def observed(self, number: str) -> Observed:
        content: dict[str, object] = dict(self.held[number])
        active = number not in self.inactive
        text = json.dumps([content, active], sort_keys=True).encode()
        return Observed(
            STREAM,
            number,
            version=str(self.versions[number]),
            updated_at=START + timedelta(seconds=self.versions[number]),
            active=active,
            name=str(content["display_name"]),
            email=str(content.get("email", "")),
            lookup=str(content["display_name"]).upper(),
            content=content,
            digest=hashlib.blake2b(text, digest_size=16).digest(),
        )


desks: dict[str, Desk] = {}


def desk_of(connection: Connection) -> Desk:
    return desks.setdefault(connection.account, Desk())


class DeskSource:
    """Reads by number; nothing else is read in these tests."""

    key = SERVICE

    def streams(self) -> Sequence[Stream]:
        return [Stream(STREAM)]

    def fetch(
        self, connection: Connection, stream: str, ids: Sequence[str], *, now: datetime
    ) -> Sequence[Observed]:
        desk = desk_of(connection)
        desk.reads += ids
        return [desk.observed(each) for each in ids if each in desk.held]


class DeskWriter:
    """Compare-and-set."""

    key = SERVICE

    def update(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        values: Values,
        now: datetime,
    ) -> Observed:
        desk = desk_of(connection)
        desk.writes.append((remote_id, dict(values)))
        _check(desk, remote_id, version)
        desk.edit(
            remote_id, **{name: str(value or "") for name, value in values.items()}
        )
        desk.done()
        return desk.observed(remote_id)

    def set_active(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        active: bool,
        now: datetime,
    ) -> Observed:
        desk = desk_of(connection)
        desk.writes.append((remote_id, {"active": active}))
        _check(desk, remote_id, version)
        if active:
            _is_free(desk, desk.held[remote_id]["display_name"])
        (desk.inactive.discard if active else desk.inactive.add)(remote_id)
        desk.edit(remote_id)
        desk.done()
        return desk.observed(remote_id)

    def restore(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        name: str,
        now: datetime,
    ) -> Observed:
        desk = desk_of(connection)
        desk.writes.append((remote_id, {"active": True, "display_name": name}))
        _check(desk, remote_id, version)
        _is_free(desk, name)
        desk.inactive.discard(remote_id)
        desk.edit(remote_id, display_name=name)
        desk.done()
        return desk.observed(remote_id)

    def page_address(self, connection: Connection, stream: str, remote_id: str) -> str:
        return f"https://desk.example/{remote_id}"


def _check(desk: Desk, number: str, version: str) -> None:
    desk.meet()
    if number not in desk.held:
        raise Gone("It no longer exists.")
    if str(desk.versions[number]) != version:
        raise Stale("Somebody was quicker.")


def _is_free(desk: Desk, name: str) -> None:
    if name in desk.names_taken():
        raise Rejected("The name is taken.", field="name", code="6240")


class DeskBooks:
    """Creates; a name that somebody has is refused."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def render(
        self, kind: str, document: Mapping[str, object], *, marker: str
    ) -> tuple[bytes, Expectation]:
        body = json.dumps({**document, "marker": marker}).encode()
        return body, Expectation(name=str(document["name"]))

    def create(
        self, kind: str, payload: bytes, *, request_id: str, deadline: float
    ) -> Receipt:
        desk, given = self.desk, json.loads(payload)
        desk.meet()
        name = given["name"]
        _is_free(desk, name)
        known = {each.name for each in DeskContacts.fields}
        content = {key: value for key, value in given.items() if key in known}
        number = desk.put(**content, display_name=name)
        desk.markers[number] = given["marker"]
        desk.writes.append((number, {"created": name}))
        return self._receipt(number)

    def _receipt(self, number: str) -> Receipt:
        seen = self.desk.observed(number)
        return Receipt(
            remote_id=number,
            version=seen.version,
            number="",
            marker=self.desk.markers[number],
            expectation=Expectation(name=seen.name),
            created_at=seen.updated_at,
            updated_at=seen.updated_at,
            body=dict(seen.content),
        )

    def find(self, lookup: Lookup) -> Found:
        found = [
            self._receipt(number)
            for number, marker in self.desk.markers.items()
            if marker == lookup.marker
        ]
        return Found(found, ["1-search"])

    def marked_since(self, kinds: Sequence[str], since: datetime) -> Marked:
        found = [self._receipt(number) for number in self.desk.markers]
        return Marked(found={"customer": found}, until=START)


class DeskShelf:
    """Opens the books."""

    key = SERVICE

    def open(self, connection: Connection) -> DeskBooks:
        return DeskBooks(desk_of(connection))


class DeskContacts(Pairing):
    """Contacts are customers of the desk, field by field."""

    service, name, stream = SERVICE, "contacts", STREAM
    object_type, kind = "contact", "customer"
    label, sentence = "Contacts", "Contacts and customers are kept in step."
    fields = (
        RemoteField("display_name", "Name", FieldKind.NAME, 100, needed=True),
        RemoteField("given_name", "First name", FieldKind.TEXT, 12),
        RemoteField("family_name", "Last name"),
        RemoteField("email", "E-mail", FieldKind.EMAIL),
        RemoteField("phone", "Phone", FieldKind.PHONE),
        RemoteField("title", "Title", FieldKind.NAME),
    )
    match_keys: ClassVar = {
        MatchKey.EMAIL: ("email", "email"),
        MatchKey.NAME: ("title", "display_name"),
    }

    def defaults(self, connection: Connection) -> Settings:
        return Settings(
            self.name,
            match_by=(MatchKey.EMAIL, MatchKey.NAME),
            rules=(
                Rule("first_name", "given_name", longest=12),
                Rule("last_name", "family_name"),
                Rule("email", "email", FieldKind.EMAIL),
                Rule("phone", "phone", FieldKind.PHONE),
            ),
        )

    def covers(self, content: Values, others: Collection[str]) -> Reason:
        return Reason.NONE

    def speaks_for(self, content: Values, others: Collection[str]) -> frozenset[str]:
        return frozenset(each.name for each in self.fields)

    def title(self, content: Values) -> str:
        return str(content.get("display_name", ""))

    def document(
        self, connection: Connection, settings: Settings, values: Values
    ) -> dict[str, object]:
        given, family = values.get("given_name", ""), values.get("family_name", "")
        name = str(values.get("display_name") or f"{given} {family}".strip())
        if ":" in name:
            raise Rejected("No colon in a name.", field="name")
        return {**values, "name": name}


if SERVICE not in sources:
    sources.add(DeskSource())  # type: ignore[arg-type]  # only what is asked for here
    writers.add(DeskWriter())
    books.add(DeskShelf())  # type: ignore[arg-type]
    pairings.add(DeskContacts())
    known = {"6240": "name_taken", "2040": "characters", "6190": "subscription"}
    causes.add(Causes(SERVICE, known))


def make_desk(**settings: object) -> Connection:
    """A connected company with the sync of its contacts turned on."""
    connection = make_connection(make_workspace(), service=SERVICE)
    turn_on(connection, **settings)
    return connection


def turn_on(connection: Connection, **settings: object) -> None:
    wanted = replace(choices.of(connection, "contacts"), enabled=True, **settings)  # type: ignore[arg-type]
    choices.save(connection, wanted, by=None, now=START)


def mirrored(connection: Connection, number: str) -> None:
    """The object was read, as it is now."""
    seen = desk_of(connection).observed(number)
    reference.keep(connection, STREAM, [seen], now=START)


def linked(connection: Connection, record: Record, **content: str) -> str:
    """An object there that is this record, both in step."""
    desk = desk_of(connection)
    number = desk.put(display_name=record.title, **content)
    mirrored(connection, number)
    seen = desk.observed(number)
    here = {
        rule.local: getattr(record, rule.local)
        for rule in choices.of(connection, "contacts").rules
    }
    Link.objects.create(
        connection=connection,
        stream=STREAM,
        remote_id=number,
        object_type="contact",
        record_id=record.pk,
        version=seen.version,
        remote_updated_at=seen.updated_at,
        digest=seen.digest,
        base_local=here,
        base_remote=dict(seen.content),
        pulled_at=START,
        created_at=START,
    )
    return number
