"""The one place that speaks HTTP with QuickBooks.

A client belongs to one connection and to no other: the realm in every address is
checked against it right before the request leaves. Calls stay within the company's
budget and never wait for it. A refused token is renewed and the request repeated once,
which is safe because a 401 did nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NoReturn
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from counterfoil.connections import budget, tokens
from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks import faults
from counterfoil.connectors.quickbooks.errors import error_for, not_readable, rest
from counterfoil.core import http
from counterfoil.core.errors import (
    NeedsReconnect,
    Retryable,
    Unclear,
    invariant,
)
from counterfoil.core.secrets import Secret

READ_DEADLINE = 125.0  # QuickBooks itself gives up after 120 s
LEAST_SECONDS = 0.5


class Client:
    """Calls to one company's books. ``now`` is the moment the work began."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self.connection = connection
        self._now = now

    def get(
        self,
        path: str,
        *,
        accept: str = "application/json",
        deadline: float = READ_DEADLINE,
        **params: str,
    ) -> http.Answer:
        """Read ``path`` below the company's address."""
        return self._call(
            "GET", path, params, headers={"accept": accept}, deadline=deadline
        )

    def read(self, path: str, **params: str) -> http.Answer:
        """Read JSON; the shape of ``company.Read``."""
        return self.get(path, deadline=READ_DEADLINE, **params)

    def query(self, statement: str) -> http.Answer:
        """Ask in Intuit's query language; ``query.select`` writes it."""
        return self.get("query", query=statement)

    def post(
        self,
        path: str,
        body: bytes,
        *,
        request_id: str,
        deadline: float,
        content_type: str = "application/json",
        params: Mapping[str, str] | None = None,
    ) -> http.Answer:
        """Write once under ``request_id``; the body leaves exactly as it is."""
        headers = {"accept": "application/json", "content-type": content_type}
        return self._call(
            "POST",
            path,
            {**(params or {}), "requestid": request_id},
            headers=headers,
            body=body,
            deadline=deadline,
        )

    def _call(
        self,
        method: Literal["GET", "POST"],
        path: str,
        params: Mapping[str, str],
        *,
        headers: Mapping[str, str],
        deadline: float,
        body: bytes | None = None,
    ) -> http.Answer:
        url = address(self.connection.account, path, params)
        self._check(url)
        until = time.monotonic() + deadline
        token = self._token(None)
        answer = self._send(method, url, token, headers, body, until)
        if answer.status == 401:
            token = self._token(token)
            answer = self._send(method, url, token, headers, body, until)
        is_write = method == "POST"
        try:
            return accepted(answer, is_write=is_write)
        except NeedsReconnect as error:
            tokens.mark_needs_reconnect(
                self.connection, reason=str(error), now=self._now
            )
            raise

    def _token(self, refused: Secret | None) -> Secret:
        return tokens.access_token(self.connection, now=self._now, refused=refused)

    def _send(
        self,
        method: str,
        url: str,
        token: Secret,
        headers: Mapping[str, str],
        body: bytes | None,
        until: float,
    ) -> http.Answer:
        is_write = method == "POST"
        kind: budget.Kind = "write" if is_write else "read"
        with budget.call(self.connection, kind=kind, now=self._now):
            left = until - time.monotonic()
            if left < LEAST_SECONDS:
                raise Retryable(_("There was no time left for the call."))
            answer = send(
                method,
                url,
                headers={**headers, "authorization": f"Bearer {token.reveal()}"},
                body=body,
                deadline=left,
            )
        if answer.status == 429:
            budget.refused(self.connection, rest=rest(), now=self._now)
        return answer

    def _check(self, url: str) -> None:
        """Never speak to another company or environment than the connection's own."""
        base = urlsplit(str(settings.QUICKBOOKS["api_url"])).path
        realm = urlsplit(url).path.removeprefix(base).split("/")[1]
        invariant(
            realm == self.connection.account,
            "a call goes to the company of its connection",
        )
        invariant(
            self.connection.environment == settings.QUICKBOOKS["environment"],
            "a call goes to the environment of its connection",
        )


def address(realm: str, path: str, params: Mapping[str, str]) -> str:
    """The address of ``path`` in a company, with the minor version."""
    config = settings.QUICKBOOKS
    query = urlencode(
        {**params, "minorversion": config["minor_version"]}, quote_via=quote
    )
    return f"{config['api_url']}/{quote(realm, safe='')}/{path}?{query}"


def read_with(token: Secret, realm: str, path: str, **params: str) -> http.Answer:
    """Read with a token that has no connection yet, right after consent."""
    answer = send(
        "GET",
        address(realm, path, params),
        headers={
            "accept": "application/json",
            "authorization": f"Bearer {token.reveal()}",
        },
        body=None,
        deadline=30.0,
    )
    return accepted(answer, is_write=False)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    deadline: float,
) -> http.Answer:
    """Send once; failures of the line become ``Retryable`` or ``Unclear``."""
    is_write = method == "POST"
    try:
        return http.send(
            method,
            url,
            headers=headers,
            content=body,
            deadline=deadline,
            is_write=is_write,
        )
    except http.NotSent as error:
        raise Retryable(_("QuickBooks could not be reached.")) from error
    except http.NoAnswer as error:
        if is_write:
            raise Unclear(_("QuickBooks did not answer in time.")) from error
        raise Retryable(_("QuickBooks did not answer in time.")) from error


def tid(answer: http.Answer) -> str:
    """Intuit's own id of an exchange, for their support."""
    return answer.headers.get("intuit_tid", "")


def accepted(answer: http.Answer, *, is_write: bool) -> http.Answer:
    """The answer if it is one; otherwise the error that it stands for."""
    correlation_id = tid(answer)
    kind = answer.headers.get("content-type", "")
    looks_ok = answer.status == 200 and "pdf" in kind
    if looks_ok:
        return answer
    if answer.status != 200 or b'ault"' in answer.body[:400]:
        fault = faults.read(answer.status, answer.body, correlation_id=correlation_id)
        if fault is not None:
            raise error_for(fault, is_write=is_write)
    if answer.body.lstrip()[:1] not in {b"{", b"["}:
        unreadable(answer, is_write=is_write)
    return answer


def unreadable(answer: http.Answer, *, is_write: bool) -> NoReturn:
    """Raise the error for an answer that makes no sense."""
    fault = faults.read(answer.status, answer.body, correlation_id=tid(answer))
    if fault is not None:
        raise error_for(fault, is_write=is_write)
    raise not_readable(is_write=is_write, correlation_id=tid(answer))
