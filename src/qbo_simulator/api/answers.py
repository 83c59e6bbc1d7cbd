"""The answers kept for a `requestid`, so that a repeated write is carried out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.api.exchange import XML_TYPE, Answer, Call
from qbo_simulator.faults import Fault, bad_request_id
from qbo_simulator.wire import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from qbo_simulator.state import State

LONGEST_ID = 50
LONGEST_OF_BATCH = 36


def once(
    state: State, call: Call, now: datetime, perform: Callable[[], Answer]
) -> Answer:
    """Perform a write, or give the answer it gave before under the same id.

    The answer is kept in the transaction of the write itself. Faults are not kept,
    unless the switch `replay_faults` says so.
    """
    realm, requestid = call.realm, call.param("requestid")
    if not requestid or state.switches.requestid == "ignored":
        return perform()
    most = LONGEST_OF_BATCH if call.operation == "batch" else LONGEST_ID
    if len(requestid) > most:
        raise bad_request_id(requestid, most)
    try:
        with state.store.write():
            kept = _find(state, realm, requestid, now)
            if kept is not None:
                return kept
            answer = perform()
            _keep(state, realm, requestid, now, answer)
            return answer
    except Fault as fault:
        if state.switches.replay_faults:
            _keep_fault(state, realm, requestid, now, fault)
        raise


def _find(state: State, realm: str, requestid: str, now: datetime) -> Answer | None:
    row = state.store.connection.execute(
        "SELECT status, body, at FROM answer WHERE realm = ? AND requestid = ?",
        (realm, requestid),
    ).fetchone()
    if row is None:
        return None
    age = now.timestamp() - row["at"]
    if state.switches.requestid == "forgotten" and age > state.switches.requestid_ttl:
        return None
    if row["status"] != 200:
        raise Fault(**decode(row["body"]))
    body = bytes(row["body"])
    return Answer(200, body, XML_TYPE) if body[:1] == b"<" else Answer(200, body)


def _keep(
    state: State, realm: str, requestid: str, now: datetime, answer: Answer
) -> None:
    _write(state, realm, requestid, now, (200, answer.body))


def _keep_fault(
    state: State, realm: str, requestid: str, now: datetime, fault: Fault
) -> None:
    body = encode(
        {
            "code": fault.code,
            "message": fault.message,
            "detail": fault.detail,
            "element": fault.element,
            "http": fault.http,
            "type": fault.type,
        }
    )
    _write(state, realm, requestid, now, (fault.http, body))


def _write(
    state: State, realm: str, requestid: str, now: datetime, row: tuple[int, bytes]
) -> None:
    with state.store.write() as db:
        db.execute(
            "INSERT OR REPLACE INTO answer (realm, requestid, status, body, at) "
            "VALUES (?, ?, ?, ?, ?)",
            (realm, requestid, *row, now.timestamp()),
        )
