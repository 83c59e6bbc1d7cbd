"""What each address of the API changes: from a call that writes to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.api import batch, exchange_rates, tax_service, uploads
from qbo_simulator.api.bodies import parsed_body
from qbo_simulator.api.exchange import Answer, Call
from qbo_simulator.api.served import served
from qbo_simulator.wire import encode, today

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from qbo_simulator.company import Company
    from qbo_simulator.state import State


def write(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST of an entity: create, update, void or delete."""
    wish = batch.Wish(call.entity, call.operation, parsed_body(call), call.include)
    result = batch.carried_out(company, wish, now, call.param("requestid"))
    return served(state, call, call.entity, encode(result), now)


def send(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST …/{id}/send."""
    _check_mail(state, company, now)
    result = company.send(
        call.entity,
        call.parts[1],
        now=now,
        to=call.param("sendTo"),
        requestid=call.param("requestid"),
    )
    return served(state, call, call.entity, encode(result), now)


def _check_mail(state: State, company: Company, now: datetime) -> None:
    """A sandbox company sends so many e-mails a day, if it is one."""
    most = state.switches.emails_per_day
    if not most:
        return
    day = today(now)
    with state.store.read() as db:
        rows = db.execute(
            "SELECT at FROM mail WHERE realm = ? AND at > ?",
            (company.realm, now.timestamp() - 2 * 86_400),
        ).fetchall()
    instants = (now.fromtimestamp(row["at"], now.tzinfo) for row in rows)
    if sum(1 for at in instants if today(at) == day) >= most:
        raise faults.business(
            f"You have reached the limit of {most} e-mails a day of a sandbox company."
        )


def run_batch(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST …/batch."""
    lag = state.switches.read_lag
    items = batch.run(
        company,
        parsed_body(call),
        batch.Terms(
            now=now,
            requestid=call.param("requestid"),
            hidden_since=now.timestamp() - lag if lag > 0 else None,
            zero_start=state.switches.zero_start_position,
            most_objects=state.switches.batch_objects,
        ),
    )
    call.items = batch.counted(parsed_body(call))
    return served(state, call, "BatchItemResponse", encode(items), now)


def serve_tax(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST …/taxservice/taxcode: the answer is the service's own object, unwrapped."""
    if call.parts[1].lower() != "taxcode":
        raise faults.no_such_resource(call.address)
    made = encode(tax_service.create(company, parsed_body(call), now=now))
    return (
        served(state, call, "TaxService", made, now)
        if call.wants_xml
        else Answer(200, made)
    )


def set_rate(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST …/exchangerate: what a currency is worth on a day."""
    rate = exchange_rates.update(company, parsed_body(call), now=now)
    return served(state, call, "ExchangeRate", encode(rate), now)


WRITES: dict[str, Callable[[State, Company, Call, datetime], Answer]] = {
    "create": write,
    "update": write,
    "void": write,
    "delete": write,
    "send": send,
    "batch": run_batch,
    "upload": uploads.upload,
    "tax_service": serve_tax,
    "set_rate": set_rate,
}
