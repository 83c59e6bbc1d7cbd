"""Few calls, nothing missed: coalescing, saturation, gaps, crashes and deletions."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from factories.people import make_workspace
from support import simulator as simulated
from support.worker import run_until_idle

from counterfoil.connections import mirror, queries
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.connectors.quickbooks.source import QuickBooksSource
from counterfoil.core.errors import Retryable
from counterfoil.crm.models import Invoice
from counterfoil.events.wake import drains
from counterfoil.sync import health, inbound
from counterfoil.sync.models import Hint, Run, StreamRun
from counterfoil.sync.ports import Page, Told, sources
from counterfoil.sync.runs import plan

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(1)


@pytest.fixture
def fresh(simulator: simulated.Simulator) -> Connection:
    return simulated.connect(simulator, make_workspace(), now=datetime.now(UTC))


@pytest.fixture
def connection(fresh: Connection) -> Connection:
    return imported(fresh)


def imported(fresh: Connection) -> Connection:
    plan.begin(fresh, datetime.now(UTC))
    run_until_idle(datetime.now(UTC))
    fresh.refresh_from_db()
    return fresh


def many_customers(books: simulated.Bookkeeper, count: int) -> list[str]:
    """Made in batches of thirty, as the API allows."""
    ids: list[str] = []
    prefix = f"Customer {next(NUMBERS)}-"
    for start in range(0, count, 30):
        items = [
            {
                "bId": str(number),
                "operation": "create",
                "Customer": {"DisplayName": f"{prefix}{number}"},
            }
            for number in range(start, min(start + 30, count))
        ]
        answer = books.simulator.call(
            "POST",
            f"/v3/company/{books.realm}/batch",
            {"BatchItemRequest": items},
            token=books.token,
        )
        ids += [each["Customer"]["Id"] for each in answer["BatchItemResponse"]]
    return ids


def reads(connection: Connection) -> int:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    return queries.calls(connection, since=hour_ago).reads


def told(connection: Connection, ids: list[str], operation: str = "create") -> None:
    now = datetime.now(UTC)
    news = [Told(connection.account, "customers", each, operation, now) for each in ids]
    inbound.hint("quickbooks", news, now=now)


def test_a_thousand_changes_cost_a_handful_of_calls(tmp_path: Path) -> None:
    """In a company of its own: the feed holds a thousand, whoever made them."""
    with simulated.serving(tmp_path) as simulator:
        now = datetime.now(UTC)
        connection = imported(simulated.connect(simulator, make_workspace(), now=now))
        ids = many_customers(simulator.bookkeeper(), 900)
        before = reads(connection)
        for start in range(0, len(ids), 25):
            told(connection, ids[start : start + 25])
        drains["pulls"].run(datetime.now(UTC))
        assert reads(connection) - before <= 5
    assert len(mirror.get_many(connection, "customers", ids)) == 900
    assert not Hint.objects.exists()


def test_one_change_costs_one_call(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    ids = many_customers(simulator.bookkeeper(), 1)
    before = reads(connection)
    told(connection, ids * 5)
    drains["pulls"].run(datetime.now(UTC))
    assert reads(connection) - before == 1


def test_a_saturated_feed_misses_nothing(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    ids = many_customers(simulator.bookkeeper(), 1300)
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=None)
    drains["polls"].run(datetime.now(UTC))
    assert len(mirror.get_many(connection, "customers", ids)) == 1300


def test_news_that_come_while_hints_are_followed_are_not_lost(
    connection: Connection, simulator: simulated.Simulator, monkeypatch: Any
) -> None:
    ids = many_customers(simulator.bookkeeper(), 1)

    class Interrupted(QuickBooksSource):
        def fetch(self, *given: Any, **more: Any) -> Any:
            found = super().fetch(*given, **more)
            told(connection, ids, "update")
            return found

    monkeypatch.setitem(sources._entries, "quickbooks", Interrupted())
    told(connection, ids)
    lane_before = Hint.objects.get().stamp
    from counterfoil.sync import lanes  # noqa: PLC0415
    from counterfoil.sync.incoming import pull  # noqa: PLC0415

    now = datetime.now(UTC)
    batch = pull._due(connection, now)
    lanes.work(
        connection.pk,
        lambda held: pull._follow(held, batch, now),
        drain="pulls",
        now=now,
    )
    assert Hint.objects.get().stamp == lane_before + 1


def test_what_cannot_be_seen_yet_is_looked_for_again(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    now = datetime.now(UTC)
    told(connection, ["999999"])
    drains["pulls"].run(now)
    hint = Hint.objects.get()
    assert hint.attempts == 1
    assert hint.next_at > now
    for minutes in range(1, 30):
        drains["pulls"].run(now + timedelta(minutes=10 * minutes))
    assert not Hint.objects.exists()


def test_a_long_silence_is_made_good_by_reading_everything(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=40)
    Connection.objects.filter(pk=connection.pk).update(
        changes_until=long_ago, next_poll_at=None
    )
    ids = many_customers(simulator.bookkeeper(), 3)
    run_until_idle(datetime.now(UTC))
    assert Run.objects.filter(connection=connection, kind="import").count() == 2
    assert len(mirror.get_many(connection, "customers", ids)) == 3
    connection.refresh_from_db()
    assert connection.changes_until is not None
    assert connection.changes_until > long_ago + timedelta(days=39)


def test_an_import_goes_on_where_it_was_killed_and_repeats_nothing(
    fresh: Connection, simulator: simulated.Simulator, monkeypatch: Any
) -> None:
    class Killed(QuickBooksSource):
        pages = 0

        def page(self, *given: Any, **more: Any) -> Page:
            Killed.pages += 1
            if Killed.pages == 4:
                raise KeyboardInterrupt
            return super().page(*given, **more)

    monkeypatch.setitem(sources._entries, "quickbooks", Killed())
    plan.begin(fresh, datetime.now(UTC))
    with pytest.raises(KeyboardInterrupt):
        run_until_idle(datetime.now(UTC))
    assert StreamRun.objects.exclude(ended_at=None).count() == 3
    run_until_idle(datetime.now(UTC))
    assert Run.objects.get(connection=fresh).ended_at is not None
    mirrored = RemoteObject.objects.filter(connection=fresh)
    for part in StreamRun.objects.filter(stream__in=mirrored.values("stream")):
        assert mirrored.filter(stream=part.stream).count() == part.rows
        assert part.rows == part.expected


def test_a_company_that_throttles_is_left_alone_and_read_on_later(
    fresh: Connection, monkeypatch: Any
) -> None:
    class Busy(QuickBooksSource):
        is_busy = True

        def page(self, *given: Any, **more: Any) -> Page:
            if Busy.is_busy:
                raise Retryable("busy", after=timedelta(seconds=60))
            return super().page(*given, **more)

    monkeypatch.setitem(sources._entries, "quickbooks", Busy())
    now = datetime.now(UTC)
    plan.begin(fresh, now)
    drains["imports"].run(now)
    Busy.is_busy = False
    assert drains["imports"].run(now + timedelta(seconds=30)) == 0
    assert drains["imports"].run(now + timedelta(seconds=61)) > 0


def test_health_tells_how_far_the_import_is(connection: Connection) -> None:
    figures = health.of(connection, datetime.now(UTC))
    assert not figures.is_importing
    assert figures.imported_at is not None
    assert figures.problem == ""
    assert figures.calls_this_month.reads > 5
    assert {part.stream for part in figures.progress} >= {"customers", "invoices"}
    assert all(part.is_done for part in figures.progress)


def test_an_inactive_customer_stays_as_an_inactive_row_under_its_own_name(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    books = simulator.bookkeeper()
    (remote_id,) = many_customers(books, 1)
    told(connection, [remote_id])
    drains["pulls"].run(datetime.now(UTC))
    held = books.get("Customer", remote_id)
    books.post(
        "Customer",
        {
            "Id": remote_id,
            "SyncToken": held["SyncToken"],
            "sparse": True,
            "Active": False,
        },
    )
    told(connection, [remote_id], "update")
    drains["pulls"].run(datetime.now(UTC))
    row = mirror.get(connection, "customers", remote_id)
    assert row is not None
    assert not row.active
    assert row.name == held["DisplayName"]
    assert mirror.by_name(connection, "customers", row.name) is None


def test_a_deletion_that_a_saturated_feed_left_out_is_found(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    books = simulator.bookkeeper()
    invoice = Invoice.objects.filter(connection=connection, balance__gt=0).first()
    assert invoice is not None
    (remote_id,) = Link.objects.filter(
        stream="invoices", record_id=invoice.pk
    ).values_list("remote_id", flat=True)
    held = books.get("Invoice", remote_id)
    if held.get("LinkedTxn"):
        for linked in held["LinkedTxn"]:
            payment = books.get("Payment", linked["TxnId"])
            gone = {"Id": payment["Id"], "SyncToken": payment["SyncToken"]}
            books.post("Payment", gone, "&operation=delete")
        held = books.get("Invoice", remote_id)
    body = {"Id": remote_id, "SyncToken": held["SyncToken"]}
    books.post("Invoice", body, "&operation=delete")
    many_customers(books, 1050)
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=None)
    drains["polls"].run(datetime.now(UTC))
    invoice.refresh_from_db()
    assert invoice.deleted_remotely
