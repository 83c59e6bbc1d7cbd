"""An import as a person wants it: its scope, stopped, resumed, and how far it is."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from factories.people import make_user, make_workspace
from support import simulator as simulated
from support.processes import database_url
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.connectors.quickbooks.source import QuickBooksSource
from counterfoil.core.errors import Invalid, Rejected, Retryable
from counterfoil.crm.models import Invoice, Payment
from counterfoil.events.wake import drains
from counterfoil.sync import presence
from counterfoil.sync.models import Run, StreamRun
from counterfoil.sync.ports import Page, sources
from counterfoil.sync.runs import claiming, plan
from counterfoil.sync.runs.importing import Scope
from counterfoil.sync.runs.parts import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return simulated.connect(simulator, make_workspace(), now=datetime.now(UTC))


def now() -> datetime:
    return datetime.now(UTC)


def parts(run: Run) -> dict[str, StreamRun]:
    return {part.stream: part for part in run.streams.all()}


def watched(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """A source that tells ``act`` of every page, with its stream, before it is read."""

    class Watched(QuickBooksSource):
        def page(
            self, connection: Connection, stream: str, *given: Any, **more: Any
        ) -> Page:
            act(stream)
            return super().page(connection, stream, *given, **more)

    monkeypatch.setitem(sources._entries, "quickbooks", Watched())


def test_an_import_since_a_day_takes_later_documents_and_what_is_still_open(
    simulator: simulated.Simulator, connection: Connection
) -> None:
    plan.begin(connection, now())
    run_until_idle(now())
    everything = list(
        Invoice.objects.filter(connection=connection).values_list(
            "number", "issued_on", "balance"
        )
    )
    days = sorted({day for _number, day, _balance in everything})
    since = days[len(days) // 2]
    wanted = {number for number, day, balance in everything if day >= since or balance}
    assert {number for number, day, _b in everything if day >= since} < wanted
    assert wanted < {number for number, _day, _balance in everything}

    other = simulated.connect(simulator, make_workspace(), now=now())
    run = plan.begin(other, now(), scope=Scope("since", since), by=make_user())
    run_until_idle(now())
    here = Invoice.objects.filter(connection=other)
    assert set(here.values_list("number", flat=True)) == wanted
    paid = Payment.objects.filter(connection=other)
    assert paid.exists()
    assert all(day >= since for day in paid.values_list("paid_on", flat=True))
    read = parts(run)
    assert read["invoices"].rows == read["invoices"].expected == len(wanted)
    customers = RemoteObject.objects.filter(stream="customers")
    assert (
        customers.filter(connection=other).count()
        == customers.filter(connection=connection).count()
    )


def test_an_import_of_only_what_is_new_reads_names_but_no_documents(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    run = plan.begin(connection, now(), scope=Scope("new"), by=make_user())
    run_until_idle(now())
    run.refresh_from_db()
    assert run.state == "done"
    assert not Invoice.objects.exists()
    assert RemoteObject.objects.filter(stream="customers").exists()
    assert RemoteObject.objects.filter(stream="items").exists()
    connection.refresh_from_db()
    assert connection.imported_at is not None
    assert "invoices" not in parts(run)


def test_an_import_since_a_day_needs_the_day(connection: Connection) -> None:
    with pytest.raises(Invalid):
        plan.begin(connection, now(), scope=Scope("since"), by=make_user())
    assert not Run.objects.exists()


def test_the_past_that_a_person_asks_for_later_is_read_in_full(
    connection: Connection,
) -> None:
    ada = make_user()
    first = plan.begin(connection, now(), scope=Scope("new"), by=ada)
    run_until_idle(now())
    second = plan.begin(connection, now(), scope=Scope(), by=ada)
    run_until_idle(now())
    second.refresh_from_db()
    assert second.pk != first.pk
    assert second.state == "done"
    assert Invoice.objects.exists()


def test_another_scope_ends_an_unfinished_import_and_the_same_one_goes_on(
    connection: Connection,
) -> None:
    ada = make_user()
    first = plan.begin(connection, now())
    assert plan.begin(connection, now()).pk == first.pk
    assert plan.begin(connection, now(), scope=Scope(), by=ada).pk == first.pk
    second = plan.begin(connection, now(), scope=Scope("new"), by=ada)
    assert second.pk != first.pk
    first.refresh_from_db()
    assert first.state == "stopped"
    assert first.ended_at is not None


def test_a_stopped_import_reads_nothing_and_goes_on_where_it_was(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, run = make_user(), plan.begin(connection, now())

    def stop_at_items(stream: str) -> None:
        if stream == "items":
            plan.stop(run, ada, now())

    watched(monkeypatch, stop_at_items)
    run_until_idle(now())
    run.refresh_from_db()
    assert run.state == "stopped"
    assert run.ended_at is None
    before = {key: part.rows for key, part in parts(run).items()}
    assert before["accounts"] > 0
    assert before["items"] == 0
    assert not RemoteObject.objects.filter(stream="items").exists()

    monkeypatch.undo()
    plan.resume(run, ada, now())
    run_until_idle(now())
    run.refresh_from_db()
    assert run.state == "done"
    for part in parts(run).values():
        assert part.rows == part.expected
    with pytest.raises(Invalid):
        plan.resume(run, ada, now())


def test_a_part_that_fails_stops_no_other_and_says_why(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_items(stream: str) -> None:
        if stream == "items":
            raise Rejected("Items cannot be read.")

    watched(monkeypatch, refuse_items)
    run = plan.begin(connection, now())
    run_until_idle(now())
    done = {key for key, part in parts(run).items() if part.ended_at}
    assert {"customers", "accounts", "tax_codes"} <= done
    assert not {"items", "invoices", "payments"} & done
    progress = plan.progress(run, now())
    assert progress.problem == "Items cannot be read."
    states = {part.name: part.state for part in progress.parts}
    assert states["items"] == "resting"
    assert states["invoices"] == "waiting"
    assert states["customers"] == "done"

    monkeypatch.undo()
    plan.resume(run, make_user(), now())
    run_until_idle(now())
    run.refresh_from_db()
    assert run.state == "done"


def test_the_progress_knows_how_much_there_is_and_how_long_it_takes(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(stream: str) -> None:
        if stream == "invoices":
            seen.append(plan.progress(run, now() + timedelta(seconds=1)))

    watched(monkeypatch, look)
    run = plan.begin(connection, now())
    run_until_idle(now())
    (progress,) = seen
    assert progress.state == "running"
    assert progress.expected is not None
    assert 0 < progress.rows < progress.expected
    assert progress.rate > 0
    assert progress.left is not None
    assert progress.left > timedelta(0)
    assert progress.calls.reads > len(progress.parts)
    assert progress.share is not None
    assert 0 < progress.share < 1
    run.refresh_from_db()
    after = plan.progress(run, now())
    assert after.share == 1
    assert after.rows == after.expected == run.counts["rows"]
    invoices = next(part for part in after.parts if part.name == "invoices")
    assert invoices.created == invoices.changed == Invoice.objects.count() > 0
    assert run.counts["failed"] == after.failed == 0
    assert after.rate == 0


def test_a_part_is_left_to_who_is_alive_and_taken_over_from_who_hangs(
    connection: Connection,
) -> None:
    run = plan.begin(connection, now())
    first = run.streams.order_by("position").first()
    assert first is not None
    soon = now() + timedelta(minutes=1)
    StreamRun.objects.filter(pk=first.pk).update(leased_until=soon)
    with psycopg.connect(database_url()) as somebody:
        lock = "SELECT pg_advisory_lock(%s, %s)"
        somebody.execute(lock, [presence.PARTS, first.pk])
        job, token = taken(connection)
        assert job.part.pk != first.pk
        claiming.give_back(job, token)
        StreamRun.objects.filter(pk=first.pk).update(leased_until=run.began_at)
        job, token = taken(connection)
        assert job.part.pk == first.pk
        claiming.give_back(job, token)
    StreamRun.objects.filter(pk=first.pk).update(leased_until=soon)
    job, token = taken(connection)
    assert job.part.pk == first.pk, "who has died is not waited for"
    StreamRun.objects.filter(pk=first.pk).update(token=None)
    with pytest.raises(claiming.PartLost):
        claiming.hold(job, token)
    claiming.give_back(job, token)


def taken(connection: Connection) -> tuple[Job, uuid.UUID]:
    found = claiming.take(connection, now=now())
    assert found is not None
    return found


def test_what_does_not_fit_is_counted(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Torn(QuickBooksSource):
        def page(
            self, connection: Connection, stream: str, *given: Any, **more: Any
        ) -> Page:
            page = super().page(connection, stream, *given, **more)
            if stream != "items":
                return page
            first, *others = page.observed
            return replace(page, observed=[replace(first, problem="torn"), *others])

    monkeypatch.setitem(sources._entries, "quickbooks", Torn())
    run = plan.begin(connection, now())
    run_until_idle(now())
    run.refresh_from_db()
    assert run.state == "done"
    assert run.counts["failed"] == 1
    assert parts(run)["items"].failed == 1


def test_a_company_that_throttles_costs_no_failure(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttle(stream: str) -> None:
        raise Retryable("busy", after=timedelta(seconds=30))

    watched(monkeypatch, throttle)
    run = plan.begin(connection, now())
    drains["imports"].run(now())
    for part in parts(run).values():
        assert part.failures == 0
        assert part.error == ""
    assert plan.progress(run, now()).problem == ""


def test_spans_are_counted_by_ten_seconds_and_forgotten() -> None:
    at = datetime(2026, 3, 4, 12, 0, 1, tzinfo=UTC)
    pace = claiming.paced([], 10, at)
    pace = claiming.paced(pace, 5, at + timedelta(seconds=8))
    assert [rows for _at, rows in pace] == [15]
    for step in range(1, 12):
        pace = claiming.paced(pace, step, at + timedelta(seconds=10 * step))
    assert len(pace) == claiming.SPANS
    assert pace[-1][1] == 11


def test_a_scope_comes_back_as_it_was_kept() -> None:
    for scope in (Scope(), Scope("new"), Scope("since", date(2026, 1, 31))):
        assert Scope.of(Run(scope=scope.packed())) == scope


def test_after_a_death_less_is_taken_at_once_and_then_more_again(
    connection: Connection,
) -> None:
    run = plan.begin(connection, now())
    part = run.streams.order_by("position").first()
    assert part is not None
    sizes = []
    for _death in range(6):
        taken(connection)
        part.refresh_from_db()
        sizes.append(part.cursor.get("size"))
    assert sizes == [None, 500, 250, 125, 62, 50]
    run_until_idle(now())
    part.refresh_from_db()
    assert part.pages == 1
    assert part.rows == part.expected

    source, seen = sources[connection.service], []
    cursor: Any = {"size": 9}
    while cursor is not None:
        page = source.page(connection, "customers", cursor, now=now())
        seen.append(len(page.observed))
        cursor = page.after
    assert seen[:2] == [9, 18]
    assert sum(seen) == parts(run)["customers"].rows
