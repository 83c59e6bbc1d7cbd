"""What deliveries tell of: echoes of our own writes, merges, and how late news are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from factories.people import make_workspace
from factories.records import make_contact
from support import simulator as simulated
from support.books_there import imported
from support.worker import run_until_idle

from counterfoil.connections import mirror, queries
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.models import Invoice
from counterfoil.events.wake import drains
from counterfoil.sync import inbound
from counterfoil.sync.models import Hint, SyncHour
from counterfoil.sync.ports import Told
from counterfoil.sync.runs import plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return imported(simulator)


def now() -> datetime:
    return datetime.now(UTC)


def reads(connection: Connection) -> int:
    return queries.calls(connection, since=now() - timedelta(hours=1)).reads


def told(connection: Connection, remote_id: str, **more: Any) -> None:
    news = {"operation": "update", "at": now(), **more}
    inbound.hint(
        "quickbooks",
        [Told(connection.account, "customers", remote_id, **news)],
        now=now(),
    )


def follow() -> None:
    drains["pulls"].run(now())


@pytest.fixture
def written(connection: Connection) -> Link:
    """A customer that we were the last to write, a minute ago."""
    contact = make_contact(connection.workspace)
    customer = RemoteObject.objects.filter(
        connection=connection, stream="customers", active=True
    ).order_by("pk")[0]
    at = now() - timedelta(minutes=1)
    return Link.objects.create(
        connection=connection,
        stream="customers",
        remote_id=customer.remote_id,
        object_type="contact",
        record_id=contact.pk,
        remote_updated_at=at,
        pushed_at=at,
        created_at=at,
    )


def test_news_of_our_own_write_cost_no_call(
    connection: Connection, written: Link
) -> None:
    before = reads(connection)
    told(connection, written.remote_id, at=written.remote_updated_at)
    follow()
    assert reads(connection) == before
    assert not Hint.objects.exists()


@pytest.mark.parametrize(
    "news",
    [
        {"at": None},
        {"operation": "delete"},
        {"operation": "create", "survivor": "1"},  # made by us, merged the same second
        {"later": timedelta(seconds=1)},
    ],
)
def test_news_that_may_be_somebody_elses_are_read(
    connection: Connection, written: Link, news: dict[str, Any]
) -> None:
    later = news.pop("later", timedelta(0))
    assert written.remote_updated_at is not None
    before = reads(connection)
    at = written.remote_updated_at + later
    told(connection, written.remote_id, **{"at": at, **news})
    follow()
    assert reads(connection) == before + 1


def test_news_of_what_was_read_since_we_wrote_it_are_read(
    connection: Connection, written: Link
) -> None:
    Link.objects.filter(pk=written.pk).update(pulled_at=now())
    before = reads(connection)
    told(connection, written.remote_id, at=written.remote_updated_at)
    follow()
    assert reads(connection) == before + 1


def test_of_a_merge_who_is_left_is_read_and_who_went_is_gone(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    books = simulator.bookkeeper()
    kept = books.post("Customer", {"DisplayName": f"Kept {now().timestamp()}"})
    lost = RemoteObject.objects.filter(
        connection=connection, stream="customers", active=True
    ).order_by("pk")[0]
    told(connection, lost.remote_id, operation="merge", survivor=kept["Id"])
    follow()
    lost.refresh_from_db()
    assert not lost.active
    survivor = mirror.get(connection, "customers", kept["Id"])
    assert survivor is not None
    assert survivor.active
    assert not Hint.objects.exists()


def test_the_hours_count_what_arrived_and_how_late(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    SyncHour.objects.all().delete()
    books = simulator.bookkeeper()
    made = books.post("Customer", {"DisplayName": f"Late {now().timestamp()}"})
    for _twice in range(2):
        told(connection, made["Id"], operation="create")
        follow()
    hours = SyncHour.objects.filter(connection=connection)
    assert sum(hour.pulled for hour in hours) == 1
    assert sum(hour.hints for hour in hours) == 2
    assert sum(sum(hour.lags.values()) for hour in hours) == 1


def test_news_come_in_while_an_import_goes_on(simulator: simulated.Simulator) -> None:
    connection = simulated.connect(simulator, make_workspace(), now=now())
    plan.begin(connection, now())
    books = simulator.bookkeeper()
    made = books.post("Customer", {"DisplayName": f"Meanwhile {now().timestamp()}"})
    told(connection, made["Id"], operation="create")
    follow()
    assert mirror.get(connection, "customers", made["Id"]) is not None
    assert not Invoice.objects.filter(connection=connection).exists()
    run_until_idle(now())
    rows = RemoteObject.objects.filter(connection=connection, remote_id=made["Id"])
    assert rows.filter(stream="customers").count() == 1
