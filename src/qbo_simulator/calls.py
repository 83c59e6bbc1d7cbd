"""What each address of the API does: from a call to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator import answers, batch, faults, pdf, xml
from qbo_simulator.catalogue import BY_LOWER
from qbo_simulator.exchange import XML_TYPE, Answer, Call
from qbo_simulator.faults import Fault
from qbo_simulator.wire import NOT_JSON, answer_time, decode, encode, parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from qbo_simulator.company import Company
    from qbo_simulator.server import State

FUNCTIONS = ("query", "cdc", "batch")


def name(call: Call) -> None:
    """Set the call's entity and operation, for limits, faults and the log."""
    call.wants_xml = "application/xml" in call.headers.get("accept", "")
    first = call.parts[0].lower() if call.parts else ""
    if first in FUNCTIONS:
        call.operation = first
        return
    kind = BY_LOWER.get(first)
    call.entity = kind.entity if kind else first
    if call.method == "GET":
        call.operation = "pdf" if call.parts[-1:] == ("pdf",) else "read"
    else:
        call.operation = _write_operation(call)


def _write_operation(call: Call) -> str:
    if call.parts[-1:] == ("send",):
        return "send"
    wished = call.params.get("operation", "").lower()
    if "void" in call.include or wished == "void":
        return "void"
    if wished == "delete":
        return "delete"
    return "update" if wished == "update" or b'"Id"' in _outer(call.body) else "create"


def _outer(body: bytes) -> bytes:
    try:
        keys = decode(body)
    except NOT_JSON:
        return b""
    held = keys.get("Id") if isinstance(keys, dict) else None
    return b'"Id"' if held not in (None, "") else b""


def answer(state: State, call: Call) -> Answer:
    """Carry out a call; raises a fault."""
    try:
        company = state.company(call.realm)
    except KeyError:
        raise faults.not_authorised() from None
    if call.method not in {"GET", "POST"} or not call.parts:
        raise no_such_operation(call)
    now = state.clock.now()
    if call.operation in READS:
        return READS[call.operation](state, company, call, now)
    return answers.once(
        state,
        call.realm,
        call.params.get("requestid"),
        now,
        lambda: WRITES[call.operation](state, company, call, now),
    )


def no_such_operation(call: Call) -> Fault:
    """500: no resource at that address."""
    return faults.unsupported(
        f"Operation Could not find resource for relative : {call.path} of full path: "
        f"https://c50.sandbox.qbo.intuit.com/qbo50{call.path} is not supported."
    )


def wrap(name: str, body: bytes, now: datetime) -> bytes:
    """`{"Invoice": …, "time": …}`."""
    return b'{"%b":%b,"time":"%b"}' % (
        name.encode(),
        body,
        answer_time(now).encode(),
    )


def served(call: Call, name: str, body: bytes, now: datetime) -> Answer:
    """An object as the client wants it, JSON or XML."""
    if call.wants_xml:
        whole = xml.response(name, decode(body), answer_time(now))
        return Answer(200, whole, XML_TYPE)
    return Answer(200, wrap(name, body, now))


def hidden_since(state: State, now: datetime) -> float | None:
    """The instant after which creations are not shown yet, if reads lag."""
    lag = state.switches.read_lag
    return now.timestamp() - lag if lag > 0 else None


