"""What a company's subscription allows, as the one XML-only address tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from starlette.responses import Response
from starlette.routing import Route

from qbo_simulator.api.xml import HEADER
from qbo_simulator.faults import GatewayFault
from qbo_simulator.oauth import endpoints as oauth
from qbo_simulator.wire import new_tid

if TYPE_CHECKING:
    from starlette.requests import Request

    from qbo_simulator.state import State

PLAN = "QBWEBPLUSMONTHLY"
FEATURES = (
    ("AccountManagement", "On"),
    ("Invoicing", "On"),
    ("Estimates", "On"),
    ("Bills", "On"),
    ("Inventory", "On"),
    ("ClassTracking", "On"),
    ("LocationTracking", "On"),
    ("MultiCurrency", "On"),
    ("Budgeting", "On"),
    ("TimeTracking", "On"),
    ("Payroll", "Off"),
)


def document(plan: str = PLAN) -> str:
    """The entitlements of a company on the Plus plan."""
    features = "".join(
        f'<Entitlement id="{number}"><name>{escape(name)}</name>'
        f"<term>{term}</term></Entitlement>"
        for number, (name, term) in enumerate(FEATURES, 1)
    )
    return (
        f"{HEADER}<EntitlementsResponse><QboCompany>true</QboCompany>"
        f"<PlanName>{escape(plan)}</PlanName><MaxUsers>5</MaxUsers>"
        "<CurrentUsers>1</CurrentUsers><DaysRemainingTrial>0</DaysRemainingTrial>"
        f"{features}</EntitlementsResponse>"
    )


def routes(state: State) -> list[Route]:
    """The two addresses at which clients know it."""

    async def entitlements(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        headers = {"intuit_tid": new_tid(int(state.clock.now().timestamp()))}
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        try:
            oauth.authorise(state, bearer, request.path_params["realm"])
        except GatewayFault as fault:
            return Response(
                f'{HEADER}<Fault type="{fault.type}"><Error code="{fault.code}">'
                f"<Message>{fault.message}</Message></Error></Fault>",
                fault.http,
                headers,
                media_type="application/xml",
            )
        return Response(document(), 200, headers, media_type="application/xml")

    return [
        Route("/manage/entitlements/v3/{realm}", entitlements),
        Route("/entitlements/v3/{realm}", entitlements),
    ]
