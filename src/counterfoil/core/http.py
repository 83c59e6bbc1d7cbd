"""HTTP out: one client, explicit deadlines, no retries, no redirects.

The one question that matters after a failed write is whether anything left this
machine; the two exceptions answer it.
"""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import httpx

CONNECT_SECONDS = 10.0
FIRST_BYTE = "http11.send_request_headers.started"
MAX_ANSWER_BYTES = 64 * 1024 * 1024


class NotSent(Exception):
    """No byte of the request reached the other side (DNS, TCP or TLS failed)."""


class NoAnswer(Exception):
    """The request may have arrived; no complete answer came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@lru_cache(maxsize=2)
def _client(*, keep_alive: bool) -> httpx.Client:
    limits = httpx.Limits(
        max_connections=64, max_keepalive_connections=32 if keep_alive else 0
    )
    client = httpx.Client(limits=limits, follow_redirects=False, trust_env=False)
    atexit.register(client.close)  # what was kept alive ends with the process
    return client


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    deadline: float = 60.0,
    is_write: bool = False,
) -> Answer:
    """Send once and read the whole answer within ``deadline`` seconds.

    A write gets a connection of its own: a kept-alive one that the server has just
    closed would fail in a way that proves nothing. The last look at the time is after
    connecting: a process that was stopped meanwhile sends nothing when it wakes.

    Raises :class:`NotSent` or :class:`NoAnswer`.
    """
    started = time.monotonic()
    timeout = httpx.Timeout(deadline, connect=min(CONNECT_SECONDS, deadline))
    try:
        with _client(keep_alive=not is_write).stream(
            method,
            url,
            headers=headers,
            content=content,
            timeout=timeout,
            extensions={"trace": _in_time(started + deadline)},
        ) as response:
            body = _read(response, started + deadline)
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, lowered, body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSent(str(error) or type(error).__name__) from error
    except (
        httpx.UnsupportedProtocol,
        httpx.InvalidURL,
        httpx.LocalProtocolError,
    ) as error:
        raise NotSent(str(error)) from error
    except httpx.HTTPError as error:
        raise NoAnswer(str(error) or type(error).__name__) from error


def _in_time(until: float) -> Callable[[str, object], None]:
    """Refuses, right before the first byte, what has become too late."""

    def look(event: str, _about: object) -> None:
        if event == FIRST_BYTE and time.monotonic() > until:
            raise NotSent("there was no time left to send it")

    return look


def _read(response: httpx.Response, until: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise NoAnswer("the answer is larger than allowed")
        if time.monotonic() > until:
            raise NoAnswer("the answer took longer than allowed")
    return b"".join(chunks)
