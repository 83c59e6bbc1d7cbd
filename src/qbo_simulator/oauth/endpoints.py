"""OAuth 2 and OpenID Connect as Intuit offers them, on the simulator's own address.

`routes` serves discovery, consent, tokens, revocation, user information and keys;
`authorise` is what the API asks before it opens a company's books.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from qbo_simulator import faults
from qbo_simulator.html.submitted import fields_of
from qbo_simulator.oauth import keys as oauth_keys
from qbo_simulator.oauth.consent import consent_routes
from qbo_simulator.oauth.rotation import ACCESS_LIFE, REFRESH_LIFE
from qbo_simulator.oauth.tokens import (
    ACCOUNTING,
    App,
    Authority,
    Grant,
    InvalidGrantError,
    Tokens,
)
from qbo_simulator.wire import new_tid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from qbo_simulator.state import State

ISSUER = "https://oauth.platform.intuit.com/op/v1"
"""A name and no address here: Intuit's libraries insist on this one."""
HARD_EXPIRY_HEADER = "x-include-refresh-token-hard-expires-in"


def authorise(state: State, bearer: str | None, realm: str) -> Grant:
    """Return the grant that opens a company to a bearer token.

    Raises `faults.GatewayFault`: 401 / 3200 for a token that is missing, unknown,
    expired or revoked, 403 / 3100 for a good token of another company or scope.
    """
    grant = Authority(state.store).holder(bearer or "", state.clock.now())
    if grant is None:
        raise faults.token_expired(bearer or "")
    if grant.realm != realm or ACCOUNTING not in grant.scopes:
        raise faults.not_authorised()
    return grant


def discovery(base: str, *, sandbox: bool) -> dict[str, Any]:
    """Return the discovery document with addresses under `base` (no slash at its end)."""
    place = f"{base}/sandbox" if sandbox else base
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{base}/connect/oauth2",
        "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
        "userinfo_endpoint": f"{place}/v1/openid_connect/userinfo",
        "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
        "jwks_uri": f"{base}/op/v1/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "address", "phone"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
        ],
        "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
    }


def base_of(request: Request) -> str:
    """Return the address the client used, without a slash at its end."""
    return str(request.base_url).rstrip("/")


async def _form(request: Request) -> dict[str, str]:
    """Read the body of a token request, form or JSON; nonsense reads as empty."""
    if "json" in request.headers.get("content-type", ""):
        try:
            body = json.loads(await request.body())
        except ValueError:
            return {}
        fields = body.items() if isinstance(body, dict) else []
        return {str(key): str(value) for key, value in fields}
    return await fields_of(request)


