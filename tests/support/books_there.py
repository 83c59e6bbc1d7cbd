"""Business done at the simulator, and a poll that brings it here."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from factories.people import make_workspace

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.sync.runs import plan
from support import simulator as simulated
from support.worker import run_until_idle

_numbers = itertools.count(1)


def imported(simulator: simulated.Simulator) -> Connection:
    """A connection whose first import is done."""
    now = datetime.now(UTC)
    connection = simulated.connect(simulator, make_workspace(), now=now)
    plan.begin(connection, now)
    run_until_idle(datetime.now(UTC))
    connection.refresh_from_db()
    assert connection.imported_at is not None, connection.lane.error
    return connection


def as_if_imported(simulator: simulated.Simulator) -> Connection:
    """A connection that is followed from now on; nothing of its company is here."""
    now = datetime.now(UTC)
    connection = simulated.connect(simulator, make_workspace(), now=now)
    connection.imported_at = connection.changes_until = now
    connection.next_poll_at = now + timedelta(days=1)
    connection.save()
    return connection


def poll(connection: Connection) -> None:
    """Read what changed."""
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=None)
    run_until_idle(datetime.now(UTC))


class Shop:
    """The books of one company, as its bookkeeper writes them."""

    def __init__(self, simulator: simulated.Simulator, connection: Connection) -> None:
        self.books = simulator.bookkeeper()
        self.company = simulator.state.company(connection.account)
        self.clock = simulator.state.clock
        self.connection = connection
        found = self.company.query("select * from Item where Type = 'Service'")
        self.item = found["Item"][0]["Id"]

    def customer(self, **fields: Any) -> str:
        name = f"Newly Found {next(_numbers)} Ltd"
        return str(self.books.post("Customer", {"DisplayName": name, **fields})["Id"])

    def linked(self, customer: str, record: Record) -> Record:
        """Say that a customer there is a record here."""
        links.link(
            self.connection,
            stream="customers",
            remote_id=customer,
            ref=Ref.of(record),
            now=datetime.now(UTC),
        )
        return record

    def sell(
        self, entity: str, amount: str, customer: str, **fields: Any
    ) -> dict[str, Any]:
        """A document of one line, without tax."""
        line = {
            "Amount": float(amount),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": self.item},
                "TaxCodeRef": {"value": "NON"},
            },
        }
        body = {"CustomerRef": {"value": customer}, "Line": [line], **fields}
        return self.books.post(entity, body)

    def pay(
        self, customer: str, total: str, *parts: tuple[str, str, str]
    ) -> dict[str, Any]:
        """A payment; parts are (kind, id, amount)."""
        lines = [
            {"Amount": float(amount), "LinkedTxn": [{"TxnId": txn, "TxnType": kind}]}
            for kind, txn, amount in parts
        ]
        body = {"CustomerRef": {"value": customer}, "TotalAmt": float(total)}
        return self.books.post("Payment", {**body, "Line": lines})

    def deposit(self, account: str, *parts: tuple[str, str, str]) -> dict[str, Any]:
        """Take payments and receipts to the bank; parts are (kind, id, amount)."""
        lines = [
            {
                "Amount": float(amount),
                "LinkedTxn": [{"TxnId": txn, "TxnType": kind, "TxnLineId": "0"}],
            }
            for kind, txn, amount in parts
        ]
        body = {"DepositToAccountRef": {"value": account}, "Line": lines}
        return self.books.post("Deposit", body)

    def account(self, subtype: str) -> dict[str, Any]:
        found = self.company.query(
            f"select * from Account where AccountSubType = '{subtype}'"  # noqa: S608
        )
        return dict(found["Account"][0])

    def again(self, entity: str, remote_id: str) -> dict[str, Any]:
        return self.books.get(entity, remote_id)

    def delete(self, entity: str, remote_id: str) -> None:
        self._stamped(entity, remote_id, "&operation=delete")

    def void(self, entity: str, remote_id: str) -> None:
        held = self.again(entity, remote_id)
        body = {"Id": held["Id"], "SyncToken": held["SyncToken"]}
        self.company.void(entity, body, now=self.clock.now(), by_hand=True)

    def _stamped(self, entity: str, remote_id: str, query: str) -> None:
        held = self.again(entity, remote_id)
        body = {"Id": held["Id"], "SyncToken": held["SyncToken"]}
        self.books.post(entity, body, query)
