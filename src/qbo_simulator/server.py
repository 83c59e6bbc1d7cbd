"""The application: the API, OAuth, the bookkeeper's pages and the test controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount

from qbo_simulator.api import entitlements, uploads
from qbo_simulator.api.edge import Api
from qbo_simulator.bookkeeper import pages
from qbo_simulator.control import endpoints as control
from qbo_simulator.oauth import endpoints as oauth
from qbo_simulator.state import State
from qbo_simulator.webhooks import delivery as webhooks

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from qbo_simulator.storage.store import Store
    from qbo_simulator.switches import Switches


class Simulator(Starlette):
    """The application, which lets the API hang up on a client without an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["qbo_simulator.send"] = send
        await super().__call__(scope, receive, send)


def create_app(store: Store, switches: Switches | None = None) -> Starlette:
    """The whole simulator over one store; its `State` is `app.state.simulator`."""
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
