"""The way back to one client: headers, compression, and hanging up."""

from __future__ import annotations

import asyncio
import gzip
import uuid
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

    from qbo_simulator.api.exchange import Answer

WORTH_COMPRESSING = 1_000
WORTH_A_THREAD = 50_000
LEVEL = 1


class Reply:
    """The way back to one client."""

    def __init__(self, scope: Scope, send: Send, tid: str) -> None:
        self.scope = scope
        self.send = send
        self.tid = tid
        self.milliseconds = 0

    async def give(self, answer: Answer, *, encoding: str = "") -> None:
        """Send a whole answer, compressed if the client can read it so."""
        body = answer.body
        headers = []
        if encoding and len(body) >= WORTH_COMPRESSING:
            body = await compressed(body, encoding)
            headers = [
                (b"content-encoding", encoding.encode()),
                (b"vary", b"Accept-Encoding"),
            ]
        await self.send(self._start(answer, len(body), headers))
        await self.send({"type": "http.response.body", "body": body})

    async def truncate(self, answer: Answer) -> None:
        """Promise the whole answer, send half of it, and hang up."""
        await self.send(self._start(answer, len(answer.body), []))
        half = answer.body[: len(answer.body) // 2]
        await self.send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0.05)
        await self.drop()

    async def drop(self) -> None:
        """Close the connection without a word."""
        raw = self.scope.get("qbo_simulator.send", self.send)
        transport = getattr(getattr(raw, "__self__", None), "transport", None)
        if transport is None:
            raise ConnectionResetError("The simulator hung up")
        transport.abort()
        for _ in range(3):
            await asyncio.sleep(0)

    def _start(
        self, answer: Answer, length: int, more: list[tuple[bytes, bytes]]
    ) -> Message:
        headers = [
            (b"content-type", answer.content_type),
            (b"content-length", str(length).encode()),
            (b"server", b"nginx"),
            (b"strict-transport-security", b"max-age=15552000"),
            (b"intuit_tid", self.tid.encode()),
            (b"x-spanid", str(uuid.uuid4()).encode()),
            (b"x-amzn-trace-id", f"Root={self.tid}".encode()),
            *more,
            *answer.headers,
        ]
        if answer.status == 200:
            headers += self._of_success()
        return {
            "type": "http.response.start",
            "status": answer.status,
            "headers": headers,
        }

    def _of_success(self) -> list[tuple[bytes, bytes]]:
        spent = self.milliseconds
        times = f"total={spent}, db={spent // 3}"
        uncached = b"max-age=0, no-cache, no-store, must-revalidate, private"
        return [
            (b"qbo-version", b"1988.128"),
            (b"service-time", times.encode()),
            (b"expires", b"0"),
            (b"cache-control", uncached),
        ]


def chosen_encoding(accepted: str) -> str:
    """The first of gzip and deflate that an `Accept-Encoding` allows, or none."""
    allowed = {}
    for each in accepted.lower().split(","):
        name, _, weight = each.partition(";q=")
        allowed[name.strip()] = weight.strip() not in ("0", "0.0", "0.00", "0.000")
    return next((name for name in ("gzip", "deflate") if allowed.get(name)), "")


async def compressed(body: bytes, encoding: str) -> bytes:
    """The body compressed; large ones beside the event loop, which goes on serving."""
    if len(body) < WORTH_A_THREAD:
        return _compress(body, encoding)
    return await asyncio.to_thread(_compress, body, encoding)


def _compress(body: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body, LEVEL, mtime=0)
    return zlib.compress(body, LEVEL)
