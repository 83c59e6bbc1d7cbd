"""The small pure parts: amounts, dates, tax, fault plans, switches, the store."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from qbo_simulator.books.ledger import Document, Entry, OutOfBalanceError, post
from qbo_simulator.clock import Clock
from qbo_simulator.faults import Fault
from qbo_simulator.forms.documents import falls_due
from qbo_simulator.injection import Plan, Rule
from qbo_simulator.storage.store import Change, Store
from qbo_simulator.switches import Switches
from qbo_simulator.wire import decode, encode, money, number, stamp

cents = st.decimals("0.01", "99999.99", places=2)


def test_amounts_are_written_as_the_service_writes_them() -> None:
    values = [Decimal(100), Decimal("87.50"), Decimal("314.28"), Decimal("0.00")]
    assert encode([money(value) for value in values]) == b"[100.0,87.5,314.28,0]"
    trimmed = [
        number(Decimal(each)) for each in ("75.00", "22.50", "0.5306667", "1E+2")
    ]
    assert encode(trimmed) == b"[75,22.5,0.5306667,100]"


@given(st.decimals("-99999999.99", "99999999.99", places=2))
def test_an_amount_survives_the_wire_exactly(value: Decimal) -> None:
    assert decode(encode(money(value))) == value


def test_stamps_follow_daylight_saving_of_their_own_instant() -> None:
    assert stamp(datetime(2026, 1, 5, 20, tzinfo=UTC)) == "2026-01-05T12:00:00-08:00"
    assert stamp(datetime(2026, 7, 5, 20, tzinfo=UTC)) == "2026-07-05T13:00:00-07:00"


@pytest.mark.parametrize(
    ("term", "due"),
    [
        (None, date(2026, 2, 14)),
        ({"DueDays": 0}, date(2026, 1, 15)),
        ({"DueDays": 60}, date(2026, 3, 16)),
        ({"DayOfMonthDue": 31}, date(2026, 1, 31)),
        ({"DayOfMonthDue": 10}, date(2026, 2, 10)),
        ({"DayOfMonthDue": 20, "DueNextMonthDays": 10}, date(2026, 2, 20)),
    ],
)
def test_terms_set_the_due_date(term: dict[str, int] | None, due: date) -> None:
    assert falls_due(date(2026, 1, 15), term) == due


def test_a_rule_hits_as_often_as_it_says() -> None:
    plan = Plan()
    plan.add(Rule("drop_after", count=2, skip=1, entity="invoice", operation="write"))
    request = {"realm": "1", "entity": "Invoice", "operation": "create"}
    assert [plan.draw(**request) is not None for _ in range(5)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert plan.draw(realm="1", entity="Invoice", operation="read") is None
    assert plan.draw(realm="1", entity="Customer", operation="create") is None


def test_draws_repeat_with_their_seed() -> None:
    def draws() -> list[bool]:
        plan = Plan(seed=7)
        plan.add(Rule("throttle", probability=0.5))
        request = {"realm": "1", "entity": "Item", "operation": "read"}
        return [plan.draw(**request) is not None for _ in range(50)]

    assert draws() == draws()
    assert 10 < sum(draws()) < 40


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "earthquake"},
        {"kind": "delay", "probability": 2},
        {"kind": "delay", "seconds": -1},
        {"kind": "throttle", "count": "many"},
        {"kind": "throttle", "count": -1},
        {"kind": "throttle", "skip": 0.5},
        {"kind": "throttle", "operation": "frobnicate"},
        {"kind": "throttle", "format": "yaml"},
        {"kind": "throttle", "entity": 7},
        {"when": 1},
        "throttle",
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_and_so_are_its_neighbours(
    wish: object,
) -> None:
    plan = Plan()
    with pytest.raises(ValueError, match=r"\w"):
        plan.add_from([{"kind": "throttle"}, wish])
    assert plan.rules == []


def test_the_guide_tells_of_every_switch_and_of_no_other() -> None:
    guide = (Path(__file__).parents[3] / "docs/simulator.md").read_text("utf-8")
    _, _, rest = guide.partition("\n## Switches\n")
    table = rest.partition("\n## ")[0].splitlines()
    names = [row.split("|")[1] for row in table if row.startswith("| `")]
    told = {name for cell in names for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(Switches().shown())


def test_switches_take_only_what_they_know() -> None:
    switches = Switches()
    switches.change({"read_lag": 2, "requestid": "ignored"})
    assert (switches.read_lag, switches.requestid) == (2.0, "ignored")
    for wish in (
        {"speed": 1},
        {"throttle": 1},
        {"requestid": "maybe"},
        {"per_minute": True},
    ):
        with pytest.raises(ValueError, match=r"\w"):
            switches.change(wish)


def test_an_unbalanced_posting_is_never_made(books_store: Store) -> None:
    document = Document(
        "1", "Invoice", 1, "2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)
    )
    with pytest.raises(OutOfBalanceError), books_store.write() as db:
        post(
            db,
            document,
            [Entry(1, 100, "USD"), Entry(2, -99, "USD"), Entry(2, -1, "EUR")],
        )
    assert (
        books_store.connection.execute("SELECT COUNT(*) FROM posting").fetchone()[0]
        == 0
    )


def test_an_inner_failure_undoes_only_the_inner_write(books_store: Store) -> None:
    def fail_inside() -> None:
        with books_store.write():
            books_store.announce(Change("1", "Item", "inner", "Create", at))
            books_store.set_setting("inner", "yes")
            raise Fault(6000, "no", "no")

    at = datetime(2026, 1, 1, tzinfo=UTC)
    with books_store.write():
        books_store.announce(Change("1", "Item", "outer", "Create", at))
        with pytest.raises(Fault):
            fail_inside()
    logged = books_store.connection.execute("SELECT id FROM change").fetchall()
    assert [row["id"] for row in logged] == ["outer"]
    assert books_store.setting("inner", "no") == "no"


def test_the_clock_keeps_its_offset_over_a_restart(books_store: Store) -> None:
    clock = Clock(books_store)
    before = clock.now()
    assert 86_399 < (clock.advance(86_400) - before).total_seconds() < 86_460
    assert abs((Clock(books_store).now() - clock.now()).total_seconds()) < 5
