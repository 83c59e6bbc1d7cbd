"""Where every page begins: the company it is about, its frame, and what went wrong."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from qbo_simulator.bookkeeper.papers import NAVIGATION
from qbo_simulator.bookkeeper.reading import Body, Problem, at, quoted
from qbo_simulator.faults import Fault
from qbo_simulator.html.submitted import Form, form_of, is_foreign
from qbo_simulator.html.templating import page
from qbo_simulator.wire import today

if TYPE_CHECKING:
    from starlette.requests import Request

    from qbo_simulator.company import Company
    from qbo_simulator.state import State

NAMED_BY = {"Vendor": "DisplayName", "Employee": "DisplayName"}
"""Which property holds the full name, where it is not FullyQualifiedName."""
NAMED_SIMPLY = ("Term", "PaymentMethod", "TaxCode")
DONE = {
    "created": "Created.",
    "saved": "Saved.",
    "sent": "Sent; it is in the outbox.",
    "voided": "Voided. The ledger holds the reversal.",
    "deleted": "Deleted. The ledger holds the reversal.",
    "paid": "Payment received.",
    "inactive": "Made inactive.",
    "active": "Active again.",
    "merged": "Merged.",
    "disconnected": "Every application was disconnected from this company.",
    "replayed": "The webhook is on its way again.",
    "nothing": "Nothing was due.",
    "made": "What was due has been made.",
    "applied": "Applied.",
    "rated": "The rate counts from that day on.",
    "founded": "The company was founded.",
}
CHOOSABLE = {"Item": "Type in ('Service', 'Inventory', 'NonInventory', 'Group')"}
"""Which of a list can be chosen on a form, where not all can: categories hold items."""
PAGE_SIZE = 50
MOST_NAMES = 20
MOST_REMEMBERED = 1000


class GoneError(Exception):
    """What the address names is not there; the message says what."""


@dataclass(frozen=True, slots=True)
class Room:
    """One company while one request is answered."""

    company: Company
    realm: str
    name: str
    country: str
    currency: str
    now: datetime

    @property
    def today(self) -> date:
        """The server's date."""
        return today(self.now)

    def path(self, *parts: str) -> str:
        """Return the address of one of the company's pages."""
        return "/".join(["/books", self.realm, *filter(None, parts)])

    def rows(self, entity: str, rest: str = "") -> list[Body]:
        """Run `select * from entity rest` and return its rows."""
        answer = self.company.query(f"select * from {entity} {rest}")  # noqa: S608
        found: list[Body] = answer.get(entity, [])
        return found

    def count(self, entity: str, rest: str = "") -> int:
        """Return how many rows such a statement finds."""
        answer = self.company.query(f"select count(*) from {entity} {rest}")  # noqa: S608
        return int(answer.get("totalCount", 0))

    def read(self, entity: str, number: str) -> Body:
        """Read one entity; raises GoneError."""
        try:
            return self.company.read(entity, number)
        except Fault as fault:
            raise GoneError(f"There is no {entity.lower()} {number} here.") from fault

    def named(self, entity: str, name: str) -> str | None:
        """Return the id of the active entity of that full name, or None."""
        if not name.strip():
            return None
        is_named = f"{name_of(entity)} = {quoted(name.strip())}"
        found = self.rows(entity, where(is_named, CHOOSABLE.get(entity, "")))
        return str(found[0]["Id"]) if found else None

    def names(self, entity: str, most: int = 300) -> list[str]:
        """Return the first full names, for a chooser that has no script."""
        key = name_of(entity)
        fit = where(CHOOSABLE.get(entity, ""))
        rows = self.rows(entity, f"{fit} orderby {key} maxresults {most}")
        return [str(row[key]) for row in rows]

    def names_like(self, entity: str, typed: str) -> list[str]:
        """Return full names that begin with what was typed, then ones that hold it.

        The beginnings come off an index, so that a long list answers at once.
        """
        key = name_of(entity)
        found: dict[str, None] = {}
        for pattern in (f"{typed}%", f"%{typed}%"):
            if len(found) < MOST_NAMES:
                fit = where(f"{key} like {quoted(pattern)}", CHOOSABLE.get(entity, ""))
                rest = f"{fit} orderby {key} maxresults {MOST_NAMES}"
                found |= dict.fromkeys(str(row[key]) for row in self.rows(entity, rest))
        return list(found)[:MOST_NAMES]

    def preference(self, path: str) -> Any:
        """Return one preference by its path (`SalesFormsPrefs.AllowDiscount`)."""
        return at(self.read("Preferences", "1"), path)

    @property
    def has_currencies(self) -> bool:
        """Whether the company deals in several currencies."""
        return bool(self.preference("CurrencyPrefs.MultiCurrencyEnabled"))

    def listed(self, entity: str, rest: str, number: int) -> tuple[list[Body], int]:
        """Return one page of a list and how many there are in all."""
        conditions, _, _order = rest.partition("orderby")
        total = self.count(entity, conditions.strip())
        start = (number - 1) * PAGE_SIZE + 1
        tail = f"{rest} startposition {start} maxresults {PAGE_SIZE}"
        return self.rows(entity, tail), total