def _keys_presented(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Read the client id and secret from the Basic header or from the body."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


class Endpoints:
    """The endpoints that a program calls; the consent page is in `oauth_consent`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._authority = Authority(state.store)

    def _client(self, request: Request, form: Mapping[str, str]) -> App | None:
        client_id, secret = _keys_presented(request, form)
        app = self._authority.app_by_id(client_id)
        if app is None or not secrets.compare_digest(
            app.client_secret.encode(), secret.encode()
        ):
            return None
        return app

    async def production_discovery(self, request: Request) -> Response:
        """Answer the discovery document of production keys."""
        return JSONResponse(discovery(base_of(request), sandbox=False))

    async def sandbox_discovery(self, request: Request) -> Response:
        """Answer the discovery document of development keys."""
        return JSONResponse(discovery(base_of(request), sandbox=True))

    async def keys(self, _request: Request) -> Response:
        """Answer the keys that verify id tokens."""
        return JSONResponse(oauth_keys.key_set(self._state.store))

    async def token(self, request: Request) -> Response:
        """Exchange a code or a refresh token."""
        form = await _form(request)
        app = self._client(request, form)
        if app is None:
            return self._refusal("invalid_client", 401)
        try:
            tokens = await run_in_threadpool(self._exchange, app, form)
        except InvalidGrantError:
            return self._refusal("invalid_grant", description="Token invalid")
        except LookupError as missing:
            return self._refusal("invalid_request", description=str(missing.args[0]))
        except NotImplementedError:
            return self._refusal("unsupported_grant_type")
        return self._answer(self._pair(request, tokens, form["grant_type"]))

    def _exchange(self, app: App, form: Mapping[str, str]) -> Tokens:
        now = self._state.clock.now()
        kind = _needed(form, "grant_type")
        if kind == "authorization_code":
            return self._authority.redeem(
                code=_needed(form, "code"),
                client_id=app.client_id,
                redirect_uri=_needed(form, "redirect_uri"),
                now=now,
            )
        if kind == "refresh_token":
            return self._authority.refresh(
                refresh_token=_needed(form, "refresh_token"),
                client_id=app.client_id,
                now=now,
            )
        raise NotImplementedError(kind)

    def _pair(self, request: Request, tokens: Tokens, kind: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "token_type": "bearer",
            "access_token": tokens.access_token,
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "refresh_token": tokens.refresh_token,
            "x_refresh_token_expires_in": min(
                int(REFRESH_LIFE.total_seconds()), tokens.hard_expires_in
            ),
        }
        if request.headers.get(HARD_EXPIRY_HEADER, "").lower() == "true":
            body["x_refresh_token_hard_expires_in"] = tokens.hard_expires_in
        if kind == "authorization_code" and "openid" in tokens.grant.scopes:
            body["id_token"] = oauth_keys.id_token(
                self._state.store,
                tokens,
                issuer=ISSUER,
                now=self._state.clock.now(),
            )
        return body

    async def revoke(self, request: Request) -> Response:
        """Withdraw the grant behind a token."""
        form = await _form(request)
        app = self._client(request, form)
        if app is None:
            return self._refusal("invalid_client", 401)
        known = bool(form.get("token")) and self._authority.revoke(
            token=form["token"], client_id=app.client_id, now=self._state.clock.now()
        )
        if not known:
            return self._refusal("invalid_request", description="Token invalid")
        return Response(headers={"intuit_tid": self._trace()})

    def _trace(self) -> str:
        return new_tid(int(self._state.clock.now().timestamp()))

    def _answer(self, body: Any, status: int = 200) -> JSONResponse:
        """Answer as Intuit's token endpoint does: never cached, with a trace id."""
        return JSONResponse(
            body,
            status_code=status,
            media_type="application/json;charset=UTF-8",
            headers={
                "cache-control": "no-cache, no-store",
                "pragma": "no-cache",
                "intuit_tid": self._trace(),
            },
        )

    def _refusal(
        self, error: str, status: int = 400, description: str = ""
    ) -> JSONResponse:
        body = {"error_description": description} if description else {}
        return self._answer({**body, "error": error}, status)

    async def user_information(self, request: Request) -> Response:
        """Tell who the user is, to a token with the openid scope."""
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = bearer if scheme.lower() == "bearer" else ""
        grant = self._authority.holder(token, self._state.clock.now())
        if grant is None or "openid" not in grant.scopes:
            refusal = self._refusal("invalid_token", 401)
            refusal.headers["www-authenticate"] = (
                'Bearer realm="Intuit", error="invalid_token"'
            )
            return refusal
        return self._answer(oauth_keys.user_information(grant.scopes))


def _needed(form: Mapping[str, str], name: str) -> str:
    if not form.get(name):
        raise LookupError(f"The {name} parameter is missing")
    return form[name]


def routes(state: State) -> list[Route]:
    """List the routes of OAuth and OpenID Connect."""
    ends = Endpoints(state)
    well_known = "/.well-known/openid"
    return [
        Route(f"{well_known}_configuration/", ends.production_discovery),
        Route(f"{well_known}_configuration", ends.production_discovery),
        Route(f"{well_known}_sandbox_configuration/", ends.sandbox_discovery),
        Route(f"{well_known}_sandbox_configuration", ends.sandbox_discovery),
        Route("/oauth2/v1/tokens/bearer", ends.token, methods=["POST"]),
        Route("/v2/oauth2/tokens/revoke", ends.revoke, methods=["POST"]),
        Route("/op/v1/jwks", ends.keys),
        Route("/v1/openid_connect/userinfo", ends.user_information),
        Route("/sandbox/v1/openid_connect/userinfo", ends.user_information),
        *consent_routes(state),
    ]