def read(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """GET of one entity."""
    kind = BY_LOWER.get(call.parts[0].lower())
    if kind is None or len(call.parts) > 2:
        raise no_such_operation(call)
    single = kind.entity in {"CompanyInfo", "Preferences"}
    if len(call.parts) == 1 and not single:
        raise no_such_operation(call)
    if kind.entity == "CompanyInfo" and call.parts[1:] not in {(call.realm,), ("1",)}:
        raise faults.not_authorised()
    id = "1" if single else call.parts[1]  # noqa: A001
    return served(call, kind.entity, company.read_bytes(kind.entity, id), now)


def print_pdf(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """GET of a sales form as PDF."""
    kind = BY_LOWER.get(call.parts[0].lower())
    if kind is None or len(call.parts) != 3 or "pdf" not in kind.operations:
        raise no_such_operation(call)
    body = company.read(kind.entity, call.parts[1])
    info = company.read("CompanyInfo", "1")
    page = pdf.render(info, kind.entity, body)
    return Answer(200, page, b"application/pdf")


def search(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """A query, by GET or POST."""
    statement = call.params.get("query", "")
    if call.method == "POST" and call.body:
        statement = call.body.decode("utf-8", "replace")
    found = company.query_bytes(
        statement,
        hidden_since=hidden_since(state, now),
        zero_start=state.switches.zero_start_position,
    )
    return served(call, "QueryResponse", found, now)


def changes(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """The change feed."""
    entities = [each for each in call.params.get("entities", "").split(",") if each]
    if not entities:
        raise faults.required("entities")
    since = parse_instant(call.params.get("changedSince", "").replace(" ", "+"))
    if since is None:
        raise Fault(2060, "Invalid Date Format", "Invalid changedSince", "changedSince")
    found = company.changes_bytes(
        [each.strip() for each in entities], since, hidden_since(state, now)
    )
    return Answer(200, wrap("CDCResponse", b"[%b]" % found, now))


def parsed_body(call: Call) -> dict[str, Any]:
    """The JSON object of a request; a fault if it is none."""
    try:
        body = decode(call.body)
    except NOT_JSON as error:
        raise Fault(
            2010,
            "Request has invalid or unsupported property",
            f"Property Name:{error} specified is unsupported or invalid",
        ) from None
    if not isinstance(body, dict):
        raise Fault(
            2010,
            "Request has invalid or unsupported property",
            "Property Name:The request is not an object "
            "specified is unsupported or invalid",
        )
    return body


def write(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST of an entity: create, update, void or delete."""
    if len(call.parts) != 1 or call.parts[0].lower() not in BY_LOWER:
        raise no_such_operation(call)
    body = parsed_body(call)
    more: dict[str, Any] = {"requestid": call.params.get("requestid")}
    if call.operation in {"create", "update"}:
        more["include"] = call.include
    result = getattr(company, call.operation)(call.entity, body, now=now, **more)
    return served(call, call.entity, encode(result), now)


def send(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST …/{id}/send."""
    if len(call.parts) != 3:
        raise no_such_operation(call)
    result = company.send(
        call.entity,
        call.parts[1],
        now=now,
        to=call.params.get("sendTo"),
        requestid=call.params.get("requestid"),
    )
    return served(call, call.entity, encode(result), now)


def run_batch(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST …/batch."""
    items = batch.run(
        company,
        parsed_body(call),
        now=now,
        requestid=call.params.get("requestid"),
        hidden_since=hidden_since(state, now),
    )
    return Answer(200, wrap("BatchItemResponse", encode(items), now))


READS: dict[str, Callable[[State, Company, Call, datetime], Answer]] = {
    "read": read,
    "pdf": print_pdf,
    "query": search,
    "cdc": changes,
}
WRITES: dict[str, Callable[[State, Company, Call, datetime], Answer]] = {
    "create": write,
    "update": write,
    "void": write,
    "delete": write,
    "send": send,
    "batch": run_batch,
}


def somebody_elses(state: State, call: Call, own: Answer) -> Answer | None:
    """The newest other entity of the kind, in place of the one that was asked for."""
    if call.operation not in {"read", "create", "update"}:
        return None
    company = state.company(call.realm)
    held = decode(own.body)[call.entity]["Id"]
    with state.store.read() as db:
        row = db.execute(
            "SELECT CAST(body AS BLOB) FROM entity WHERE realm = ? AND kind = ? "
            "AND deleted = 0 AND id <> ? ORDER BY id DESC LIMIT 1",
            (company.realm, call.entity, int(held)),
        ).fetchone()
    if row is None:
        return None
    return served(call, call.entity, row[0], state.clock.now())
