"""What tests ask of the simulator and tell it, under `/_sim/`: all of it JSON.

Documented in docs/simulator-operation.md. A wish that makes no sense is answered with
400 and `{"error": sentence}` and changes nothing.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from qbo_simulator import recurring
from qbo_simulator.control.books import BooksControl
from qbo_simulator.control.outbox import OutboxControl
from qbo_simulator.control.webhooks import WebhookControl
from qbo_simulator.control.wishes import check_application, instant_of, whole
from qbo_simulator.credentials import NoSuchCompanyError, issue
from qbo_simulator.faults import Fault
from qbo_simulator.injection import KINDS, is_count
from qbo_simulator.oauth.rotation import Policy, Rotation, Superseded
from qbo_simulator.oauth.tokens import Authority

if TYPE_CHECKING:
    from starlette.requests import Request

    from qbo_simulator.state import State

log = logging.getLogger(__name__)
Wish = dict[str, Any]
Handler = Callable[["Request", Wish], Any]


async def _wish_of(request: Request) -> Wish:
    body = await request.body()
    if not body.strip():
        return {}
    wish = json.loads(body)
    if not isinstance(wish, dict):
        raise ValueError("The body is a JSON object.")  # noqa: TRY004 - a bad request
    return wish


def _endpoint(handler: Handler) -> Callable[[Request], Any]:
    """Make a JSON endpoint of a function that may block and may refuse."""

    async def answer(request: Request) -> Response:
        try:
            wish = await _wish_of(request)
            said = await run_in_threadpool(handler, request, wish)
        except json.JSONDecodeError as error:
            return _problem(f"The body is not JSON: {error}.")
        except (ValueError, TypeError, NoSuchCompanyError) as error:
            return _problem(str(error))
        except KeyError as error:
            return _problem(f"There is no {error.args[0]} here.", 404)
        except sqlite3.DatabaseError as error:
            log.exception("%s failed", request.url.path)
            return _problem(f"The books cannot be used ({error}).", 500)
        except Fault as fault:
            return JSONResponse({"error": fault.detail, "Fault": fault.body()}, 400)
        return JSONResponse(said)

    return answer


def _problem(sentence: str, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)


class Control:
    """Faults, clock, switches, OAuth and what was asked of the API."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._authority = Authority(state.store)

    def show_faults(self, _request: Request, _wish: Wish) -> Any:
        """List the fault rules in force, with how often each hit."""
        rules = [asdict(rule) for rule in self._state.faults.rules]
        return {"kinds": KINDS, "rules": rules}

    def add_faults(self, request: Request, wish: Wish) -> Any:
        """Put one rule in force, or several (`rules`), and reseed if `seed` is given."""
        seed = wish.pop("seed", None)
        if seed is not None and not is_count(seed):
            raise ValueError("seed is a whole number and not negative.")
        rules = wish.pop("rules", [wish] if wish else [])
        if not isinstance(rules, list):
            raise ValueError("rules is a list.")  # noqa: TRY004 - a bad request
        self._state.faults.add_from(rules)
        if seed is not None:
            self._state.faults.reseed(seed)
        return self.show_faults(request, {})

    def clear_faults(self, request: Request, _wish: Wish) -> Any:
        """Lift every rule."""
        self._state.faults.clear()
        return self.show_faults(request, {})

    def show_clock(self, _request: Request, _wish: Wish) -> Any:
        """Tell the simulated time."""
        return {"now": self._state.clock.now().isoformat()}

    def advance_clock(self, _request: Request, wish: Wish) -> Any:
        """Move time by `seconds`, or forward `to` an instant.

        What recurring templates say is due by then is made.
        """
        if len(wish) != 1 or not wish.keys() <= {"seconds", "to"}:
            raise ValueError('The body is {"seconds": n} or {"to": instant}.')
        if "to" in wish:
            seconds = (instant_of(wish["to"]) - self._state.clock.now()).total_seconds()
        elif isinstance(wish["seconds"], int | float):
            seconds = wish["seconds"]
        else:
            raise ValueError("seconds is a number.")
        now = self._state.clock.advance(seconds)
        made = recurring.run_everywhere(self._state, now=now)
        return {"now": now.isoformat(), "made": made}

    def show_switches(self, _request: Request, _wish: Wish) -> Any:
        """List the switches and where they stand."""
        return self._state.switches.shown()

    def set_switches(self, _request: Request, wish: Wish) -> Any:
        """Change switches."""
        self._state.switches.change(wish)
        return self._state.switches.shown()

    def show_oauth(self, _request: Request, _wish: Wish) -> Any:
        """Tell the application's registration and the rotation policy."""
        app = asdict(self._authority.app())
        policy = self._authority.policy()
        return {
            **app,
            "rotation": policy.rotation.value,
            "superseded": policy.superseded.value,
        }

    def set_oauth(self, request: Request, wish: Wish) -> Any:
        """Change the rotation policy or the application's redirect addresses."""
        known = {
            "rotation",
            "superseded",
            "name",
            "redirect_uris",
            "any_local_redirect",
        }
        if unknown := set(wish) - known:
            raise ValueError(
                f"Unknown: {', '.join(unknown)}; one of {', '.join(known)}."
            )
        now = self._authority.policy()
        policy = Policy(
            Rotation(wish.pop("rotation", now.rotation)),
            Superseded(wish.pop("superseded", now.superseded)),
        )
        check_application(wish)
        self._authority.configure_app(**wish)
        self._authority.set_policy(policy)
        return self.show_oauth(request, {})

    def expire_tokens(self, _request: Request, wish: Wish) -> Any:
        """End the access tokens of one `realm`, or of all; refresh tokens live on."""
        realm = wish.get("realm")
        if realm is not None and realm not in self._state.store.realms():
            raise KeyError(f"company {realm}")
        now = self._state.clock.now()
        return {"expired": self._authority.expire_access(realm=realm, now=now)}

    def revoke_realm(self, _request: Request, wish: Wish) -> Any:
        """Disconnect every application from a `realm`, as its administrator can."""
        realm = str(wish.get("realm", ""))
        if realm not in self._state.store.realms():
            raise KeyError(f"company {realm}")
        now = self._state.clock.now()
        return {"revoked": self._authority.revoke_realm(realm=realm, now=now)}

    def credentials(self, request: Request, wish: Wish) -> Any:
        """Issue credentials for company number `company`, or for a `realm`."""
        number = wish.get("company", 1)
        if not is_count(number):
            raise ValueError("company is a number, counted from 1.")
        if "realm" in wish:
            realms = self._state.store.realms()
            if wish["realm"] not in realms:
                raise KeyError(f"company {wish['realm']}")
            number = realms.index(wish["realm"]) + 1
        base = str(request.base_url)
        return issue(self._state.store, company=number, base=base)

    def show_requests(self, request: Request, _wish: Wish) -> Any:
        """List the latest requests to the API, newest last."""
        wanted = {
            key: value for key, value in request.query_params.items() if key != "limit"
        }
        limit = whole(request, "limit", 1000)
        matching = [
            entry
            for entry in list(self._state.requests)
            if all(str(entry.get(key)) == value for key, value in wanted.items())
        ]
        return {"requests": matching[-limit:] if limit else []}

    def clear_requests(self, _request: Request, _wish: Wish) -> Any:
        """Forget the requests seen so far."""
        self._state.requests.clear()
        return {"requests": []}


