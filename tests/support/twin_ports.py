"""The ports of the twin: how sync and posting reach it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from counterfoil.connections.models import Connection
from counterfoil.connections.ports import CompanyFacts
from counterfoil.core.errors import Gone, Rejected, Stale
from counterfoil.posting.ports import Expectation, Found, Lookup, Marked, Receipt, books
from counterfoil.sync.categories import Causes, causes
from counterfoil.sync.engine.decide import Values
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.ports import (
    Changes,
    Observed,
    Page,
    Pairing,
    RemoteField,
    Sightings,
    Stream,
    Told,
    pairings,
    sources,
    writers,
)
from support.twin import FIELDS, STREAM, Person, Twin, observed, receipt, spelled

SERVICE = "twin"

twins: dict[str, Twin] = {}


def twin_of(connection: Connection) -> Twin:
    return twins[connection.account]


class TwinSource:
    """Reads the twin."""

    key = SERVICE

    def streams(self) -> Sequence[Stream]:
        return [Stream(STREAM)]

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        return True

    def told(self, body: bytes) -> Sequence[Told]:
        return []

    def fetch(
        self, connection: Connection, stream: str, ids: Sequence[str], *, now: datetime
    ) -> Sequence[Observed]:
        twin = twin_of(connection)
        twin.reads += 1
        return list(
            twin.call(
                lambda: [
                    observed(twin.people[each])
                    for each in ids
                    if each in twin.people and not twin.people[each].merged_into
                ]
            )
        )

    def changes(
        self,
        connection: Connection,
        streams: Sequence[str],
        *,
        since: datetime,
        now: datetime,
    ) -> Changes:
        twin = twin_of(connection)
        twin.reads += 1
        changed = twin.call(
            lambda: [
                _as_fed(each)
                for each in twin.people.values()
                if each.updated_at >= since.replace(microsecond=0)
                and not (each.fed_at and each.fed_at > twin.now)
            ]
        )
        return Changes(changed, (), twin.time)

    def page(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> Page:
        twin = twin_of(connection)
        twin.reads += 1
        after = int(str(cursor.get("after") or 0))
        found = twin.call(
            lambda: [
                observed(each) for each in twin.living() if int(each.remote_id) > after
            ]
        )
        page = found[: twin.page_size]
        is_last = len(page) == len(found)
        return Page(page, None if is_last else {"after": page[-1].remote_id}, twin.time)

    def sightings(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> Sightings:
        page = self.page(connection, stream, cursor, now=now)
        found = {each.remote_id: each for each in page.observed}
        return Sightings(
            {remote_id: each.digest for remote_id, each in found.items()},
            lambda ids: [found[each] for each in ids],
            page.after,
        )

    def count(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> int:
        twin = twin_of(connection)
        return int(twin.call(lambda: len(twin.living())))

    def remote_ids(
        self, connection: Connection, stream: str, *, now: datetime
    ) -> set[str]:
        twin = twin_of(connection)
        twin.reads += 1
        return set(twin.call(lambda: {each.remote_id for each in twin.living()}))

    def facts(self, connection: Connection, *, now: datetime) -> CompanyFacts:
        return CompanyFacts(connection.account, "Twin", "US", "USD")


def _as_fed(person: Person) -> Observed:
    """The feed tells that something is gone, not into what it went."""
    if not person.merged_into:
        return observed(person)
    return Observed(
        STREAM,
        person.remote_id,
        updated_at=person.updated_at,
        deleted=True,
        active=False,
    )


class TwinWriter:
    """Changes the twin, by compare-and-set."""

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
        twin = twin_of(connection)

        def work() -> Observed:
            person = _current(twin, remote_id, version)
            name = str(values.get("display_name") or "")
            if name:
                person.name = name
            changed = {each: v for each, v in values.items() if each in FIELDS}
            twin.writes.append((remote_id, ",".join(sorted(values))))
            for each, value in changed.items():
                twin.wrote[remote_id, each].append(twin.now)
                twin.met["emptied there"] += value in {"", None}
                if spelled(each, value) == person.values[each]:
                    twin.idle.append((remote_id, each, person.values[each]))
            if not twin.edit(person, **{k: str(v or "") for k, v in changed.items()}):
                twin.touch(person)
                twin.tell(person, "update")
            return observed(person)

        found: Observed = twin.call(work, is_write=True)
        return found

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
        twin = twin_of(connection)

        def work() -> Observed:
            person = _current(twin, remote_id, version)
            twin.met["switched there by sync"] += 1
            twin.writes.append((remote_id, "active"))
            twin.switch(person, active=active)
            return observed(person)

        found: Observed = twin.call(work, is_write=True)
        return found

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
        twin = twin_of(connection)

        def work() -> Observed:
            person = _current(twin, remote_id, version)
            twin.writes.append((remote_id, "active,display_name"))
            person.name = name
            twin.switch(person, active=True)
            return observed(person)

        found: Observed = twin.call(work, is_write=True)
        return found

    def page_address(self, connection: Connection, stream: str, remote_id: str) -> str:
        return f"https://twin.example/{stream}/{remote_id}"


def _current(twin: Twin, remote_id: str, version: str) -> Person:
    person = twin.people.get(remote_id)
    if person is None or person.merged_into:
        raise Gone("It no longer exists.")
    if str(person.version) != version:
        twin.met["stale"] += 1
        raise Stale("Somebody changed it meanwhile.")
    return person


class TwinBooks:
    """Creates people in the twin, once for each request id."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin

    def render(
        self, kind: str, document: Mapping[str, object], *, marker: str
    ) -> tuple[bytes, Expectation]:
        name = str(document["name"])
        body = json.dumps({**document, "marker": marker}, default=str).encode()
        return body, Expectation(name=name)

    def create(
        self, kind: str, payload: bytes, *, request_id: str, deadline: float
    ) -> Receipt:
        twin = self.twin

        def work() -> Receipt:
            known = twin.answers.get(request_id)
            if known is not None:
                twin.met["asked for twice"] += 1
                return receipt(twin.people[known])
            given = json.loads(payload)
            name = str(given["name"])
            if any(each.name.casefold() == name.casefold() for each in twin.living()):
                twin.met["names taken"] += 1
                raise Rejected("That name is taken.", field="name", code="6240")
            person = twin.add(name, **{k: v for k, v in given.items() if k in FIELDS})
            person.marker = given["marker"]
            twin.answers[request_id] = person.remote_id
            twin.writes.append((person.remote_id, "created"))
            return receipt(person)

        found: Receipt = twin.call(work, is_write=True)
        return found

    def find(self, lookup: Lookup) -> Found:
        found = self.twin.call(
            lambda: [
                receipt(each)
                for each in self.twin.living()
                if each.marker == lookup.marker
            ]
        )
        return Found(found, ["1-search"])

    def marked_since(self, kinds: Sequence[str], since: datetime) -> Marked:
        found = [receipt(each) for each in self.twin.living() if each.marker]
        return Marked(found={"customer": found}, until=self.twin.time)

    def pdf(self, kind: str, remote_id: str) -> bytes:
        return b"%PDF-1.7"

    def page_address(self, kind: str, remote_id: str) -> str:
        return f"https://twin.example/{kind}/{remote_id}"


