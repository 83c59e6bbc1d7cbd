"""Where calls arrive: body, token, limits, injected faults, and both fault shapes."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from qbo_simulator import faults
from qbo_simulator.api import bodies, calls, replies, routes, xml
from qbo_simulator.api.exchange import XML_TYPE, Answer, Call
from qbo_simulator.api.limits import Limits
from qbo_simulator.api.replies import Reply
from qbo_simulator.api.uploads import LARGEST as LARGEST_UPLOAD
from qbo_simulator.faults import Fault, GatewayFault
from qbo_simulator.oauth import endpoints as oauth
from qbo_simulator.operations import READS
from qbo_simulator.wire import answer_time, encode, new_tid

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

    from qbo_simulator.injection import Rule
    from qbo_simulator.state import State

log = logging.getLogger(__name__)
PREFIX = "/v3/company/"
HTML = b"text/html"
TOO_SLOW = b"<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n</html>\r\n"
TOO_LARGE = (
    b"<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n</html>\r\n"
)
UNAVAILABLE = (
    b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n"
    b'<body bgcolor="white">\r\n<center><h1>503 Service Temporarily Unavailable</h1>'
    b"</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


class TooLargeError(Exception):
    """A body that nothing behind the gateway would read."""


class Api:
    """The ASGI application under `/v3/company`."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.limits = Limits()
        self._under_way: set[tuple[str, str]] = set()
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        call = _call(scope)
        reply = Reply(scope, send, new_tid(int(time.time())))
        answer: Answer | None
        try:
            call.body = await _body(call, receive)
            answer = await self._serve(call, reply)
        except TooLargeError:
            answer = Answer(413, TOO_LARGE, HTML, fault="413")
        except Fault as fault:
            answer = self._fault(call, fault)
        except GatewayFault as fault:
            answer = self._gateway_fault(call, fault)
        self._log(call, answer, reply, started)
        if answer is not None:
            await reply.give(answer, encoding=self._encoding(call))

    def _encoding(self, call: Call) -> str:
        if not self.state.switches.compress:
            return ""
        return replies.chosen_encoding(call.headers.get("accept-encoding", ""))

    async def _serve(self, call: Call, reply: Reply) -> Answer | None:
        call.body = bodies.unpacked(call.body, call.headers.get("content-encoding", ""))
        routes.name(call, unasked=self.state.switches.unasked_format)
        rule = self.state.faults.draw(
            realm=call.realm, entity=call.entity, operation=call.operation
        )
        if rule is not None and rule.kind == "expire_token":
            raise faults.token_expired(bearer(call))
        grant = oauth.authorise(self.state, bearer(call), call.realm)
        call.client_id = grant.client_id
        admitted = not self._is_used_up(call) and self.limits.admit(
            self.state.switches, call
        )
        if not admitted or (rule is not None and rule.kind == "throttle"):
            call.wants_xml = _xml_throttle(self.state, rule)
            raise faults.throttled()
        return await self._run(call, reply, rule)

    def _is_used_up(self, call: Call) -> bool:
        """Whether a free application has read as much as it may this month."""
        most = self.state.switches.builder_calls
        if not most or call.operation not in READS:
            return False
        month = self.state.clock.now().isoformat()[:7]
        return self.state.requests.metered_in(month) >= most

    async def _run(self, call: Call, reply: Reply, rule: Rule | None) -> Answer | None:
        key = (call.realm, call.client_id)
        request = (call.realm, call.param("requestid") or "")
        if request[1] and request in self._under_way:
            raise faults.duplicate_request(request[1])
        self.limits.running[key] += 1
        self._under_way.add(request)
        try:
            if rule is not None:
                return await INJECTIONS[rule.kind](self, call, reply, rule)
            return self._perform(call)
        finally:
            self.limits.running[key] -= 1
            self._under_way.discard(request)

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
                self._log(call, self._fault(call, fault), None, time.perf_counter())

        task = asyncio.create_task(later())
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        await reply.drop()

    async def _delay(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        """Answer late; after the cut-off the gateway answers, and it is done anyway."""
        most = self.state.switches.cut_off
        await asyncio.sleep(min(rule.seconds, most) if most else rule.seconds)
        answer = self._perform(call)
        if most and rule.seconds >= most:
            return Answer(504, TOO_SLOW, HTML, fault="504")
        return answer

    async def _wrong_entity(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        answer = self._perform(call)
        if call.wants_xml:
            return answer
        return calls.somebody_elses(self.state, call, answer) or answer

    async def _forbidden(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        raise faults.not_authorised()

    async def _unavailable(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        return Answer(503, UNAVAILABLE, HTML, fault="503")

    async def _gateway_error(self, call: Call, reply: Reply, rule: Rule) -> Answer:
        raise faults.gateway_error()

    def _fault(self, call: Call, fault: Fault) -> Answer:
        at = answer_time(self.state.clock.now())
        if call.wants_xml:
            body = xml.answer({"Fault": fault.body()}, at)
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
            body = xml.answer({"Fault": fault.as_fault()}, answer_time(now))
            return Answer(fault.http, body, XML_TYPE, extra, fault=fault.code)
        body = encode(fault.body(at_ms=int(now.timestamp() * 1000)))
        return Answer(fault.http, body, b"application/json", extra, fault=fault.code)

    def _log(
        self, call: Call, answer: Answer | None, reply: Reply | None, started: float
    ) -> None:
        spent = (time.perf_counter() - started) * 1000
        if reply is not None:
            reply.milliseconds = round(spent)
        self.state.requests.append(
            {
                "at": self.state.clock.now().isoformat(),
                "method": call.method,
                "path": call.path,
                "query": call.params,
                "realm": call.realm,
                "entity": call.entity,
                "operation": call.operation,
                "items": call.items,
                "requestid": call.param("requestid"),
                "status": answer.status if answer else None,
                "fault": answer.fault if answer else None,
                "intuit_tid": reply.tid if reply else "late",
                "milliseconds": round(spent, 2),
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
    "forbidden": Api._forbidden,
    "unavailable": Api._unavailable,
    "gateway_error": Api._gateway_error,
}


def _call(scope: Scope) -> Call:
    """A request without its body."""
    _, _, rest = scope["path"].partition(PREFIX)
    realm, *parts = rest.rstrip("/").split("/")
    query = scope["query_string"].decode("utf-8", "replace")
    headers = {
        key.decode("latin-1").lower(): value.decode("latin-1")
        for key, value in scope["headers"]
    }
    host = headers.get("host", "localhost")
    return Call(
        method=scope["method"],
        realm=realm,
        parts=tuple(parts),
        params=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=b"",
        path=scope["path"],
        query=query,
        root=f"{scope.get('scheme', 'http')}://{host}",
    )


async def _body(call: Call, receive: Receive) -> bytes:
    """The whole body; one that is too large is read to its end and refused."""
    is_upload = call.parts[:1] == ("upload",)
    most = LARGEST_UPLOAD * 2 if is_upload else bodies.LARGEST
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= most:
            chunks.append(chunk)
        more = message.get("more_body", False)
    if size > most:
        raise TooLargeError
    return b"".join(chunks)


def bearer(call: Call) -> str:
    """The bearer token of a call, or an empty string."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _xml_throttle(state: State, rule: Rule | None) -> bool:
    wanted = rule.format if rule is not None else state.switches.throttle_format
    return wanted == "xml"
