"""What is on hand of inventory items, and what it cost: first in, first out.

The n-th unit issued is the n-th unit received, whatever the dates, so goods that were
sold before they arrived take their true cost as soon as they do. Until then they cost
what the last ones did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import ledger
from qbo_simulator.books.kind import number_of
from qbo_simulator.faults import Fault
from qbo_simulator.wire import as_decimal, number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Row

    from qbo_simulator.books.kind import Body
    from qbo_simulator.books.work import Work

FINEST = Decimal("0.000001")
MOST_CENTS = 10**15
MOVE = "rowid, kind, txn, item, on_date, quantity, stated, value"


@dataclass(frozen=True, slots=True)
class Move:
    """Goods in (positive) or out (negative).

    `cost_cents` is what the transaction itself says the whole move is worth and posts
    to the asset account: the amount of a bill's line. None has the cost computed: what
    is issued costs what was received first, what comes back costs what the last did.
    """

    item: int
    quantity: Decimal
    cost_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Receipts, oldest first, of which the first `gone` units have been issued.

    Each is a quantity and the cents of its cost.
    """

    layers: Sequence[tuple[Decimal, int]] = ()
    gone: Decimal = Decimal(0)


NOTHING = Shelf()


def values(
    moves: Sequence[Move], unit_cents: Decimal, shelf: Shelf = NOTHING
) -> list[int]:
    """The cents by which each move of one item, in order, changes the stock's value.

    `shelf` is what there was before, `unit_cents` the cost of a unit as long as none
    has been received.
    """
    received = _Received(unit_cents)
    for quantity, cents in shelf.layers:
        received.add(quantity, cents)
    found = [
        received.add(move.quantity, move.cost_cents) if move.quantity > 0 else 0
        for move in moves
    ]
    issued, spent = shelf.gone, received.cost_of_first(shelf.gone)
    for position, move in enumerate(moves):
        if move.quantity >= 0:
            continue
        issued -= move.quantity
        cost = received.cost_of_first(issued)
        found[position] = spent - cost
        spent = cost
    return found


class _Received:
    """All that ever came in, as layers, read once from the first unit to the last."""

    def __init__(self, unit_cents: Decimal) -> None:
        self.unit = unit_cents
        self.layers: list[tuple[Decimal, int]] = []
        self._current = 0
        self._quantity = Decimal(0)
        self._cents = 0

    def add(self, quantity: Decimal, cents: int | None) -> int:
        """Put a layer on top; gives what it cost."""
        cost = _whole(quantity * self.unit) if cents is None else cents
        self.layers.append((quantity, cost))
        self.unit = cost / quantity
        return cost

    def cost_of_first(self, quantity: Decimal) -> int:
        """What the first so many units cost; never asked for fewer than before."""
        while self._current < len(self.layers):
            size, cost = self.layers[self._current]
            if self._quantity + size > quantity:
                part = (quantity - self._quantity) * cost / size
                return self._cents + _whole(part)
            self._quantity += size
            self._cents += cost
            self._current += 1
        return self._cents + _whole((quantity - self._quantity) * self.unit)


def _whole(cents: Decimal) -> int:
    if abs(cents) > MOST_CENTS:
        raise faults.business("The value of these goods is too large.")
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))


def replace(
    work: Work,
    kind: str,
    txn: int,
    on: str,
    moves: Sequence[Move],
    *,
    shown: bool = False,
) -> None:
    """Make these the moves of a transaction; others whose costs change are reposted.

    Moves of items whose quantity is not tracked are left out. Call it before the
    transaction is posted, and with no moves when it is voided or deleted. `shown`:
    the items say already what will be on hand.
    """
    tracked = [
        move
        for move in moves
        if move.quantity.quantize(FINEST) and _tracked(work, move.item)
    ]
    added, start = _taken_out(work, kind, txn, on)
    for position, move in enumerate(tracked):
        quantity = move.quantity.quantize(FINEST)
        added[move.item] += quantity
        work.db.execute(
            "INSERT INTO stock_move (realm, kind, txn, position, item, on_date,"
            " quantity, stated, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                work.realm,
                kind,
                txn,
                position,
                move.item,
                on,
                str(quantity),
                move.cost_cents,
            ),
        )
    changed: set[tuple[str, int]] = set()
    for item, quantity in sorted(added.items()):
        more = Decimal(0) if shown else quantity
        changed |= _revalue_since(work, item, (start, txn), more)
    _repost(work, changed - {(kind, txn)})


