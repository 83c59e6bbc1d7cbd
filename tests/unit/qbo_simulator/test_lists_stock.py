"""What goods cost: first in, first out, to the cent, in whatever order they come."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from qbo_simulator.books import stock
from qbo_simulator.books.stock import Move, values
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

TEN = Decimal(1000)


def move(quantity: str, cents: int | None = None) -> Move:
    return Move(1, Decimal(quantity), cents)


def test_what_came_first_goes_first() -> None:
    moves = [move("2", 200), move("2", 600), move("-3")]
    assert values(moves, TEN) == [200, 600, -500]


def test_goods_sold_before_they_arrive_cost_what_the_last_did() -> None:
    assert values([move("1", 300), move("-2")], TEN) == [300, -600]


def test_goods_sold_before_they_arrive_take_their_true_cost_when_they_do() -> None:
    moves = [move("1", 300), move("-2"), move("5", 2500)]
    assert values(moves, TEN) == [300, -800, 2500]


def test_without_any_receipt_a_unit_costs_what_the_item_says() -> None:
    assert values([move("-2")], TEN) == [-2000]


def test_goods_that_come_back_are_worth_what_the_last_receipt_was() -> None:
    moves = [move("1", 300), move("-1"), move("1")]
    assert values(moves, TEN) == [300, -300, 300]


def test_a_cent_that_does_not_divide_is_not_lost() -> None:
    moves = [move("3", 100), move("-1"), move("-1"), move("-1")]
    assert values(moves, TEN) == [100, -33, -34, -33]


amounts = st.integers(min_value=1, max_value=4000).map(lambda n: Decimal(n) / 8)
receipts = st.builds(Move, st.just(1), amounts, st.integers(0, 10**7))
issues = st.builds(Move, st.just(1), amounts.map(lambda quantity: -quantity))


@given(st.lists(receipts | issues, max_size=30), st.integers(0, 10**5))
def test_quantities_and_cents_are_conserved(moves: list[Move], unit: int) -> None:
    found = values(moves, Decimal(unit))
    received = [move for move in moves if move.quantity > 0]
    left = sum((move.quantity for move in moves), start=Decimal(0))
    for each, value in zip(moves, found, strict=True):
        assert value == each.cost_cents if each.quantity > 0 else value <= 0
    if left == 0:
        assert sum(found) == 0
    if left >= 0:
        assert sum(found) == worth_of_last(received, left)


def worth_of_last(received: list[Move], quantity: Decimal) -> int:
    """What is left is what came last; the oldest of it is a part of its layer."""
    cents = 0
    for each in reversed(received):
        cost = each.cost_cents or 0
        if quantity < each.quantity:
            gone = (each.quantity - quantity) * cost / each.quantity
            return cents + cost - int(gone.quantize(Decimal(1), "ROUND_HALF_UP"))
        cents += cost
        quantity -= each.quantity
    return cents


@given(st.lists(receipts, min_size=1, max_size=10), st.lists(amounts, max_size=10))
def test_an_issue_costs_the_same_before_and_after_the_goods_arrive(
    received: list[Move], sold: list[Decimal]
) -> None:
    gone = [Move(1, -quantity) for quantity in sold]
    before = values([*gone, *received], TEN)[: len(gone)]
    after = values([*received, *gone], TEN)[len(received) :]
    assert before == after


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, int]:
    """A company with one inventory item, of which there is nothing yet."""
    folder: Path = tmp_path_factory.mktemp("shelf")
    company = seed(Store(folder / "s.sqlite3"), now=TODAY, empty=True)[0]
    body = {
        "Name": "Pump",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 0,
        "InvStartDate": "2026-01-01",
        "PurchaseCost": 10,
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
        "AssetAccountRef": {"value": "81"},
    }
    return company, int(company.create("Item", body, now=TODAY)["Id"])


TODAY = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
dated = st.tuples(st.integers(1, 9), receipts | issues)


class UndoneError(Exception):
    """Ends a trial, so that the books are as before."""


@settings(max_examples=40)
@given(st.lists(st.lists(dated, min_size=1, max_size=3), max_size=8))
def test_moves_are_valued_one_by_one_as_they_would_be_all_at_once(
    shelf: tuple[Company, int], trial: list[list[tuple[int, Move]]]
) -> None:
    with pytest.raises(UndoneError):
        move_and_undo(*shelf, trial)


def move_and_undo(
    company: Company, item: int, trial: list[list[tuple[int, Move]]]
) -> None:
    """Make the moves of a trial, look at what they are worth, and undo them."""
    with company.store.write():
        work = Work(company.store, KINDS, company.realm, TODAY)
        for txn, made in enumerate(trial, start=1):
            on = f"2026-02-0{made[0][0]}"
            moves = [Move(item, each.quantity, each.cost_cents) for _, each in made]
            stock.replace(work, "Trial", txn, on, moves)
        rows = work.db.execute(
            "SELECT quantity, stated, value FROM stock_move WHERE item = ? "
            "ORDER BY on_date, txn, position",
            (item,),
        ).fetchall()
        whole = [Move(item, Decimal(row["quantity"]), row["stated"]) for row in rows]
        assert [row["value"] for row in rows] == values(whole, TEN)
        quantity, cents = stock.on_hand(work, item)
        assert quantity == sum(each.quantity for each in whole)
        assert cents == sum(row["value"] for row in rows)
        held = work.fetch("Item", item) or {}
        assert held["QtyOnHand"] == quantity
        raise UndoneError


def test_an_adjustment_by_next_to_nothing_moves_nothing(
    us: Company, now: datetime
) -> None:
    pump = {
        "Name": "Pump",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 0,
        "InvStartDate": "2026-01-01",
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
        "AssetAccountRef": {"value": "81"},
    }
    item = {"value": us.create("Item", pump, now=now)["Id"]}
    for quantity in ("0.0000001", -1, 1):
        detail = {"ItemRef": item, "QtyDiff": quantity}
        body = {
            "AdjustAccountRef": {"value": "80"},
            "Line": [{"ItemAdjustmentLineDetail": detail}],
        }
        us.create("InventoryAdjustment", body, now=now)
    assert us.read("Item", item["value"])["QtyOnHand"] == 0


@pytest.mark.parametrize("owed", ["33", "84"])
def test_goods_are_never_adjusted_against_what_somebody_owes(
    us: Company, now: datetime, owed: str
) -> None:
    detail = {"ItemRef": {"value": "1"}, "QtyDiff": 1}
    body = {
        "AdjustAccountRef": {"value": owed},
        "Line": [{"ItemAdjustmentLineDetail": detail}],
    }
    with pytest.raises(Fault) as refused:
        us.create("InventoryAdjustment", body, now=now)
    assert (refused.value.code, refused.value.element) == ("6430", "AdjustAccountRef")
