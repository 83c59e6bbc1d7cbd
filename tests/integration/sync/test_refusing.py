"""One odd object is left out and told of; it stops none of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from factories.people import make_workspace
from support import simulator as simulated

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.connectors.quickbooks import feed
from counterfoil.connectors.quickbooks.payloads import moment
from counterfoil.connectors.quickbooks.source import QuickBooksSource
from counterfoil.crm.models import Invoice
from counterfoil.sync import health, inbound
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Hint, Issue
from counterfoil.sync.ports import Observed, Told, sources

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return simulated.connect(simulator, make_workspace(), now=datetime.now(UTC))


def page(connection: Connection, stream: str) -> Sequence[Observed]:
    source = sources[connection.service]
    return source.page(connection, stream, {}, now=datetime.now(UTC)).observed


def changed(observed: Observed, **content: object) -> Observed:
    return replace(
        observed, content={**observed.content, **content}, digest=repr(content).encode()
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"issued_on": "30/02/2026"},
        {"currency": "ZZZ"},
        {"total": "9" * 30},
        {"lines": [{"kind": "item", "amount": "9" * 30}]},
        {"lines": [{"kind": "item", "amount": "many"}]},
    ],
)
def test_an_invoice_that_does_not_fit_is_left_out_until_it_does(
    connection: Connection, odd: dict[str, object]
) -> None:
    read = page(connection, "invoices")
    bad = read[len(read) // 2]
    given = [changed(each, **odd) if each is bad else each for each in read]

    assert applying.apply(connection, "invoices", given, now=NOW) == len(read) - 1

    assert Invoice.objects.filter(connection=connection).count() == len(read) - 1
    assert [each.remote_id for each in Issue.objects.all()] == [bad.remote_id]
    assert health.of(connection, NOW).waiting.failing == 1

    assert applying.apply(connection, "invoices", [bad], now=NOW) == 1
    assert not Issue.objects.exists()
    assert health.of(connection, NOW).waiting.failing == 0


def test_a_text_that_is_too_long_is_cut_to_what_is_shown(
    connection: Connection,
) -> None:
    read = page(connection, "invoices")
    given = [changed(read[0], customer_name="Ö" * 3000, number="7" * 50), *read[1:]]

    assert applying.apply(connection, "invoices", given, now=NOW) == len(read)

    assert Invoice.objects.filter(
        connection=connection, customer_name="Ö" * 600, number="7" * 40
    ).exists()
    assert not Issue.objects.exists()


def test_reference_data_that_cannot_be_kept_stops_no_other(
    connection: Connection,
) -> None:
    read = page(connection, "customers")
    given = [changed(read[0], display_name="A\x00B"), *read[1:]]

    applying.apply(connection, "customers", given, now=NOW)

    held = RemoteObject.objects.filter(connection=connection, stream="customers")
    assert held.count() == len(read) - 1
    assert Issue.objects.get().remote_id == read[0].remote_id


def test_an_object_of_an_unknown_shape_is_left_out_of_its_page(
    connection: Connection, monkeypatch: Any
) -> None:
    whole = page(connection, "customers")
    read = feed.page

    def bent(*given: Any, **more: Any) -> feed.Page:
        got = read(*given, **more)
        row = {**msgspec.json.decode(got.rows[0]), "Balance": {"of": "what"}}
        return replace(got, rows=[msgspec.Raw(msgspec.json.encode(row)), *got.rows[1:]])

    monkeypatch.setattr(feed, "page", bent)
    found = QuickBooksSource().page(connection, "customers", {}, now=datetime.now(UTC))
    assert len(found.observed) == len(whole)

    assert applying.apply(connection, "customers", found.observed, now=NOW) == (
        len(whole) - 1
    )
    assert "Balance" in Issue.objects.get().sentence


@pytest.mark.parametrize(
    "said",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2099-01-01T00:00:00Z",
        "no time",
    ],
)
def test_news_with_a_time_that_cannot_be_are_followed_without_it(
    connection: Connection, said: str
) -> None:
    told = Told(connection.account, "customers", "1", "update", moment(said))
    inbound.hint("quickbooks", [told], now=NOW)
    assert Hint.objects.get().at is None
