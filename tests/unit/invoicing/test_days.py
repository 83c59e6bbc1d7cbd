"""The day of a document is the day it is where the company is, in every zone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks.rendering.parts import Setup
from counterfoil.connectors.quickbooks.rendering.render import render
from counterfoil.invoicing.company import today_at
from counterfoil.workspaces.models import Workspace

SECOND = timedelta(seconds=1)
YEAR = 2026
USUAL = [date(YEAR, 1, 1), date(YEAR, 2, 28), date(YEAR, 3, 1), date(YEAR, 12, 31)]
NOT_ZONES = {"Factory", "localtime", "posixrules"}
ZONES = sorted(available_timezones() - NOT_ZONES)
FAR = Workspace(time_zone="Pacific/Kiritimati")


def changes(zone: ZoneInfo) -> Iterator[date]:
    """The days of the year on which the clocks there are changed."""
    moment = datetime(YEAR, 1, 1, tzinfo=UTC)
    for _ in range(365):
        after = moment + timedelta(days=1)
        if moment.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield moment.astimezone(zone).date()
            yield after.astimezone(zone).date()
        moment = after


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day there; where midnight is skipped, what comes for it."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize("part", range(8))
def test_the_day_turns_at_midnight_of_the_company_and_not_a_second_off(
    part: int,
) -> None:
    for name in ZONES[part::8]:
        zone = ZoneInfo(name)
        connection = Connection(time_zone=name)
        for day in {*USUAL, *changes(zone)}:
            first = beginning(day, zone)
            next_first = beginning(day + timedelta(days=1), zone)
            before = day - timedelta(days=1)
            assert today_at(connection, FAR, first - SECOND) == before, (name, day)
            assert today_at(connection, FAR, first) == day, (name, day)
            assert today_at(connection, FAR, next_first - SECOND) == day, (name, day)


def test_some_zones_change_their_clocks_at_midnight() -> None:
    odd = {
        name
        for name in ZONES
        for day in changes(ZoneInfo(name))
        if beginning(day, ZoneInfo(name)).astimezone(ZoneInfo(name)).time() != time()
    }
    assert odd, "the test above would not meet a day without midnight"


@pytest.mark.parametrize("zone", ["", "Nowhere/At All", "../../etc/passwd"])
def test_a_company_without_a_zone_has_the_day_of_its_workspace(zone: str) -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert today_at(Connection(time_zone=zone), FAR, late) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("kind", "name", "more"),
    [
        ("invoice", "issued_on", {}),
        ("estimate", "issued_on", {}),
        ("sales_receipt", "issued_on", {}),
        ("credit_memo", "issued_on", {}),
        ("refund_receipt", "issued_on", {"deposit_account_id": "35"}),
        ("payment", "paid_on", {"amount": "5.00"}),
        ("expense", "spent_on", {"payment_type": "cash", "account_id": "35"}),
    ],
)
@pytest.mark.parametrize("day", [*USUAL, date(2028, 2, 29)], ids=str)
def test_the_day_leaves_as_it_is(
    kind: str, name: str, more: dict[str, str], day: date
) -> None:
    line = {"kind": "item", "item_id": "1", "quantity": "1", "unit_price": "5.00"}
    spent = {"account_id": "7", "description": "Fee"}
    document = {
        "customer_id": "58",
        "currency": "USD",
        "tax_mode": "us_manual",
        "expected_total": "5.00",
        "lines": [{**(spent if kind == "expense" else line), "amount": "5.00"}],
        name: day.isoformat(),
        **more,
    }
    setup = Setup.of({"tax_mode": "us_manual"}, "US")
    payload, _ = render(kind, document, marker="[#0000000000000000]", setup=setup)
    assert json.loads(payload)["TxnDate"] == day.isoformat()