def where(*conditions: str) -> str:
    """Write a where clause of the conditions there are."""
    kept = [each for each in conditions if each]
    return f"where {' and '.join(kept)}" if kept else ""


def name_of(entity: str) -> str:
    """Return the property that holds the full name of an entity of that kind."""
    if entity in NAMED_SIMPLY:
        return "Name"
    return NAMED_BY.get(entity, "FullyQualifiedName")


View = Callable[["Visit"], Response]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to one company's page, with the form that was sent, if any."""

    request: Request
    room: Room
    form: Form
    companies: list[Body]

    @property
    def number(self) -> str:
        """The id in the address."""
        return str(self.request.path_params.get("id", ""))

    def asked(self, name: str, default: str = "") -> str:
        """Return one parameter of the address."""
        return self.request.query_params.get(name, default).strip()

    @property
    def page_number(self) -> int:
        """Which page of a list is asked for."""
        text = self.asked("page", "1")
        return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1

    def typed(self, name: str) -> str:
        """Return one field of the form."""
        return (self.form.get(name) or [""])[-1].strip()

    @property
    def all_typed(self) -> dict[str, str]:
        """Every field of the form by its name, to show it again."""
        return {name: values[-1] for name, values in self.form.items()}

    def show(
        self,
        template: str,
        section: str,
        *,
        problem: Problem | None = None,
        **more: Any,
    ) -> Response:
        """Render a page within the company's frame."""
        return page(
            template,
            status=422 if problem else 200,
            room=self.room,
            companies=self.companies,
            groups=NAVIGATION,
            section=section,
            once=secrets.token_urlsafe(9),
            problem=problem,
            done=DONE.get(self.asked("done"), ""),
            path=self.request.url.path,
            asked=self.request.query_params,
            page_size=PAGE_SIZE,
            **more,
        )


def back_to(address: str, done: str = "") -> Response:
    """Redirect after an act, with a word on what was done."""
    return RedirectResponse(f"{address}?done={done}" if done else address, 303)


def not_found(sentence: str) -> Response:
    """Answer that there is nothing at this address."""
    return page("problem.html", status=404, title="Not found", problem=sentence)


def refused_as_foreign() -> Response:
    """Answer a form that was sent from another site."""
    sentence = "This form was sent from another site, so nothing was done."
    return page("problem.html", status=403, title="Refused", problem=sentence)


class Desk:
    """Opens companies for the pages' views."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._lock = Lock()
        self._done: OrderedDict[str, str] = OrderedDict()

    def open(self, realm: str) -> Room:
        """Open a company's books for one request; raises GoneError."""
        try:
            company = self.state.company(realm)
        except KeyError as error:
            raise GoneError(f"There is no company {realm} here.") from error
        with self.state.store.read() as db:
            row = db.execute(
                "SELECT name, country, currency FROM company WHERE realm = ?", (realm,)
            ).fetchone()
        now = self.state.clock.now()
        return Room(company, realm, row["name"], row["country"], row["currency"], now)

    def companies(self) -> list[Body]:
        """List the companies for the switcher."""
        with self.state.store.read() as db:
            rows = db.execute(
                "SELECT realm, name, country, currency FROM company ORDER BY rowid"
            ).fetchall()
        return [dict(row) for row in rows]

    def view(self, handler: View) -> Callable[[Request], Awaitable[Response]]:
        """Make a route's endpoint of a view that is about one company."""

        async def answer(request: Request) -> Response:
            if request.method == "POST" and is_foreign(request):
                return refused_as_foreign()
            form = await form_of(request) if request.method == "POST" else {}
            try:
                room = self.open(request.path_params["realm"])
                visit = Visit(request, room, form, self.companies())
                act = handler if request.method == "GET" else self._only_once(handler)
                return await run_in_threadpool(act, visit)
            except GoneError as gone:
                return not_found(str(gone))

        return answer

    def _only_once(self, handler: View) -> View:
        """Carry a form out once, however often the browser sends it."""

        def act(visit: Visit) -> Response:
            once = visit.typed("once")
            key = f"{visit.request.url.path} {once}" if once else ""
            return self.once(key, lambda: handler(visit))

        return act

    def once(self, key: str, act: Callable[[], Response]) -> Response:
        """Answer as before what was done before under this key, and do it no more."""
        with self._lock:
            if key and key in self._done:
                return RedirectResponse(self._done[key], 303)
            answer = act()
            if key and answer.status_code == 303:
                self._done[key] = answer.headers["location"]
                while len(self._done) > MOST_REMEMBERED:
                    self._done.popitem(last=False)
            return answer
