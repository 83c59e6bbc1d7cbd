"""OAuth 2 with Intuit: addresses from the discovery document, tokens, the company."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from counterfoil.connections.ports import CompanyFacts, Grant, Limits
from counterfoil.connectors.quickbooks.client import read_with
from counterfoil.connectors.quickbooks.company import facts_from
from counterfoil.core import http
from counterfoil.core.errors import (
    CounterfoilError,
    NeedsReconnect,
    Rejected,
    Retryable,
)
from counterfoil.core.secrets import Secret

SCOPE = "com.intuit.quickbooks.accounting"
DEADLINE = 20.0
DISCOVERY_SECONDS = 24 * 60 * 60


class Discovery(msgspec.Struct, frozen=True):
    """The addresses in use."""

    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str


class _Tokens(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: int
    x_refresh_token_expires_in: int | None = None
    x_refresh_token_hard_expires_in: int | None = None


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


class QuickBooks:
    """The service "quickbooks"."""

    key = "quickbooks"
    label = "QuickBooks Online"

    def environment(self) -> str:
        return str(settings.QUICKBOOKS["environment"])

    def limits(self) -> Limits:
        config = settings.QUICKBOOKS
        return Limits(
            per_second=int(str(config["calls_per_second"])),
            per_minute=int(str(config["calls_per_minute"])),
            at_once=int(str(config["calls_at_once"])),
            reads_per_month=int(str(config["reads_per_month"])),
        )

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        config = settings.QUICKBOOKS
        if not config["client_id"] or not config["client_secret"]:
            raise Rejected(
                _(
                    "QuickBooks is not set up. Set COUNTERFOIL_QUICKBOOKS_CLIENT_ID and"
                    " COUNTERFOIL_QUICKBOOKS_CLIENT_SECRET to the keys of your Intuit app."
                )
            )
        query = {
            "client_id": config["client_id"],
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{discovery().authorization_endpoint}?{urlencode(query)}"

    def exchange(self, *, code: str, redirect_uri: str, now: datetime) -> Grant:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
        }
        try:
            return _tokens(form, now)
        except NeedsReconnect as error:
            raise Rejected(
                _("QuickBooks' answer was too old or already used. Connect again."),
                code="invalid_grant",
                correlation_id=error.correlation_id,
            ) from error

    def refresh(self, *, refresh_token: Secret, now: datetime) -> Grant:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()}
        return _tokens(form, now)

    def revoke(self, *, token: Secret) -> None:
        answer = _post(
            discovery().revocation_endpoint,
            msgspec.json.encode({"token": token.reveal()}),
            "application/json",
        )
        if answer.status not in {200, 400}:  # 400: it was dead already
            raise Retryable(_("QuickBooks did not confirm that access has ended."))

    def company(self, *, account: str, access_token: Secret) -> CompanyFacts:
        def read(path: str, **params: str) -> http.Answer:
            return read_with(access_token, account, path, **params)

        try:
            return facts_from(read, account)
        except NeedsReconnect as error:
            raise Rejected(
                _("QuickBooks does not let this connection read the company."),
                correlation_id=error.correlation_id,
            ) from error


def discovery() -> Discovery:
    """Intuit's addresses, read once a day."""
    day = int(time.monotonic() // DISCOVERY_SECONDS)
    return _discovered(settings.QUICKBOOKS["discovery_url"], day)


@lru_cache(maxsize=4)
def _discovered(url: str, _day: int) -> Discovery:
    try:
        answer = http.send(
            "GET", url, headers={"accept": "application/json"}, deadline=DEADLINE
        )
    except (http.NotSent, http.NoAnswer) as error:
        raise _unavailable() from error
    try:
        return msgspec.json.decode(answer.body, type=Discovery)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unavailable() from error


def _tokens(form: Mapping[str, str], now: datetime) -> Grant:
    answer = _post(
        discovery().token_endpoint,
        urlencode(form).encode(),
        "application/x-www-form-urlencoded",
    )
    if answer.status != 200:
        raise _refused(answer)
    try:
        tokens = msgspec.json.decode(answer.body, type=_Tokens)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unavailable() from error
    return Grant(
        access_token=Secret(tokens.access_token),
        access_expires_at=now + timedelta(seconds=tokens.expires_in),
        refresh_token=Secret(tokens.refresh_token),
        refresh_expires_at=_after(now, tokens.x_refresh_token_expires_in),
        hard_expires_at=_after(now, tokens.x_refresh_token_hard_expires_in),
    )


def _after(now: datetime, seconds: int | None) -> datetime | None:
    return None if seconds is None else now + timedelta(seconds=seconds)


def _post(url: str, body: bytes, content_type: str) -> http.Answer:
    config = settings.QUICKBOOKS
    pair = f"{config['client_id']}:{config['client_secret']}".encode()
    headers = {
        "authorization": f"Basic {base64.b64encode(pair).decode()}",
        "accept": "application/json",
        "content-type": content_type,
        "x-include-refresh-token-hard-expires-in": "true",
    }
    try:
        return http.send(
            "POST", url, headers=headers, content=body, deadline=DEADLINE, is_write=True
        )
    except (http.NotSent, http.NoAnswer) as error:
        raise _unavailable() from error


def _refused(answer: http.Answer) -> CounterfoilError:
    tid = answer.headers.get("intuit_tid", "")
    try:
        refusal = msgspec.json.decode(answer.body, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _unavailable(tid)
    if refusal.error == "invalid_grant":
        return NeedsReconnect(
            _("QuickBooks no longer lets Counterfoil in. Connect the company again."),
            correlation_id=tid,
        )
    if refusal.error == "invalid_client":
        return Rejected(
            _("QuickBooks does not know this installation's client id and secret."),
            code=refusal.error,
            correlation_id=tid,
        )
    if answer.status >= 500 or answer.status == 429 or not refusal.error:
        return _unavailable(tid)
    sentence = _("QuickBooks refused to connect: %(why)s.")
    why = refusal.error_description or refusal.error
    return Rejected(
        sentence % {"why": why[:200]}, code=refusal.error, correlation_id=tid
    )


def _unavailable(correlation_id: str = "") -> Retryable:
    return Retryable(
        _("QuickBooks' sign-in service does not answer. Try again in a few minutes."),
        after=timedelta(seconds=30),
        correlation_id=correlation_id,
    )