def _taken_out(
    work: Work, kind: str, txn: int, on: str
) -> tuple[dict[int, Decimal], str]:
    """Drop a transaction's moves: what that adds by item, and the first day it tells on."""
    added: dict[int, Decimal] = defaultdict(Decimal)
    start = on
    for row in work.db.execute(
        "DELETE FROM stock_move WHERE realm = ? AND kind = ? AND txn = ? "
        "RETURNING item, on_date, quantity",
        (work.realm, kind, txn),
    ).fetchall():
        added[int(row["item"])] -= Decimal(row["quantity"])
        start = min(start, str(row["on_date"]))
    return added, start


def revalue(work: Work, items: Iterable[int]) -> None:
    """Cost all moves of these items anew, and post what that changes."""
    changed: set[tuple[str, int]] = set()
    for item in sorted(items):
        changed |= _revalue(work, item)
    _repost(work, changed)


def moved(work: Work) -> list[int]:
    """The items of which there are moves."""
    rows = work.db.execute(
        "SELECT DISTINCT item FROM stock_move WHERE realm = ?", (work.realm,)
    )
    return [int(row["item"]) for row in rows]


def _repost(work: Work, changed: set[tuple[str, int]]) -> None:
    for kind, txn in sorted(changed):
        body = work.fetch(kind, txn)
        if body is not None:
            work.repost(kind, body)


def _revalue(work: Work, item: int) -> set[tuple[str, int]]:
    rows = work.db.execute(
        f"SELECT {MOVE} FROM stock_move "  # noqa: S608 - our own names
        "WHERE realm = ? AND item = ? ORDER BY on_date, txn, position",
        (work.realm, item),
    ).fetchall()
    body = work.fetch("Item", item) or {}
    _show(work, body, sum((Decimal(row["quantity"]) for row in rows), Decimal(0)))
    return _write(work, rows, _values(body, rows))


def _revalue_since(
    work: Work, item: int, start: tuple[str, int], more: Decimal
) -> set[tuple[str, int]]:
    """Cost anew an item's moves from a date and transaction on, with `more` on hand.

    None before them changes as long as goods are there when they go; otherwise all
    are costed. In closed books only the latest moves are costed by themselves.
    """
    rows = work.db.execute(
        f"SELECT {MOVE} FROM stock_move WHERE realm = ? AND item = ? "  # noqa: S608
        "AND (on_date, txn) >= (?, ?) ORDER BY on_date, txn, position",
        (work.realm, item, *start),
    ).fetchall()
    body = work.fetch("Item", item) or {}
    total = as_decimal(body.get("QtyOnHand")) + more
    held = total - sum((Decimal(row["quantity"]) for row in rows), Decimal(0))
    late = any(row["txn"] != start[1] for row in rows)
    if held < 0 or (late and work.books_closed):
        return _revalue(work, item)
    issues = any(row["quantity"].startswith("-") for row in rows)
    shelf = _shelf(work, item, start, held if issues else Decimal(0))
    _show(work, body, total)
    return _write(work, rows, _values(body, rows, shelf))


def _shelf(work: Work, item: int, start: tuple[str, int], held: Decimal) -> Shelf:
    """The receipts before a date and transaction of which so many units are left.

    The last one is among them even if nothing is left: what comes back costs as much.
    """
    layers: list[tuple[Decimal, int]] = []
    found = Decimal(0)
    for row in work.db.execute(
        "SELECT quantity, COALESCE(stated, value) AS cost FROM stock_move "
        "WHERE realm = ? AND item = ? AND quantity >= '0' AND (on_date, txn) < (?, ?) "
        "ORDER BY on_date DESC, txn DESC, position DESC",
        (work.realm, item, *start),
    ):
        layers.append((Decimal(row["quantity"]), int(row["cost"])))
        found += layers[-1][0]
        if found >= held:
            break
    return Shelf(layers[::-1], found - held)


