"""A company whose books are kept in memory, and hands that send, void and delete."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from factories import NOW, make_access, make_connection, make_workspace
from factories.records import make_record
from support.books import SERVICE, Document, Shelf, shelves

from counterfoil.connections import links
from counterfoil.connections.models import Link
from counterfoil.core.errors import Invalid
from counterfoil.crm import records
from counterfoil.crm.models import TimelineEntry
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events import dispatch
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import delivering, rollups
from counterfoil.posting import documents, tasks
from counterfoil.posting.ports import Expectation
from counterfoil.web.stories import story_of
from counterfoil.workspaces.models import Role

_numbers = count(1)
DATED = {"payment": "paid_on", "expense": "spent_on"}


class Books:
    """A workspace with a company whose books are kept in memory."""

    def __init__(self, **facts: Any) -> None:
        account = f"delivering-{next(_numbers)}"
        self.workspace = make_workspace()
        self.connection = make_connection(
            self.workspace,
            name="Harbour Bakery Services",
            service=SERVICE,
            account=account,
            facts=facts,
        )
        self.shelf = shelves.put(Shelf(account, NOW))
        self.access = make_access(self.workspace, role=Role.ACCOUNTING)
        self.now = NOW

    def pending(self) -> Any:
        """A record whose document is on its way into the books."""
        record = self.document(posting_state="pending")
        Link.objects.filter(record_id=record.pk).delete()
        return record

    def document(self, kind: str = "invoice", **values: Any) -> Any:
        """A record whose document is in the books."""
        remote_id = str(next(_numbers) + 10_000)
        amounts = {"total": Decimal(120)}
        if kind == "payment":
            amounts = {"amount": Decimal(120)}
        defaults = {
            "connection": self.connection.pk,
            "currency": "USD",
            "number": f"{remote_id}",
            DATED.get(kind, "issued_on"): date(2026, 3, 2),
            **amounts,
        }
        if kind not in DATED:
            defaults["recipient"] = "accounts@marbella.example"
        if kind == "invoice":
            defaults["balance"] = Decimal(120)
        if kind == "credit_memo":
            defaults["remaining"] = Decimal(120)
        record = make_record(self.workspace, kind, **{**defaults, **values})
        self.shelf.documents.append(
            Document(remote_id, kind, "", Expectation(), NOW, remote_id)
        )
        links.link(
            self.connection,
            stream=documents.stream(kind),
            remote_id=remote_id,
            ref=Ref.of(record),
            now=NOW,
        )
        return record

    def settle(self, record: Any, **passed: float) -> Any:
        """Let the drains run, and time pass."""
        self.now += timedelta(**passed) if passed else timedelta(seconds=1)
        self.shelf.now = self.now
        tasks.run(self.now)
        while dispatch.run(self.now) or rollups.run(self.now):
            pass
        record.refresh_from_db()
        return record

    def send(self, record: Any, **how: Any) -> Any:
        given = {"access": self.access, "record": record, "now": self.now, **how}
        return delivering.send(**given)

    def why(self, record: Any, **how: Any) -> str:
        with pytest.raises(Invalid) as refused:
            self.send(record, **how)
        return str(refused.value)

    def change(self, record: Any, **values: Any) -> None:
        records.write(
            workspace=self.workspace,
            changes=[Change(record.object_type, values, record.pk)],
            actor=Actor.system(),
            origin=Origin.system(),
            now=self.now,
        )
        record.refresh_from_db()

    def mails(self) -> int:
        return self.shelf.deeds.ours("send")


def told(record: Any, kind: str) -> list[TimelineEntry]:
    return list(
        TimelineEntry.objects.filter(
            object_type=record.object_type, record_id=record.pk, kind=kind
        )
    )


def sentence(entry: TimelineEntry) -> str:
    return str(story_of(entry).sentence(entry))
