"""The control endpoints about the books: companies, the oracle, preferences, reset."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qbo_simulator.company import Company
from qbo_simulator.control.wishes import whole
from qbo_simulator.seeds.companies import PROFILES, add, seed
from qbo_simulator.webhooks.log import WebhookLog

if TYPE_CHECKING:
    from starlette.requests import Request

    from qbo_simulator.state import State

KEPT_TABLES = frozenset({"oauth_app", "setting"})
KEPT_SETTINGS = (
    "served_at",
    "clock_offset",
    "webhook_manner",
    "oauth_rotation",
    "oauth_superseded",
    "oauth_signing_key",
    "attachment_secret",
)
ORACLE_FILTERS = ("realm", "entity", "id", "operation", "requestid", "marker")
PREFERENCES = {
    "custom_txn_numbers": ("SalesFormsPrefs", "CustomTxnNumbers", bool),
    "allow_discount": ("SalesFormsPrefs", "AllowDiscount", bool),
    "allow_deposit": ("SalesFormsPrefs", "AllowDeposit", bool),
    "book_close_date": ("AccountingInfoPrefs", "BookCloseDate", str),
}


def preference_body(wishes: dict[str, Any]) -> dict[str, Any]:
    """Write a sparse Preferences body for named wishes; raises ValueError."""
    body: dict[str, Any] = {}
    for name, value in wishes.items():
        if name not in PREFERENCES:
            known = ", ".join([*PREFERENCES, "body"])
            raise ValueError(f"Unknown preference {name!r}; one of {known}.")
        group, key, kind = PREFERENCES[name]
        if value is not None and not isinstance(value, kind):
            raise ValueError(f"{name} is a {kind.__name__}.")
        body.setdefault(group, {})[key] = "" if value is None else value
    return body


def change_preferences(
    company: Company, wishes: dict[str, Any], state: State
) -> dict[str, Any]:
    """Change preferences of a company, as its administrator does; raises Fault."""
    current = company.read("Preferences", "1")
    body = {**wishes, "Id": "1", "SyncToken": current["SyncToken"], "sparse": True}
    return company.update("Preferences", body, now=state.clock.now())


class BooksControl:
    """What was accepted, counted, preferred; and starting afresh."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_company(self, request: Request, wish: dict[str, Any]) -> Any:
        """Found one more company by a profile, with business in it unless `empty`."""
        profile, name = wish.get("profile", "us"), wish.get("name")
        empty = wish.get("empty", False)
        if profile not in PROFILES:
            raise ValueError(f"profile is one of {', '.join(PROFILES)}.")
        if name is not None and not (isinstance(name, str) and name.strip()):
            raise ValueError("name is a word or more.")
        if not isinstance(empty, bool):
            raise ValueError("empty is true or false.")  # noqa: TRY004
        now = self._state.clock.now()
        add(self._state.store, profile, now=now, name=name, empty=empty)
        return self.companies(request, {})

    def companies(self, _request: Request, _wish: dict[str, Any]) -> Any:
        """List the companies in the order of their numbers."""
        with self._state.store.read() as db:
            rows = db.execute(
                "SELECT realm, name, country, currency FROM company ORDER BY rowid"
            ).fetchall()
        return {
            "companies": [
                {"number": number, **dict(row)} for number, row in enumerate(rows, 1)
            ]
        }

    def oracle(self, request: Request, _wish: dict[str, Any]) -> Any:
        """List every write that was accepted, oldest first, whatever was answered.

        Filters: realm, entity, id, operation, requestid, marker; `after` a seq.
        """
        asked = {
            name: value
            for name, value in request.query_params.items()
            if name in ORACLE_FILTERS
        }
        where = "".join(f" AND {name} = :{name}" for name in asked)
        after = whole(request, "after", 0)
        limit = whole(request, "limit", 100_000)
        with self._state.store.read() as db:
            rows = db.execute(
                f"SELECT * FROM accepted WHERE seq > :after{where} "  # noqa: S608
                "ORDER BY seq LIMIT :limit",
                {**asked, "after": after, "limit": limit},
            ).fetchall()
        return {"count": len(rows), "accepted": [dict(row) for row in rows]}

    def metering(self, _request: Request, _wish: dict[str, Any]) -> Any:
        """Count the calls of each company: core (free), core_plus (metered), failed."""
        return {"realms": self._state.requests.metering()}

    def clear_metering(self, request: Request, wish: dict[str, Any]) -> Any:
        """Count from zero again."""
        self._state.requests.clear_metering()
        return self.metering(request, wish)

    def set_preferences(self, _request: Request, wish: dict[str, Any]) -> Any:
        """Switch preferences of a `realm` by name, or by a sparse `body`."""
        company = self._company(wish)
        body = wish.pop("body", None)
        wanted = body if body is not None else preference_body(wish)
        if not isinstance(wanted, dict):
            raise ValueError("body is an object of preferences.")  # noqa: TRY004
        changed = change_preferences(company, wanted, self._state)
        return {"Preferences": _plain(changed)}

    def merge(self, _request: Request, wish: dict[str, Any]) -> Any:
        """Merge the `loser` into the `winner`, as an administrator does."""
        company = self._company(wish)
        if not {"loser", "winner"} <= set(wish):
            raise ValueError("The body names the ids of a loser and a winner.")
        winner = company.merge(
            str(wish.get("entity", "Customer")),
            str(wish["loser"]),
            str(wish["winner"]),
            now=self._state.clock.now(),
        )
        return {"winner": _plain(winner)}

    def _company(self, wish: dict[str, Any]) -> Company:
        realm = str(wish.pop("realm", ""))
        try:
            return self._state.company(realm)
        except KeyError as error:
            raise KeyError(f"company {realm}") from error

    def reset(self, request: Request, wish: dict[str, Any]) -> Any:
        """Start the books afresh; the application's keys and settings stay."""
        empty = wish.get("empty", False)
        if not isinstance(empty, bool):
            raise ValueError("empty is true or false.")  # noqa: TRY004
        store = self._state.store
        webhooks = WebhookLog(store)
        with store.write() as db:
            tables = db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            for table in tables:
                if table["name"] not in KEPT_TABLES:
                    db.execute(f"DELETE FROM {table['name']}")  # noqa: S608
            marks = ", ".join("?" * len(KEPT_SETTINGS))
            db.execute(
                f"DELETE FROM setting WHERE key NOT IN ({marks})",  # noqa: S608
                KEPT_SETTINGS,
            )
            seed(store, now=self._state.clock.now(), empty=empty)
            webhooks.clear()
        self._state.forget_companies()
        self._state.faults.clear()
        self._state.requests.clear()
        return self.companies(request, {})


def _plain(entity: dict[str, Any]) -> Any:
    """Make an entity fit for plain JSON: Decimals become numbers."""
    return json.loads(json.dumps(entity, default=float))
