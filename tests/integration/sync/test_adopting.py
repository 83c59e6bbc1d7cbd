"""What we wrote and then read is one record, whichever news comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from support import simulator as simulated
from support.books_there import imported
from support.worker import run_until_idle

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.crm.models import Invoice
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.wake import drains
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import EXISTING, State
from qbo_simulator.injection import Rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def simulator(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[simulated.Simulator]:
    with simulated.serving(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return imported(simulator)


def submitted(connection: Connection, simulator: simulated.Simulator) -> Intent:
    now = datetime.now(UTC)
    books = simulator.bookkeeper()
    customer = books.post("Customer", {"DisplayName": "Ink & Co"})
    account = "1"
    for number in range(1, 60):
        try:
            held = books.get("Account", str(number))
        except OSError:
            continue
        if held["AccountType"] == "Income":
            account = held["Id"]
            break
    item = books.post(
        "Item",
        {"Name": "Ink", "Type": "Service", "IncomeAccountRef": {"value": account}},
    )
    values = {
        "currency": "USD",
        "total": "50",
        "balance": "50",
        "connection": connection,
    }
    (record,) = write(
        workspace=connection.workspace,
        changes=[Change("invoice", values)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    document = {
        "customer_id": customer["Id"],
        "currency": "USD",
        "issued_on": now.date().isoformat(),
        "tax_mode": "us_manual",
        "lines": [
            {
                "kind": "item",
                "item_id": item["Id"],
                "quantity": "2",
                "unit_price": "25",
                "amount": "50",
                "taxable": False,
            }
        ],
        "expected_total": "50",
    }
    return post.submit(
        workspace=connection.workspace,
        connection=connection,
        kind="invoice",
        document=document,
        business_key=["test", "1"],
        record=record.ref,
        actor=Actor.system(),
        now=now,
    )


def poll(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=None)
    run_until_idle(datetime.now(UTC))


def test_a_confirmed_invoice_is_read_into_its_own_record(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    before = Invoice.objects.count()
    intent = submitted(connection, simulator)
    run_until_idle(datetime.now(UTC))
    intent.refresh_from_db()
    assert intent.state in EXISTING
    poll(connection)
    assert Invoice.objects.count() == before + 1
    held = Invoice.objects.get(pk=intent.record_id)
    assert held.number == intent.number
    assert held.balance == 50
    assert held.lines.get().item_remote_id
    assert links.remote_for(connection, "invoices", Ref("invoice", held.pk)) == (
        intent.remote_id
    )


def test_an_answer_that_was_lost_is_found_by_reading_and_makes_no_second_record(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    before = Invoice.objects.count()
    intent = submitted(connection, simulator)
    rule = Rule("drop_after", count=1, entity="Invoice", operation="create")
    simulator.state.faults.add(rule)
    drains["posting"].run(datetime.now(UTC))
    intent.refresh_from_db()
    assert intent.state == State.UNKNOWN
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=None)
    drains["polls"].run(datetime.now(UTC))
    intent.refresh_from_db()
    assert intent.state in EXISTING
    assert Invoice.objects.count() == before + 1
    assert Invoice.objects.get(pk=intent.record_id).number == intent.number