def _table(state: State) -> list[tuple[str, str, Handler]]:
    control = Control(state)
    books = BooksControl(state)
    hooks = WebhookControl(state)
    return [
        ("GET", "/faults", control.show_faults),
        ("POST", "/faults", control.add_faults),
        ("DELETE", "/faults", control.clear_faults),
        ("GET", "/clock", control.show_clock),
        ("POST", "/clock", control.advance_clock),
        ("GET", "/switches", control.show_switches),
        ("POST", "/switches", control.set_switches),
        ("GET", "/oauth", control.show_oauth),
        ("POST", "/oauth", control.set_oauth),
        ("POST", "/oauth/expire", control.expire_tokens),
        ("POST", "/oauth/revoke", control.revoke_realm),
        ("POST", "/credentials", control.credentials),
        ("GET", "/requests", control.show_requests),
        ("DELETE", "/requests", control.clear_requests),
        ("GET", "/companies", books.companies),
        ("POST", "/companies", books.add_company),
        ("GET", "/oracle", books.oracle),
        ("GET", "/metering", books.metering),
        ("DELETE", "/metering", books.clear_metering),
        ("POST", "/preferences", books.set_preferences),
        ("POST", "/merge", books.merge),
        ("POST", "/reset", books.reset),
        ("GET", "/outbox", OutboxControl(state).show),
        ("GET", "/webhooks", hooks.show),
        ("POST", "/webhooks", hooks.change),
        ("POST", "/webhooks/endpoint", hooks.set_endpoint),
        ("GET", "/webhooks/log", hooks.log),
        ("DELETE", "/webhooks/log", hooks.clear),
        ("POST", "/webhooks/replay", hooks.replay),
    ]


def routes(state: State) -> list[Route]:
    """List the control routes."""
    table = _table(state)
    listed = [f"{method} /_sim{path}" for method, path, _handler in table]
    listed += ["GET /_sim/outbox/{number}", "GET /_sim/outbox/{number}/pdf"]
    flush = WebhookControl(state).flush

    async def index(_request: Request) -> Response:
        return JSONResponse({"endpoints": [*listed, "POST /_sim/webhooks/flush"]})

    return [
        Route("/_sim/", index),
        Route("/_sim/webhooks/flush", flush, methods=["POST"]),
        Route("/_sim/outbox/{number:int}", OutboxControl(state).one),
        Route("/_sim/outbox/{number:int}/pdf", OutboxControl(state).attachment),
        *(
            Route(f"/_sim{path}", _endpoint(handler), methods=[method])
            for method, path, handler in table
        ),
    ]
