"""The application: the API, OAuth, the bookkeeper's pages and the test controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount

from qbo_simulator.api import Api
from qbo_simulator.clock import Clock
from qbo_simulator.company import Company
from qbo_simulator.injection import Plan
from qbo_simulator.metering import RequestLog
from qbo_simulator.switches import Switches

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from qbo_simulator.store import Store


class State:
    """What every part of the simulator shares."""

    def __init__(self, store: Store, switches: Switches | None = None) -> None:
        self.store = store
        self.clock = Clock(store)
        self.switches = switches or Switches()
        self.faults = Plan()
        self.requests = RequestLog()
        self._companies: dict[str, Company] = {}

    def company(self, realm: str) -> Company:
        """The books of one company; KeyError if there is none of that id."""
        if realm not in self._companies:
            if realm not in self.store.realms():
                raise KeyError(realm)
            self._companies[realm] = Company(self.store, realm, self.switches)
        return self._companies[realm]

    def forget_companies(self) -> None:
        """Look them up anew: a reset has taken those away that were added."""
        self._companies.clear()


class Simulator(Starlette):
    """The application, which lets the API hang up on a client without an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["qbo_simulator.send"] = send
        await super().__call__(scope, receive, send)


def create_app(store: Store, switches: Switches | None = None) -> Starlette:
    """The whole simulator over one store; its `State` is `app.state.simulator`."""
    from qbo_simulator import (  # noqa: PLC0415
        control,
        entitlements,
        oauth,
        uploads,
        webhooks,
    )
    from qbo_simulator.bookkeeper import pages  # noqa: PLC0415

    state = State(store, switches)
    app = Simulator(
        routes=[
            Mount("/v3/company", app=Api(state)),
            *oauth.routes(state),
            *entitlements.routes(state),
            *control.routes(state),
            *pages.routes(state),
            *uploads.routes(state),
        ],
        lifespan=webhooks.lifespan(state),
    )
    app.state.simulator = state
    return app
