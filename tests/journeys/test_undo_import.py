"""A first import is undone: what it made goes, and the next news do not bring it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
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

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def simulator(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[simulated.Simulator]:
    with simulated.serving(tmp_path_factory.mktemp("simulator")) as running:
        yield running


def work() -> None:
    run_until_idle(datetime.now(UTC))


def test_an_undone_import_is_not_done_again_by_the_next_news(
    simulator: simulated.Simulator,
) -> None:
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
    made = Contact.objects.filter(archived_at=None)
    count, invoices = made.count(), Invoice.objects.count()
    assert count > 20
    said = undo.what_cannot(run)
    assert any("read from QuickBooks stay" in sentence for sentence in said)

    back = undo.begin(run, by=ada, now=datetime.now(UTC))
    work()

    back.refresh_from_db()
    assert back.state == RunState.DONE
    assert not made.exists()
    assert Invoice.objects.count() == invoices
    links = Link.objects.filter(connection=connection, object_type="contact")
    assert links.count() == count
    assert set(links.values_list("state", flat=True)) == {LinkState.IGNORED}

    books = simulator.bookkeeper()
    number = links.order_by("pk").values_list("remote_id", flat=True)[0]
    customer = books.get("Customer", number)
    books.post("Customer", {**customer, "Notes": "Call before noon"})
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=None)
    work()
    plan.begin_comparison(connection, datetime.now(UTC))
    work()
    assert not made.exists()
