"""What each address of the API gives: from a call that reads to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults, reports
from qbo_simulator.api import answers, exchange_rates, routes, uploads, writes, xml
from qbo_simulator.api.exchange import XML_TYPE, Answer, Call
from qbo_simulator.api.served import served
from qbo_simulator.asking.feed import check_age
from qbo_simulator.faults import Fault
from qbo_simulator.printing import pdf
from qbo_simulator.wire import decode, encode, parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from qbo_simulator.company import Company
    from qbo_simulator.state import State


def answer(state: State, call: Call) -> Answer:
    """Carry out a call; raises a fault."""
    try:
        company = state.company(call.realm)
    except KeyError:
        raise faults.not_authorised() from None
    routes.check(call)
    now = state.clock.now()
    if call.operation in READS:
        return READS[call.operation](state, company, call, now)
    return answers.once(
        state,
        call,
        now,
        lambda: writes.WRITES[call.operation](state, company, call, now),
    )


def hidden_since(state: State, now: datetime) -> float | None:
    """The instant after which creations are not shown yet, if reads lag."""
    lag = state.switches.read_lag
    return now.timestamp() - lag if lag > 0 else None


def read(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """GET of one entity."""
    if call.entity == "CompanyInfo" and call.parts[1:] not in {(call.realm,), ("1",)}:
        raise faults.not_authorised()
    single = call.entity in {"CompanyInfo", "Preferences"}
    id = "1" if single else call.parts[1]  # noqa: A001
    body = company.read_bytes(call.entity, id)
    return served(state, call, call.entity, body, now)


def print_pdf(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """GET of a form as PDF."""
    body = company.read(call.entity, call.parts[1])
    info = company.read("CompanyInfo", "1")
    page = pdf.render(info, call.entity, body)
    return Answer(200, page, b"application/pdf")


def search(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """A query, by GET or POST."""
    statement = call.param("query") or ""
    if call.method == "POST" and call.body:
        statement = call.body.decode("utf-8", "replace")
    found = company.query_bytes(
        statement,
        hidden_since=hidden_since(state, now),
        zero_start=state.switches.zero_start_position,
    )
    return served(state, call, "QueryResponse", found, now)


def changes(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """The change feed."""
    wished = (call.param("entities") or "").split(",")
    entities = [each.strip() for each in wished if each.strip()]
    if not entities:
        raise faults.required("entities")
    since = parse_instant((call.param("changedSince") or "").replace(" ", "+"))
    if since is None:
        raise Fault(2060, "Invalid Date Format", "Invalid changedSince", "changedSince")
    check_age(since, now, state.switches.cdc_days)
    found = company.changes_bytes(entities, since, hidden_since(state, now))
    return served(state, call, "CDCResponse", b"[%b]" % found, now)


def report(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """GET …/reports/{Name}: a document of its own, without `time`."""
    body = encode(reports.run(company, call.parts[1], call.params, now=now))
    if call.wants_xml:
        return Answer(200, xml.report(decode(body)), XML_TYPE)
    return Answer(200, body)


def exchange_rate(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """GET …/exchangerate: what a currency is worth on a day."""
    source = call.param("sourcecurrencycode") or ""
    found = exchange_rates.read(company, source, call.param("asofdate"), now=now)
    return served(state, call, "ExchangeRate", encode(found), now)


READS: dict[str, Callable[[State, Company, Call, datetime], Answer]] = {
    "read": read,
    "pdf": print_pdf,
    "query": search,
    "cdc": changes,
    "report": report,
    "exchange_rate": exchange_rate,
    "download": uploads.download,
    "thumbnail": uploads.download,
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
    return served(state, call, call.entity, bytes(row[0]), state.clock.now())
