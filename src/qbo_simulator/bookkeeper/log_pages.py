"""The pages that are about the simulator, not one company: home, webhooks, requests."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from qbo_simulator.bookkeeper.desk import (
    DONE,
    back_to,
    not_found,
    refused_as_foreign,
)
from qbo_simulator.bookkeeper.reading import Problem, owed_at_home
from qbo_simulator.html.submitted import fields_of, is_foreign
from qbo_simulator.html.templating import page
from qbo_simulator.seeds.companies import PROFILES, add
from qbo_simulator.webhooks.log import WebhookLog
from qbo_simulator.webhooks.manner import FORMATS

if TYPE_CHECKING:
    from starlette.requests import Request

    from qbo_simulator.bookkeeper.desk import Desk

LONGEST_NAME = 100


class LogPages:
    """Views that show what the simulator heard and told."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._log = WebhookLog(desk.state.store)

    async def home(self, request: Request) -> Response:
        """Show the companies to choose from."""
        done = DONE.get(request.query_params.get("done", ""), "")
        return await run_in_threadpool(self._home, done)

    async def found(self, request: Request) -> Response:
        """Found one more company by a profile."""
        if is_foreign(request):
            return refused_as_foreign()
        form = await fields_of(request)
        once = form.get("once", "")
        key = f"found {once}" if once else ""
        return await run_in_threadpool(self._desk.once, key, lambda: self._found(form))

    def _found(self, form: dict[str, str]) -> Response:
        state = self._desk.state
        profile, name = form.get("profile", ""), form.get("name", "").strip()
        if profile not in PROFILES:
            return self._home(problem="Choose one of the kinds of company.")
        if len(name) > LONGEST_NAME:
            return self._home(problem="That name is too long for a company.")
        company = add(
            state.store,
            profile,
            now=state.clock.now(),
            name=name or None,
            empty=form.get("empty") == "1",
        )
        return back_to(f"/books/{company.realm}", "founded")

    def _home(self, done: str = "", problem: str = "") -> Response:
        cards = []
        for company in self._desk.companies():
            room = self._desk.open(company["realm"])
            open_ones = room.rows("Invoice", "where Balance > '0' maxresults 1000")
            owed = owed_at_home(open_ones)
            cards.append({**company, "owed": owed, "open": len(open_ones)})
        return page(
            "home.html",
            status=422 if problem else 200,
            cards=cards,
            section="home",
            once=secrets.token_urlsafe(9),
            now=self._desk.state.clock.now(),
            profiles=[(key, seed.title) for key, seed in PROFILES.items()],
            problem=Problem(problem) if problem else None,
            done=done,
        )

    async def webhooks(self, request: Request, problem: str = "") -> Response:
        """Show the webhook log and how webhooks are delivered."""
        deliveries = [
            {
                "it": delivery,
                "attempts": self._log.attempts(delivery.id),
                "body": _pretty(delivery.body),
            }
            for delivery in self._log.recent(100)
        ]
        return page(
            "webhooks.html",
            status=422 if problem else 200,
            section="webhooks",
            deliveries=deliveries,
            manner=self._log.manner(),
            formats=FORMATS,
            problem=Problem(problem) if problem else None,
            done=DONE.get(request.query_params.get("done", ""), ""),
        )

    async def act_on_webhooks(self, request: Request) -> Response:
        """Replay a webhook, or change how they are delivered."""
        if is_foreign(request):
            return refused_as_foreign()
        form = await fields_of(request)
        if "replay" in form:
            return self._replay(form["replay"])
        try:
            self._log.set_manner(**_manner_typed(form))
        except ValueError as error:
            return await self.webhooks(request, str(error))
        return back_to("/webhooks", "saved")

    def _replay(self, number: str) -> Response:
        try:
            self._log.replay(
                int(number) if number.isdecimal() else 0,
                now=self._desk.state.clock.now(),
            )
        except KeyError:
            return not_found(f"There is no webhook {number}.")
        return back_to("/webhooks", "replayed")

    async def requests(self, request: Request) -> Response:
        """Show the latest requests to the API with their bodies."""
        wanted = request.query_params.get("q", "").lower()
        realm = request.query_params.get("realm", "")
        entries = [
            {
                **entry,
                "request_shown": _pretty(str(entry.get("request", "")).encode()),
                "response_shown": _pretty(str(entry.get("response", "")).encode()),
            }
            for entry in reversed(list(self._desk.state.requests))
            if wanted in f"{entry['method']} {entry['path']} {entry['status']}".lower()
            and realm in ("", entry["realm"])
        ]
        return page(
            "requests.html", section="requests", entries=entries[:100], search=wanted
        )


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):  # no JSON, or nested too deeply to lay out
        return body.decode("utf-8", errors="replace")


def _manner_typed(form: dict[str, str]) -> dict[str, Any]:
    """Read the delivery form; raises ValueError with a sentence."""
    numbers: dict[str, Any] = {}
    for name, kind in (("window", float), ("delay", float), ("duplicate", int)):
        try:
            numbers[name] = kind(form.get(name, "0") or 0)
        except ValueError:
            raise ValueError(f"{name} is not a number: {form.get(name)}.") from None
    return {
        **numbers,
        "url": form.get("url", "").strip(),
        "format": form.get("format", "legacy"),
        **{name: form.get(name) == "1" for name in ("lose", "reorder", "hold_back")},
    }
