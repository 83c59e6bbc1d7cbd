"""All that is there beside all that is here, by digest: found, held, mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.test import override_settings
from factories.people import make_user, make_workspace
from support import simulator as simulated
from support.books_there import imported

from counterfoil.connections.models import Connection, Link, LinkState, RemoteObject
from counterfoil.connectors.quickbooks.streams import Customers
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Invoice
from counterfoil.events.wake import drains
from counterfoil.sync.models import Difference, Lane, Likeness, Run
from counterfoil.sync.runs import nightly, plan, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return imported(simulator)


def now() -> datetime:
    return datetime.now(UTC)


def compare(connection: Connection) -> Run:
    run = plan.begin_comparison(connection, now())
    while drains["imports"].run(now()):
        pass
    run.refresh_from_db()
    return run


def an_invoice(connection: Connection) -> tuple[Invoice, Link]:
    link = Link.objects.filter(connection=connection, stream="invoices").order_by("pk")[
        0
    ]
    return Invoice.objects.get(pk=link.record_id), link


def test_what_is_alike_is_left_alone(connection: Connection) -> None:
    before = set(Link.objects.values_list("pk", "version", "pulled_at"))
    seen = set(RemoteObject.objects.values_list("pk", "seen_at"))
    run = compare(connection)
    assert run.state == "done"
    assert run.counts["found"] == 0
    assert run.counts["changed"] == 0
    walked = {part.stream: part.rows for part in run.streams.all()}
    assert walked["invoices"] == Invoice.objects.count() > 0
    assert (
        walked["customers"] == RemoteObject.objects.filter(stream="customers").count()
    )
    assert before == set(Link.objects.values_list("pk", "version", "pulled_at"))
    assert seen == set(RemoteObject.objects.values_list("pk", "seen_at"))


def test_what_was_alike_once_is_not_read_again(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(connection)
    read: list[Any] = []
    plain = Customers.observed

    def counting(self: Customers, raw: Any) -> Any:
        read.append(raw)
        return plain(self, raw)

    monkeypatch.setattr(Customers, "observed", counting)
    assert compare(connection).state == "done"
    assert read == []
    one = RemoteObject.objects.filter(stream="customers").first()
    assert one is not None
    RemoteObject.objects.filter(pk=one.pk).update(digest=b"other")
    compare(connection)
    assert {bytes(raw) for raw in read} != set()
    one.refresh_from_db()
    assert bytes(one.digest) != b"other"


def test_what_differs_here_is_mended_from_the_books(connection: Connection) -> None:
    invoice, link = an_invoice(connection)
    balance = invoice.balance
    Invoice.objects.filter(pk=invoice.pk).update(balance=balance + 5)
    Link.objects.filter(pk=link.pk).update(digest=b"?", remote_updated_at=None)
    customer = RemoteObject.objects.filter(stream="customers").first()
    assert customer is not None
    name = customer.name
    RemoteObject.objects.filter(pk=customer.pk).update(
        name="Wrong", digest=b"?", remote_updated_at=None
    )
    run = compare(connection)
    assert run.state == "done"
    assert run.counts["found"] == 2
    assert run.counts["changed"] == 2
    assert "1 document that was here before stays as" in undo.what_cannot(run)[0]
    invoice.refresh_from_db()
    customer.refresh_from_db()
    assert invoice.balance == balance
    assert customer.name == name
    assert not Difference.objects.exists()


def test_what_is_missing_here_and_what_has_gone_there_is_found(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    term = RemoteObject.objects.filter(stream="terms").first()
    assert term is not None
    RemoteObject.objects.filter(pk=term.pk).delete()
    books = simulator.bookkeeper()
    invoice = unpaid(connection)
    link = Link.objects.get(stream="invoices", record_id=invoice.pk)
    held = books.get("Invoice", link.remote_id)
    gone = {"Id": link.remote_id, "SyncToken": held["SyncToken"]}
    books.post("Invoice", gone, "&operation=delete")
    run = compare(connection)
    assert run.state == "done"
    assert run.counts["found"] == 2
    invoice.refresh_from_db()
    assert invoice.deleted_remotely
    again = RemoteObject.objects.get(stream="terms", remote_id=term.remote_id)
    assert again.name == term.name
    assert compare(connection).counts["found"] == 0


def unpaid(connection: Connection) -> Invoice:
    found = Invoice.objects.filter(
        connection=connection, balance=F("total"), deleted_remotely=False
    ).first()
    assert found is not None
    return found


def test_a_comparison_that_would_change_much_waits_for_a_yes(
    connection: Connection,
) -> None:
    ids = list(Invoice.objects.values_list("pk", flat=True)[:200])
    assert len(ids) >= 10
    Invoice.objects.filter(pk__in=ids).update(message="Wrong")
    Link.objects.filter(stream="invoices", record_id__in=ids).update(
        digest=b"?", remote_updated_at=None
    )
    run = compare(connection)
    assert run.state == "held"
    assert str(len(ids)) in run.held_reason
    assert Invoice.objects.filter(message="Wrong").count() == len(ids)
    ada = make_user()
    plan.confirm(run, ada, now())
    while drains["imports"].run(now()):
        pass
    run.refresh_from_db()
    assert run.state == "done"
    assert run.confirmed_by == ada
    assert not Invoice.objects.filter(message="Wrong").exists()
    with pytest.raises(Invalid):
        plan.confirm(run, ada, now())


def test_a_comparison_that_nobody_confirmed_gives_way_to_the_next(
    connection: Connection,
) -> None:
    Link.objects.filter(stream="invoices").update(digest=b"?", remote_updated_at=None)
    first = compare(connection)
    assert first.state == "held"
    second = compare(connection)
    assert second.pk != first.pk
    first.refresh_from_db()
    assert first.state == "stopped"
    assert second.state == "held"


def test_what_a_person_left_alone_is_no_difference(connection: Connection) -> None:
    _invoice, link = an_invoice(connection)
    Link.objects.filter(pk=link.pk).update(digest=b"?", state=LinkState.IGNORED)
    assert compare(connection).counts["found"] == 0


def test_an_import_is_not_compared_with_while_it_goes_on(
    simulator: simulated.Simulator,
) -> None:
    connection = simulated.connect(simulator, make_workspace(), now=now())
    run = plan.begin(connection, now())
    assert plan.begin_comparison(connection, now()).pk == run.pk


def test_it_begins_at_night_where_the_company_is(connection: Connection) -> None:
    connection.time_zone = "America/New_York"
    zone = ZoneInfo(connection.time_zone)
    noon = datetime(2026, 3, 4, 17, tzinfo=UTC)
    at = nightly.following(connection, noon)
    assert 1 <= at.astimezone(zone).hour <= 4
    assert timedelta(0) < at - noon < timedelta(days=1)
    assert nightly.following(connection, at) - at == timedelta(days=1)
    connection.time_zone = "Nowhere/At_All"
    assert nightly.following(connection, noon) > noon


def test_it_is_begun_once_a_night_unless_it_is_switched_off(
    connection: Connection,
) -> None:
    drains["polls"].run(now() + timedelta(minutes=1))
    lane = Lane.objects.get(pk=connection.pk)
    comparisons = Run.objects.filter(connection=connection, kind="comparison")
    assert lane.comparison_due_at is not None, "the first poll has set the night"
    assert not comparisons.exists()
    later = lane.comparison_due_at + timedelta(minutes=1)
    with override_settings(NIGHTLY_COMPARISON=False):
        nightly.begin_if_due(connection, lane, later)
    assert not comparisons.exists()
    nightly.begin_if_due(connection, lane, later)
    nightly.begin_if_due(connection, Lane.objects.get(pk=connection.pk), later)
    assert comparisons.count() == 1


def test_what_was_found_alike_is_kept_once_per_object(connection: Connection) -> None:
    compare(connection)
    count = Likeness.objects.filter(connection=connection).count()
    assert count > RemoteObject.objects.filter(connection=connection).count()
    compare(connection)
    assert Likeness.objects.filter(connection=connection).count() == count