def _values(body: Body, rows: Sequence[Row], shelf: Shelf = NOTHING) -> list[int]:
    moves = [Move(row["item"], Decimal(row["quantity"]), row["stated"]) for row in rows]
    return values(moves, as_decimal(body.get("PurchaseCost")) * 100, shelf)


def _write(
    work: Work, rows: Sequence[Row], costs: Sequence[int]
) -> set[tuple[str, int]]:
    """Store what moves are worth; gives the transactions for which that is news.

    Closed books stay: what would change there is put on the first move that is open.
    """
    changed, left = set(), 0
    for row, cost in zip(rows, costs, strict=True):
        value = cost
        if row["on_date"] <= work.books_closed:
            left += cost - row["value"]
            continue
        if left and (row["stated"] is not None or row["quantity"].startswith("-")):
            value, left = cost + left, 0
        if row["value"] != value:
            work.db.execute(
                "UPDATE stock_move SET value = ? WHERE rowid = ?",
                (value, row["rowid"]),
            )
            changed.add((str(row["kind"]), int(row["txn"])))
    return changed


def _show(work: Work, body: Body, quantity: Decimal) -> None:
    if not body or as_decimal(body.get("QtyOnHand")) == quantity:
        return
    body["QtyOnHand"] = number(quantity)
    work.rewrite("Item", body, bump=True)
    work.tell("Item", body["Id"], "Update")


def cost_entries(
    work: Work, kind: str, txn: int, *, against: int | None = None
) -> list[ledger.Entry]:
    """What a transaction's moves post beyond what it posts to the asset itself.

    For what is issued the item's expense account is debited and its asset account
    credited; for what comes back uncosted it is the other way round. With `against`
    the moves' whole value is posted, against that account.
    """
    rows = work.db.execute(
        "SELECT item, quantity, stated, value FROM stock_move "
        "WHERE realm = ? AND kind = ? AND txn = ? ORDER BY position",
        (work.realm, kind, txn),
    ).fetchall()
    found = []
    home = work.home_currency
    for row in rows:
        stated = 0 if against else int(row["stated"] or 0)
        own = -stated if row["quantity"].startswith("-") else stated
        cents = int(row["value"]) - own
        if not cents:
            continue
        item = work.fetch("Item", int(row["item"])) or {}
        asset = number_of(item.get("AssetAccountRef"))
        asset = asset or work.account("Inventory")
        expense = against or number_of(item.get("ExpenseAccountRef"))
        expense = expense or work.account("SuppliesMaterialsCogs")
        sold = int(row["item"])
        found.append(ledger.Entry(expense, -cents, home, item=sold))
        found.append(ledger.Entry(asset, cents, home, item=sold))
    return found


def on_hand(work: Work, item: int, on: str | None = None) -> tuple[Decimal, int]:
    """The quantity and value in cents of an item, at the end of a day if one is given."""
    rows = work.db.execute(
        "SELECT quantity, value FROM stock_move WHERE realm = ? AND item = ? "
        "AND (? IS NULL OR on_date <= ?)",
        (work.realm, item, on, on),
    ).fetchall()
    quantity = sum((Decimal(row["quantity"]) for row in rows), start=Decimal(0))
    return quantity, sum(int(row["value"]) for row in rows)


def check_start(work: Work, item: int, on: str) -> None:
    """6270 for a transaction dated before the item's inventory begins."""
    body = work.fetch("Item", item) or {}
    if body.get("Type") == "Inventory" and on < str(body.get("InvStartDate", "")):
        raise Fault(
            6270,
            "Transaction date is prior to start date for inventory item",
            "Transactions with inventory (QOH) products cant be dated earlier than "
            "the Inventory Start Date for the product",
            "TxnDate",
        )


def worth(quantity: Decimal, unit_price: Decimal) -> int:
    """The cents of so many units at a price."""
    return _whole(quantity * unit_price * 100)


def _tracked(work: Work, item: int) -> bool:
    return (work.fetch("Item", item) or {}).get("Type") == "Inventory"
