"""Delivers webhooks: signed, within three seconds or again later, as Intuit does.

`Webhooks` keeps nothing in memory; the served application runs its loop in the
background (`lifespan`), in-process tests call `deliver_due` themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import ssl
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import httpx
from starlette.concurrency import run_in_threadpool

from qbo_simulator.oauth.tokens import Authority
from qbo_simulator.webhooks.log import Attempt, Delivery, WebhookLog
from qbo_simulator.webhooks.payloads import sign

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from qbo_simulator.state import State

ANSWER_LIMIT = 3.0
TICK = 0.1

logger = logging.getLogger(__name__)


class Sender(Protocol):
    """Posts a body and returns the status that was answered."""

    async def __call__(
        self, url: str, *, body: bytes, headers: Mapping[str, str]
    ) -> int: ...


@functools.cache
def _trust() -> ssl.SSLContext:
    """Whom to trust; reading it anew for each post would halt the simulator."""
    return httpx.create_ssl_context()


async def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Post to a real address; raises httpx.HTTPError or TimeoutError."""
    client = httpx.AsyncClient(timeout=None, verify=_trust())  # noqa: S113
    async with asyncio.timeout(ANSWER_LIMIT), client:
        answer = await client.post(url, content=body, headers=dict(headers))
    return answer.status_code


def headers_of(body: bytes, *, verifier: str, now: datetime) -> dict[str, str]:
    """Return the recorded headers of a webhook, with its signature."""
    is_batch = body.startswith(b"[")
    kind = "application/cloudevents-batch+json" if is_batch else "application/json"
    return {
        "content-type": kind,
        "user-agent": "intuit_notification_server/0.1",
        "intuit-signature": sign(verifier, body),
        "intuit-created-time": now.astimezone(UTC).isoformat(timespec="milliseconds"),
        "intuit-t-id": str(uuid.uuid4()),
        "intuit-notification-schema-version": "0.1",
    }


class Webhooks:
    """Turns committed changes into signed posts to the registered endpoint."""

    def __init__(self, state: State, send: Sender = post) -> None:
        self._state = state
        self._send = send
        self.log = WebhookLog(state.store)
        self._authority = Authority(state.store)

    async def deliver_due(self, *, force: bool = False) -> int:
        """Send what is due, oldest first; return how many attempts were made.

        `force` waits for no window and no delay, but tries each delivery once.
        """
        now = self._state.clock.now()
        client_id = self._authority.app().client_id
        await run_in_threadpool(
            lambda: self.log.collect(client_id=client_id, now=now, force=force)
        )
        made = 0
        tried: frozenset[int] = frozenset()
        while delivery := self.log.claim(
            now=self._state.clock.now(), force=force, besides=tried
        ):
            await self._attempt(delivery)
            made += 1
            if force:
                tried |= {delivery.id}
        return made

    async def _attempt(self, delivery: Delivery) -> None:
        manner = self.log.manner()
        now = self._state.clock.now()
        verifier = self._authority.app().webhook_verifier
        headers = headers_of(delivery.body, verifier=verifier, now=now)
        began = time.monotonic()
        status: int | None = None
        problem = ""
        try:
            status = await self._send(manner.url, body=delivery.body, headers=headers)
        except TimeoutError:
            problem = "No answer within 3 seconds"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = str(error) or type(error).__name__
        seconds = time.monotonic() - began
        self.log.settle(delivery, Attempt(now, status, problem, seconds))

    async def run(self) -> None:
        """Deliver until cancelled, looking every moment."""
        self.log.release()
        while True:
            await asyncio.sleep(TICK)
            try:
                await self.deliver_due()
            except Exception:
                logger.exception("webhook_round_failed")


Lifespan = Callable[["Starlette"], AbstractAsyncContextManager[None]]


def lifespan(state: State) -> Lifespan:
    """Return the application's lifespan, with the delivery loop running within it."""

    @asynccontextmanager
    async def running(_app: Starlette) -> AsyncIterator[None]:
        delivering = asyncio.create_task(Webhooks(state).run())
        try:
            yield
        finally:
            delivering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await delivering

    return running
