"""An import is undone: what it made goes, and only another import brings it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from django.db.models import QuerySet
from factories import make_access
from factories.people import make_workspace
from support import simulator as simulated
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm.models import Contact, Invoice
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.models import RunState
from counterfoil.sync.runs import plan, undo
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db


def work() -> None:
    run_until_idle(datetime.now(UTC))


@dataclass
class Undone:
    """A company whose import Ada has taken back."""

    connection: Connection
    ada: User
    contacts: int
    invoices: int
    books: simulated.Bookkeeper

    @property
    def links(self) -> QuerySet[Link]:
        return Link.objects.filter(connection=self.connection, object_type="contact")

    def change(self, entity: str, remote_id: str, **values: object) -> None:
        """Somebody changes it in the books, and the next poll reads it."""
        held = self.books.get(entity, remote_id)
        self.books.post(entity, {**held, **values})
        rows = Connection.objects.filter(pk=self.connection.pk)
        rows.update(next_poll_at=None)
        work()


@pytest.fixture
def undone(db: None, simulator: simulated.Simulator) -> Undone:
    now = datetime.now(UTC)
    connection = simulated.connect(simulator, make_workspace(), now=now)
    ada = make_access(connection.workspace).user
    settings = choices.defaults(connection, "contacts")
    settings = replace(settings, enabled=True, direction=Direction.IN)
    choices.save(connection, settings, by=ada, now=now)
    run = plan.begin(connection, now, by=ada)
    work()
    run.refresh_from_db()
    assert run.state == RunState.DONE
    count, invoices = made().count(), Invoice.objects.count()
    assert count > 20
    said = undo.what_cannot(run)
    assert any("read from QuickBooks stay" in sentence for sentence in said)
    back = undo.begin(run, by=ada, now=datetime.now(UTC))
    work()
    back.refresh_from_db()
    assert back.state == RunState.DONE
    return Undone(connection, ada, count, invoices, simulator.bookkeeper())


def made() -> QuerySet[Contact]:
    return Contact.objects.filter(archived_at=None)


def test_an_undone_import_is_not_done_again_by_the_next_news(undone: Undone) -> None:
    assert not made().exists()
    assert undone.links.count() == undone.contacts
    states = undone.links.values_list("state", flat=True)
    assert set(states) == {LinkState.IGNORED}

    number = undone.links.order_by("pk").values_list("remote_id", flat=True)[0]
    undone.change("Customer", number, Notes="Call before noon")
    plan.begin_comparison(undone.connection, datetime.now(UTC))
    work()

    assert not made().exists()


def test_the_documents_that_stay_go_on_following_the_books(undone: Undone) -> None:
    assert Invoice.objects.filter(archived_at=None).count() == undone.invoices
    kept = Invoice.objects.filter(balance__gt=0).order_by("pk")[0]
    link = Link.objects.get(object_type="invoice", record_id=kept.pk)

    undone.change("Invoice", link.remote_id, CustomerMemo={"value": "Paid on Friday"})

    kept.refresh_from_db()
    assert kept.message == "Paid on Friday"


def test_another_import_brings_back_what_the_undo_archived(undone: Undone) -> None:
    again = plan.begin(undone.connection, datetime.now(UTC), by=undone.ada)
    work()

    again.refresh_from_db()
    assert again.state == RunState.DONE
    assert made().count() == Contact.objects.count() == undone.contacts
    assert undone.links.filter(state=LinkState.OK).count() == undone.contacts
    assert Invoice.objects.count() == undone.invoices
