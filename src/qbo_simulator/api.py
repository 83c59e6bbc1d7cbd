"""The API's edge: token, limits, injected faults, headers, and both fault shapes."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from qbo_simulator import calls, faults, oauth, xml
from qbo_simulator.exchange import XML_TYPE, Answer, Call
from qbo_simulator.faults import Fault, GatewayFault
from qbo_simulator.wire import answer_time, encode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Message, Receive, Scope, Send

    from qbo_simulator.injection import Rule
    from qbo_simulator.server import State

log = logging.getLogger(__name__)
PREFIX = "/v3/company/"
LONGEST_BODY = 20_000_000


@dataclass
class Limits:
    """Who has called how often: sliding windows per company."""

    calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    batches: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    running: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def admit(self, state: State, realm: str, *, batch: bool) -> bool:
        """Count a call, unless it is one too many."""
        switches = state.switches
        if not switches.throttle:
            return True
        at = time.monotonic()
        window = self.calls[realm]
        _forget(window, at - 60)
        if switches.per_minute and len(window) >= switches.per_minute:
            return False
        recent = sum(1 for each in reversed(window) if each > at - 1)
        if switches.per_second and recent >= switches.per_second:
            return False
        if switches.concurrent and self.running[realm] >= switches.concurrent:
            return False
        if batch:
            _forget(self.batches[realm], at - 60)
            limit = switches.batch_per_minute
            if limit and len(self.batches[realm]) >= limit:
                return False
            self.batches[realm].append(at)
        window.append(at)
        return True


def _forget(window: deque[float], before: float) -> None:
    while window and window[0] <= before:
        window.popleft()


class Api:
    """The ASGI application under `/v3/company`."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.limits = Limits()
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        call = await self._read(scope, receive)
        tid = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
        reply = Reply(scope, send, tid)
        try:
            answer = await self._serve(call, reply)
        except Fault as fault:
            answer = self._fault(call, fault)
        except GatewayFault as fault:
            answer = self._gateway_fault(call, fault)
        self._log(call, answer, tid, started)
        if answer is not None:
            await reply.give(answer)

    async def _read(self, scope: Scope, receive: Receive) -> Call:
        body = b""
        more = True
        while more and len(body) < LONGEST_BODY:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        _, _, rest = scope["path"].partition(PREFIX)
        realm, *parts = rest.rstrip("/").split("/")
        query = scope["query_string"].decode("latin-1")
        headers = {
            key.decode("latin-1"): value.decode("latin-1")
            for key, value in scope["headers"]
        }
        return Call(
            method=scope["method"],
            realm=realm,
            parts=tuple(parts),
            params=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
            body=body,
            path=scope["path"],
        )

    async def _serve(self, call: Call, reply: Reply) -> Answer | None:
        calls.name(call)
        rule = self.state.faults.draw(
            realm=call.realm, entity=call.entity, operation=call.operation
        )
        if rule is not None and rule.kind == "expire_token":
            raise faults.token_expired(bearer(call))
        oauth.authorise(self.state, bearer(call), call.realm)
        admitted = self.limits.admit(
            self.state, call.realm, batch=call.operation == "batch"
        )
        if not admitted or (rule is not None and rule.kind == "throttle"):
            call.wants_xml = _xml_throttle(self.state, rule)
            raise faults.throttled()
        self.limits.running[call.realm] += 1
        try:
            if rule is not None:
                return await INJECTIONS[rule.kind](self, call, reply, rule)
            return self._perform(call)
        finally:
            self.limits.running[call.realm] -= 1

    def _perform(self, call: Call) -> Answer:
        try:
            return calls.answer(self.state, call)
        except (Fault, GatewayFault):
            raise
        except Exception as error:
            # A client is owed the service's own shape of failure, and we the trace.
            log.exception("%s %s failed", call.method, call.path)
            raise faults.application_error("An unexpected error occurred") from error

    async def _error_before(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        raise faults.application_error("An unexpected error occurred")

    async def _error_after(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        self._perform(call)
        raise faults.application_error("An unexpected error occurred")

    async def _drop_before(self, call: Call, reply: Reply, rule: Rule) -> None:
        await reply.drop()

    async def _drop_after(self, call: Call, reply: Reply, rule: Rule) -> None:
        self._perform(call)
        await reply.drop()

    async def _truncate(self, call: Call, reply: Reply, rule: Rule) -> None:
        answer = self._perform(call)
        await reply.truncate(answer)

    async def _late_commit(self, call: Call, reply: Reply, rule: Rule) -> None:
        async def later() -> None:
            await asyncio.sleep(rule.seconds)
            try:
                self._perform(call)
            except Fault as fault:
                self._log(call, self._fault(call, fault), "late", time.perf_counter())

        task = asyncio.create_task(later())
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        await reply.drop()

    async def _delay(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        await asyncio.sleep(rule.seconds)
        return self._perform(call)

    async def _wrong_entity(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        answer = self._perform(call)
        if call.wants_xml:
            return answer
        return calls.somebody_elses(self.state, call, answer) or answer

    def _fault(self, call: Call, fault: Fault) -> Answer:
        at = answer_time(self.state.clock.now())
        if call.wants_xml:
            body = xml.fault(fault, at)
            return Answer(fault.http, body, XML_TYPE, fault=fault.code)
        shape: dict[str, Any] = {"Fault": fault.body()}
        if fault.code != "2030":
            shape["time"] = at
        return Answer(fault.http, encode(shape), b"application/json", fault=fault.code)

    def _gateway_fault(self, call: Call, fault: GatewayFault) -> Answer:
        now = self.state.clock.now()
        extra = []
        if fault.http == 401:
            challenge = b'Bearer realm="Intuit", error="invalid_token"'
            extra.append((b"www-authenticate", challenge))
        if call.wants_xml:
            body = xml.gateway_fault(fault, answer_time(now))
            return Answer(fault.http, body, XML_TYPE, extra, fault=fault.code)
        body = encode(fault.body(at_ms=int(now.timestamp() * 1000)))
        return Answer(fault.http, body, b"application/json", extra, fault=fault.code)

    def _log(self, call: Call, answer: Answer | None, tid: str, started: float) -> None:
        self.state.requests.append(
            {
                "at": self.state.clock.now().isoformat(),
                "method": call.method,
                "path": call.path,
                "query": call.params,
                "realm": call.realm,
                "entity": call.entity,
                "operation": call.operation,
                "requestid": call.params.get("requestid"),
                "status": answer.status if answer else None,
                "fault": answer.fault if answer else None,
                "intuit_tid": tid,
                "milliseconds": round((time.perf_counter() - started) * 1000, 2),
                "request": call.body[:20_000].decode("utf-8", "replace"),
                "response": (answer.body[:20_000] if answer else b"").decode(
                    "utf-8", "replace"
                ),
            }
        )


INJECTIONS: dict[str, Callable[[Api, Call, Reply, Rule], Awaitable[Answer | None]]] = {
    "error_before": Api._error_before,
    "error_after": Api._error_after,
    "drop_before": Api._drop_before,
    "drop_after": Api._drop_after,
    "truncate": Api._truncate,
    "late_commit": Api._late_commit,
    "delay": Api._delay,
    "wrong_entity": Api._wrong_entity,
}


class Reply:
    """The way back to one client."""

    def __init__(self, scope: Scope, send: Send, tid: str) -> None:
        self.scope = scope
        self.send = send
        self.tid = tid

    async def give(self, answer: Answer) -> None:
        """Send a whole answer."""
        await self.send(self._start(answer))
        await self.send({"type": "http.response.body", "body": answer.body})

    async def truncate(self, answer: Answer) -> None:
        """Promise the whole answer, send half of it, and hang up."""
        await self.send(self._start(answer))
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

    def _start(self, answer: Answer) -> Message:
        headers = [
            (b"content-type", answer.content_type),
            (b"content-length", str(len(answer.body)).encode()),
            (b"intuit_tid", self.tid.encode()),
            (b"x-spanid", secrets.token_hex(8).encode()),
            (b"x-amzn-trace-id", f"Root={self.tid}".encode()),
            (
                b"cache-control",
                b"max-age=0, no-cache, no-store, must-revalidate, private",
            ),
            (b"expires", b"0"),
            *answer.headers,
        ]
        if answer.status == 200:
            headers.append((b"qbo-version", b"1988.128"))
        return {
            "type": "http.response.start",
            "status": answer.status,
            "headers": headers,
        }


def bearer(call: Call) -> str:
    """The bearer token of a call, or an empty string."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _xml_throttle(state: State, rule: Rule | None) -> bool:
    wanted = rule.format if rule is not None else state.switches.throttle_format
    return wanted == "xml"
