"""The page on which a person connects an application to one of the companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from qbo_simulator.html.submitted import fields_of, is_foreign
from qbo_simulator.html.templating import page
from qbo_simulator.oauth.tokens import ACCOUNTING, App, Authority

if TYPE_CHECKING:
    from starlette.requests import Request

    from qbo_simulator.state import State

SCOPES: Mapping[str, str] = {
    ACCOUNTING: "Read and change customers, invoices, payments and the other books",
    "com.intuit.quickbooks.payment": "Take payments by card and bank transfer",
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your e-mail address",
    "phone": "See your phone number",
    "address": "See your postal address",
    "project-management.project": "Read and change projects",
    "app-foundations.custom-field-definitions": "Read and change custom fields",
    "app-foundations.custom-field-definitions.read": "Read custom fields",
    "app-foundations.custom-dimensions.read": "Read custom dimensions",
    "payroll.compensation.read": "Read pay items",
    "indirect-tax.tax-calculation.quickbooks": "Calculate sales tax",
    "time-tracking.time-entry": "Read and change time entries",
}
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What an application asks for on the authorise page."""

    app: App
    redirect_uri: str
    scope: str
    state: str
    nonce: str | None

    @property
    def scopes(self) -> list[str]:
        """The scopes asked for, each once."""
        return list(dict.fromkeys(self.scope.split()))

    def back(self, **answer: str) -> str:
        """Return the redirect address with the answer and the state added."""
        parts = urlsplit(self.redirect_uri)
        query = parse_qsl(parts.query, keep_blank_values=True)
        query += [*answer.items(), ("state", self.state)]
        return urlunsplit(parts._replace(query=urlencode(query)))


class UnanswerableError(Exception):
    """The request names no application or address that could be answered."""


class DeclinedError(Exception):
    """The request is refused with an OAuth error sent to the application."""

    def __init__(self, wish: Wish, error: str) -> None:
        super().__init__(error)
        self.wish = wish
        self.error = error


def is_registered(uri: str, app: App) -> bool:
    """Say whether a redirect address belongs to the application, character by character.

    Development keys also take any address on this machine, as Intuit's do for
    localhost.
    """
    if uri in app.redirect_uris:
        return True
    if not app.any_local_redirect:
        return False
    parts = urlsplit(uri)
    local = parts.scheme in ("http", "https") and parts.hostname in LOCAL_HOSTS
    return local and not parts.fragment and "@" not in parts.netloc


def read_wish(asked: Mapping[str, str], authority: Authority) -> Wish:
    """Check the parameters of an authorise request.

    Raises UnanswerableError where nobody may be redirected, DeclinedError where the application
    is told by redirect.
    """
    app = authority.app_by_id(asked.get("client_id", ""))
    if app is None:
        raise UnanswerableError(
            "The client_id query parameter value is invalid. Check the client id of "
            "the application."
        )
    uri = asked.get("redirect_uri", "")
    if not is_registered(uri, app):
        raise UnanswerableError(
            "The redirect_uri query parameter value is invalid. Make sure it is listed "
            "in the Redirect URIs section on the application's keys tab and matches "
            "exactly."
        )
    wish = Wish(
        app=app,
        redirect_uri=uri,
        scope=asked.get("scope", ""),
        state=asked.get("state", ""),
        nonce=asked.get("nonce"),
    )
    if asked.get("response_type") != "code":
        raise DeclinedError(wish, "unsupported_response_type")
    if not wish.state:
        raise DeclinedError(wish, "invalid_request")
    if not wish.scopes or any(scope not in SCOPES for scope in wish.scopes):
        raise DeclinedError(wish, "invalid_scope")
    return wish


class Consent:
    """Shows the consent page and carries out what the person decides."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._authority = Authority(state.store)

    async def ask(self, request: Request) -> Response:
        """Show what the application asks for, and the companies to choose from."""
        try:
            wish = read_wish(request.query_params, self._authority)
        except UnanswerableError as problem:
            return page("consent_problem.html", status=400, problem=str(problem))
        except DeclinedError as refusal:
            return _redirect(refusal.wish.back(error=refusal.error))
        return self._page(wish)

    async def answer(self, request: Request) -> Response:
        """Connect or cancel."""
        if is_foreign(request):
            problem = "This form was sent from another site. Start again from the application."
            return page("consent_problem.html", status=403, problem=problem)
        form = await fields_of(request)
        try:
            wish = read_wish({**form, "response_type": "code"}, self._authority)
        except UnanswerableError as problem:
            return page("consent_problem.html", status=400, problem=str(problem))
        except DeclinedError as refusal:
            return _redirect(refusal.wish.back(error=refusal.error))
        if form.get("decision") != "connect":
            return _redirect(wish.back(error="access_denied"))
        return self._connect(wish, form.get("realm", ""))

    def _connect(self, wish: Wish, chosen: str) -> Response:
        realm = chosen if ACCOUNTING in wish.scopes else None
        if realm is not None and realm not in self._state.store.realms():
            return self._page(wish, problem="Choose the company to connect.")
        code = self._authority.issue_code(
            app=wish.app,
            realm=realm,
            scope=" ".join(wish.scopes),
            redirect_uri=wish.redirect_uri,
            nonce=wish.nonce,
            now=self._state.clock.now(),
        )
        answer = {"code": code} if realm is None else {"code": code, "realmId": realm}
        return _redirect(wish.back(**answer))

    def _page(self, wish: Wish, problem: str = "") -> Response:
        with self._state.store.read() as db:
            companies = db.execute(
                "SELECT realm, name, country, currency FROM company ORDER BY rowid"
            ).fetchall()
        return page(
            "consent.html",
            status=400 if problem else 200,
            wish=wish,
            problem=problem,
            companies=companies if ACCOUNTING in wish.scopes else [],
            needs_company=ACCOUNTING in wish.scopes,
            meanings=[SCOPES[scope] for scope in wish.scopes],
        )


def _redirect(address: str) -> Response:
    return RedirectResponse(address, status_code=302)


def consent_routes(state: State) -> list[Route]:
    """List the routes of the consent page."""
    consent = Consent(state)
    return [
        Route("/connect/oauth2", consent.ask, methods=["GET"]),
        Route("/connect/oauth2", consent.answer, methods=["POST"]),
    ]
