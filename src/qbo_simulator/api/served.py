"""Answers dressed for the client: JSON or XML, with the links of attachments in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.api import attachments, xml
from qbo_simulator.api.exchange import XML_TYPE, Answer, Call
from qbo_simulator.kinds.invoices import with_link
from qbo_simulator.wire import answer_time, decode, encode, id_of

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.state import State

HOLDS_FILE = b'"FileAccessUri":'


def served(state: State, call: Call, name: str, body: bytes, now: datetime) -> Answer:
    """`{"Invoice": …, "time": …}`, or the same as XML."""
    if HOLDS_FILE in body:
        body = encode(_with_links(state, call, decode(body), now))
    if name == "Invoice" and "invoicelink" in call.include:
        body = with_link(body)
    at = answer_time(now)
    if call.wants_xml:
        return Answer(200, xml.answer({name: decode(body)}, at), XML_TYPE)
    whole = b'{"%b":%b,"time":"%b"}' % (name.encode(), body, at.encode())
    return Answer(200, whole)


def _with_links(state: State, call: Call, found: Any, now: datetime) -> Any:
    files = attachments.Attachments(state.store)

    def link(held: str) -> str | None:
        return files.link(call.realm, id_of(held) or 0, root=call.root, now=now)

    return attachments.shown(found, call.realm, link)