class TwinShelf:
    """Opens the twin's books."""

    key = SERVICE

    def open(self, connection: Connection) -> TwinBooks:
        return TwinBooks(twin_of(connection))


class TwinContacts(Pairing):
    """People there are contacts here."""

    service, name, stream = SERVICE, "contacts", STREAM
    object_type, kind = "contact", "customer"
    label, sentence = "Contacts", "People there are contacts here."
    fields = (
        RemoteField("given_name", "Given name", longest=12),
        RemoteField("family_name", "Family name", longest=12),
        RemoteField("email", "E-mail", FieldKind.EMAIL, longest=40),
        RemoteField("phone", "Phone", FieldKind.PHONE, longest=15),
        RemoteField("city", "City", longest=12),
    )
    match_keys: ClassVar = {
        MatchKey.EMAIL: ("email", "email"),
        MatchKey.NAME: ("title", "display_name"),
    }

    def defaults(self, connection: Connection) -> Settings:
        return Settings(
            self.name,
            match_by=(MatchKey.EMAIL,),
            rules=(
                Rule("first_name", "given_name", longest=12),
                Rule("last_name", "family_name", longest=12),
                Rule("email", "email", FieldKind.EMAIL, longest=40),
                Rule("phone", "phone", FieldKind.PHONE, longest=15),
                Rule("city", "city", longest=12),
            ),
        )

    def covers(self, content: Values, others: Collection[str]) -> Reason:
        return Reason.NONE

    def speaks_for(self, content: Values, others: Collection[str]) -> frozenset[str]:
        return frozenset(FIELDS)

    def title(self, content: Values) -> str:
        return str(content.get("display_name", ""))

    def document(
        self, connection: Connection, settings: Settings, values: Values
    ) -> dict[str, object]:
        name = f"{values.get('given_name', '')} {values.get('family_name', '')}".strip()
        return {**values, "name": name or str(values.get("email") or "Nobody")}


def register() -> None:
    """Make the twin known, once for a test process."""
    if SERVICE not in sources:
        sources.register(TwinSource)
        writers.register(TwinWriter)
        books.register(TwinShelf)
        pairings.register(TwinContacts)
        causes.add(Causes(SERVICE, {"6240": "name_taken"}))
