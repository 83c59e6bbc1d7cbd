"""A company that is asked all kinds of things, and what every answer has to keep to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import httpx
from hypothesis import note
from starlette.routing import Mount

from qbo_simulator.api.edge import Api
from qbo_simulator.catalogue import BY_LOWER
from qbo_simulator.credentials import issue
from qbo_simulator.faults import Fault
from qbo_simulator.reports.catalogue import REPORTS
from qbo_simulator.server import Simulator, State
from qbo_simulator.storage.store import Store
from qbo_simulator.switches import Switches
from qbo_simulator.wire import decode
from support import fuzz_bodies, fuzz_checks
from support.casting import Cast
from support.fuzz_answers import (
    bare,
    check_answer,
    check_fault,
    head,
    opened,
    stable,
    told,
)
from support.picks import Body
from support.samples import FULL, LEAST

MULTIPART = (
    '--x\r\nContent-Disposition: form-data; name="file_metadata_01"\r\n'
    "Content-Type: application/json\r\n\r\n{metadata}\r\n--x\r\n"
    'Content-Disposition: form-data; name="file_content_01"; filename="a.txt"\r\n'
    "Content-Type: text/plain\r\n\r\nbread\r\n--x--\r\n"
)
JSON = "application/json"
Named = tuple[str, str]


@dataclass
class World:
    """One company, how it is asked, and all that it has ever made."""

    store: Store
    number: int
    keys: dict[str, str]
    runner: asyncio.Runner
    seen: dict[str, set[int]] = field(default_factory=dict)
    settled_anew: bool = False

    def __post_init__(self) -> None:
        self.state = State(self.store, Switches(throttle=False))
        self.app = Simulator(routes=[Mount("/v3/company", app=Api(self.state))])
        self.company = self.state.company(self.keys["realm_id"])
        self.cast = Cast(self.company)
        self.cast.made = 1000
        with self.store.read() as db:
            for row in db.execute(
                "SELECT kind, id FROM entity WHERE realm = ?", (self.company.realm,)
            ):
                self._family(row[0]).add(int(row[1]))

    def _family(self, kind: str) -> set[int]:
        known = BY_LOWER[kind.lower()]
        return self.seen.setdefault(known.sequence, set())

    @property
    def now(self) -> datetime:
        found: datetime = self.state.clock.now()
        return found

    # How it is asked.

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request to the application in this process."""
        headers = {
            "Authorization": f"Bearer {self.keys['access_token']}",
            "Accept": "application/json",
            **more.pop("headers", {}),
        }

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport) as client:
                url = f"http://simulator/v3/company/{self.company.realm}/{path}"
                return await client.request(method, url, headers=headers, **more)

        note(f"{method} {path} {more}")
        answer = self.runner.run(sent())
        note(f"{answer.status_code} {answer.text[:300]!r}")
        check_answer(answer)
        return answer

    def step(self, random: Random) -> None:
        """One thing that is asked, and a look through the books after it."""
        acts: tuple[tuple[int, Callable[[Random], None]], ...] = (
            (8, self.create),
            (6, self.update),
            (4, self.end),
            (1, self.create_as_xml),
            (2, self.batch),
            (2, self.query),
            (1, self.look),
            (1, self.upload),
            (2, self.administer),
        )
        (act,) = random.choices(
            [each for _, each in acts], [weight for weight, _ in acts]
        )
        act(random)
        fuzz_checks.check_books(self.company)

    def create(self, random: Random) -> None:
        kind, wish = fuzz_bodies.request(random)
        body = self.cast.resolve(wish, random.randrange(5))
        before = self.mark()
        if random.random() < 0.3:
            served = self._directly(
                lambda: self.company.create(kind, body, now=self.now)
            )
        else:
            served = opened(self.ask("POST", kind.lower(), content=told(body)), kind)
        if served is None:
            assert self.mark() == before, "what was refused left something behind"
        else:
            self.check_new(kind, served)

    def update(self, random: Random) -> None:
        kind, number = self.pick(random)
        old = self.held(kind, number)
        if old is None or "update" not in BY_LOWER[kind.lower()].operations:
            return
        if random.random() < 0.15 and not self.settled_anew:
            note(f"send back {kind} {old}")
            assert stable(self.company.update(kind, old, now=self.now)) == stable(old)
            return
        wish = fuzz_bodies.change(random, kind, old)
        body = self.cast.resolve(wish, random.randrange(5))
        before = self.mark()
        if random.random() < 0.3:
            served = self._directly(
                lambda: self.company.update(kind, body, now=self.now)
            )
        else:
            served = opened(self.ask("POST", kind.lower(), content=told(body)), kind)
        if served is None:
            assert self.mark() == before, "what was refused left something behind"
        elif head(served)["Id"] == number:
            self.check_changed(kind, old, served)
        elif int(head(served)["Id"]) not in self._family(kind):
            self.check_new(kind, served)

    def end(self, random: Random) -> None:
        """Void, delete, send or print something."""
        kind, number = self.pick(random)
        old = self.held(kind, number)
        if old is None:
            return
        body = {name: head(old)[name] for name in ("Id", "SyncToken")}
        able = BY_LOWER[kind.lower()].operations - {"create", "update"}
        how = random.choice((*sorted(able), *sorted(able), "delete", "void", "send"))
        path, before = kind.lower(), self.mark()
        if how == "pdf":
            self.ask(
                "GET", f"{path}/{number}/pdf", headers={"Accept": "application/pdf"}
            )
            return
        if how == "send":
            answer = self.ask(
                "POST", f"{path}/{number}/send", params={"sendTo": "a@b.cd"}
            )
        elif how == "void" and kind != "Invoice":
            body["sparse"] = True
            params = {"operation": "update", "include": "void"}
            answer = self.ask("POST", path, content=told(body), params=params)
        else:
            whole = old if kind == "RecurringTransaction" else body
            answer = self.ask(
                "POST", path, content=told(whole), params={"operation": how}
            )
        if answer.status_code != 200:
            assert self.mark() == before, "what was refused left something behind"
        elif how == "delete":
            assert self.held(kind, number) is None
            assert not self._found_by_query(kind, number)
        else:
            self.check_changed(
                kind, old, opened(answer, kind) or {}, sent=how == "send"
            )

    def create_as_xml(self, random: Random) -> None:
        kind, wish = fuzz_bodies.request(random)
        body = self.cast.resolve(wish, random.randrange(5))
        text = fuzz_bodies.xml_of(kind, body)
        kinds = {"Content-Type": "application/xml", "Accept": "application/xml"}
        before = self.mark()
        content = text.encode(errors="replace")
        answer = self.ask("POST", kind.lower(), content=content, headers=kinds)
        if answer.status_code != 200:
            assert self.mark() == before, "what was refused left something behind"

    def batch(self, random: Random) -> None:
        items: list[Body] = []
        for number in range(random.randint(0, 4)):
            kind, wish = fuzz_bodies.request(random)
            body = self.cast.resolve(wish, random.randrange(5))
            item = {"bId": f"b{number}", "operation": "create", kind: body}
            if random.random() < 0.2:
                item = {"bId": f"b{number}", "Query": fuzz_bodies.statement(random)}
            elif random.random() < 0.2:
                item["operation"] = random.choice(
                    ("update", "delete", "void", "x", None)
                )
            items.append(item)
        wish = {"BatchItemRequest": items}
        if random.random() < 0.2 and items:
            wish = self.cast.resolve(fuzz_bodies.mutated(random, "Invoice", wish))
            self.ask("POST", "batch", content=told(wish))
            return
        answer = self.ask("POST", "batch", content=told(wish))
        if answer.status_code == 200:
            given = answer.json()["BatchItemResponse"]
            assert [each["bId"] for each in given] == [each["bId"] for each in items]
            for each in given:
                if "Fault" in each:
                    check_fault(each)

    def query(self, random: Random) -> None:
        text = fuzz_bodies.statement(random)
        if random.random() < 0.5:
            answer = self.ask("GET", "query", params={"query": text})
        else:
            kinds = {"Content-Type": "application/text"}
            content = text.encode(errors="replace")
            answer = self.ask("POST", "query", content=content, headers=kinds)
        if answer.status_code == 200:
            body = decode(answer.content)
            assert set(body) == {"QueryResponse", "time"}
            if "select *" in text:
                self.check_rows(body["QueryResponse"])

    def look(self, random: Random) -> None:
        """A change feed, a report, a read."""
        wishes: tuple[tuple[str, Body], ...] = (
            ("cdc", {"entities": random.choice(("Invoice,Customer", "Bill", "x", ""))}),
            (f"reports/{random.choice(list(REPORTS))}", {"date_macro": "All"}),
            (f"{random.choice(list(LEAST)).lower()}/{random.randint(0, 30)}", {}),
        )
        path, params = random.choice(wishes)
        when = random.choice(("2026-11-01", "2026-11-21T00:00:00Z", "x"))
        params = {**params, "changedSince": when} if path == "cdc" else params
        kinds = random.choice(("application/json", "application/xml"))
        answer = self.ask("GET", path, params=params, headers={"Accept": kinds})
        if path == "cdc" and answer.headers["content-type"].startswith(JSON):
            for found in decode(answer.content).get("CDCResponse", ()):
                for each in found["QueryResponse"]:
                    self.check_rows(each)

    def upload(self, random: Random) -> None:
        wish: Any = {"Note": "By the gate", "FileName": "a.txt"}
        if random.random() < 0.5:
            wish = fuzz_bodies.mutated(random, "Attachable", FULL["Attachable"])
        body = self.cast.resolve(wish)
        content = MULTIPART.replace("{metadata}", told(body).decode()).encode()
        kinds = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = self.ask("POST", "upload", content=content, headers=kinds)
        if answer.status_code == 200:
            for each in decode(answer.content)["AttachableResponse"]:
                if "Fault" in each:
                    check_fault(each)
                else:
                    self.check_new("Attachable", each["Attachable"])

    def administer(self, random: Random) -> None:
        """What changes how the company works: settings, taxes, rates, merges."""
        how = random.randrange(5)
        if how == 0:
            pick = random.choice(("Customer", "Vendor", "Account", "Class", "Item"))
            ids = [str(each) for each in self.cast.ids(pick)] or ["1"]
            pair = random.choice(ids), random.choice(ids)
            note(f"merge {pick} {pair}")
            self._directly(lambda: self.company.merge(pick, *pair, now=self.now))
        elif how == 1:
            self.state.clock.advance(random.choice((60, 86400, 86400 * 40)))
            self.keys = issue(self.store, company=self.number)
        elif how == 2:
            wish = fuzz_bodies.tax_code(random)
            self.ask("POST", "taxservice/taxcode", content=told(wish))
        elif how == 3:
            wish = fuzz_bodies.exchange_rate(random)
            self.ask("POST", "exchangerate", content=told(wish))
        else:
            kind = random.choice(("Preferences", "Preferences", "CompanyInfo"))
            old = self.held(kind, "1") or {}
            body = self.cast.resolve(fuzz_bodies.setting(random, kind, old))
            self.ask("POST", kind.lower(), content=told(body))
            self.settled_anew = True

    def _directly(self, act: Callable[[], Body]) -> Body | None:
        try:
            return act()
        except Fault:
            return None

    # What it has.

    def pick(self, random: Random) -> Named:
        """One of the newest of any kind."""
        kind = random.choice(fuzz_bodies.KINDS)
        known = self.cast.ids(kind) or [1]
        return kind, str(known[random.randrange(len(known))])

    def held(self, kind: str, number: str) -> Body | None:
        try:
            return self.company.read(kind, number)
        except Fault as fault:
            if fault.code != "610":
                raise
            return None

    def mark(self) -> tuple[Any, ...]:
        """What moves with every write that was accepted."""
        with self.store.read() as db:
            row = db.execute(
                "SELECT (SELECT MAX(seq) FROM change), (SELECT MAX(seq) FROM accepted),"
                " (SELECT MAX(number) FROM posting), (SELECT COUNT(*) FROM application),"
                " (SELECT SUM(token) + COUNT(*) FROM entity)"
            ).fetchone()
        return tuple(row)

    def _found_by_query(self, kind: str, number: str) -> list[Body]:
        text = f"select * from {kind} where Id = '{number}'"  # noqa: S608
        return list(self.company.query(text).get(kind, []))

    # What has to hold.

    def check_new(self, kind: str, served: Body) -> None:
        """It has an id that nothing had before, and is found by it."""
        outside = head(served)
        number = outside["Id"]
        if not number.isdecimal():
            return
        family = self._family(kind)
        assert int(number) not in family, f"{kind} {number} is reused"
        family.add(int(number))
        # By settings a credit may be used as soon as it is there, which counts.
        assert outside["SyncToken"] == "0" or self.settled_anew, served
        assert stable(self.held(kind, number)) == stable(served)
        if outside.get("Active", True):
            (found,) = self._found_by_query(kind, number)
            assert stable(found) == stable(served)

    def check_rows(self, found: Body) -> None:
        """Rows of a query or a change feed are what can be read one by one."""
        for kind, rows in found.items():
            for row in rows if isinstance(rows, list) else ():
                number = head(row).get("Id", "")
                if head(row).get("status") == "Deleted":
                    assert self.held(kind, number) is None
                elif number.isdecimal():
                    assert stable(self.held(kind, number)) == stable(row)

    def check_changed(
        self, kind: str, old: Body, new: Body, *, sent: bool = False
    ) -> None:
        """Its token is one higher, or nothing about it has changed."""
        before, after = int(head(old)["SyncToken"]), int(head(new)["SyncToken"])
        number = head(old)["Id"]
        assert stable(self.held(kind, number)) == stable(new)
        if sent:
            assert after in {before, before + 1}
        elif bare(old) == bare(new):
            assert after == before, f"{kind} {number}: no change, but another token"
        else:
            assert after == before + 1, f"{kind} {number}: {before} became {after}"

    def check_all(self) -> None:
        """The books, and all that is owed."""
        fuzz_checks.check_books(self.company)
        fuzz_checks.check_open_balances(self.company)
        fuzz_checks.check_parties(self.company)
        fuzz_checks.check_links(self.company)
        fuzz_checks.check_names(self.company)
