"""What is on hand of inventory items, and what it cost: first in, first out.

The n-th unit issued is the n-th unit received, whatever the dates, so goods that were
sold before they arrived take their true cost as soon as they do. Until then they cost
what the last ones did.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults, ledger
from qbo_simulator.faults import Fault
from qbo_simulator.kinds.base import number_of
from qbo_simulator.wire import as_decimal, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qbo_simulator.kinds.base import Body
    from qbo_simulator.work import Work

FINEST = Decimal("0.000001")
MOST_CENTS = 10**15


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


def values(moves: Sequence[Move], unit_cents: Decimal) -> list[int]:
    """The cents by which each move of one item, in order, changes the stock's value.

    `unit_cents` is the cost of a unit as long as none has been received.
    """
    received = _Received(unit_cents)
    found = [
        received.add(move.quantity, move.cost_cents) if move.quantity > 0 else 0
        for move in moves
    ]
    issued, spent = Decimal(0), 0
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
    tracked = [move for move in moves if move.quantity and _tracked(work, move.item)]
    before = _items_of(work, kind, txn)
    work.db.execute(
        "DELETE FROM stock_move WHERE realm = ? AND kind = ? AND txn = ?",
        (work.realm, kind, txn),
    )
    work.db.executemany(
        "INSERT INTO stock_move (realm, kind, txn, position, item, on_date, quantity,"
        " stated, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
        [
            (
                work.realm,
                kind,
                txn,
                position,
                move.item,
                on,
                str(move.quantity.quantize(FINEST)),
                move.cost_cents,
            )
            for position, move in enumerate(tracked)
        ],
    )
    own = (kind, txn, on)
    for item in {move.item for move in tracked} - before:
        if shown or not _append(work, own, item):
            before.add(item)
    revalue(work, before, besides=(kind, txn))


def revalue(
    work: Work, items: Iterable[int], *, besides: tuple[str, int] = ("", 0)
) -> None:
    """Cost these items' moves anew and post what changed, `besides` one transaction."""
    changed: set[tuple[str, int]] = set()
    for item in sorted(items):
        changed |= _revalue(work, item)
    for kind, txn in sorted(changed - {besides}):
        body = work.fetch(kind, txn)
        if body is not None:
            work.repost(kind, body)


def _revalue(work: Work, item: int) -> set[tuple[str, int]]:
    rows = work.db.execute(
        "SELECT rowid, kind, txn, quantity, stated, value FROM stock_move "
        "WHERE realm = ? AND item = ? ORDER BY on_date, txn, position",
        (work.realm, item),
    ).fetchall()
    body = work.fetch("Item", item) or {}
    moves = [Move(item, Decimal(row["quantity"]), row["stated"]) for row in rows]
    unit = as_decimal(body.get("PurchaseCost")) * 100
    changed = set()
    for row, value in zip(rows, values(moves, unit), strict=True):
        if row["value"] != value:
            work.db.execute(
                "UPDATE stock_move SET value = ? WHERE rowid = ?",
                (value, row["rowid"]),
            )
            changed.add((str(row["kind"]), int(row["txn"])))
    _show(work, body, sum((move.quantity for move in moves), start=Decimal(0)))
    return changed


def _append(work: Work, own: tuple[str, int, str], item: int) -> bool:
    """Cost the moves of a transaction that is the item's last, if no other's change.

    So it is for goods that are there when they go, and for goods that none wait for:
    only the receipts that are still on hand have to be read.
    """
    kind, txn, _ = own
    body = work.fetch("Item", item) or {}
    held = as_decimal(body.get("QtyOnHand"))
    rows = work.db.execute(
        "SELECT rowid, quantity, stated FROM stock_move WHERE realm = ? AND kind = ? "
        "AND txn = ? AND item = ? ORDER BY position",
        (work.realm, kind, txn, item),
    ).fetchall()
    moves = [Move(item, Decimal(row["quantity"]), row["stated"]) for row in rows]
    left = held + sum(move.quantity for move in moves)
    if left < 0 or held < 0 or not _is_last(work, own, item):
        return False
    if any(move.quantity > 0 for move in moves):
        return False
    worth_before = _worth_of_newest(work, item, held)
    for row, move in zip(rows, moves, strict=True):
        held += move.quantity
        worth_after = _worth_of_newest(work, item, held)
        work.db.execute(
            "UPDATE stock_move SET value = ? WHERE rowid = ?",
            (worth_after - worth_before, row["rowid"]),
        )
        worth_before = worth_after
    _show(work, body, left)
    return True


def _is_last(work: Work, own: tuple[str, int, str], item: int) -> bool:
    _, txn, on = own
    row = work.db.execute(
        "SELECT 1 FROM stock_move WHERE realm = ? AND item = ? "
        "AND (on_date, txn) > (?, ?) LIMIT 1",
        (work.realm, item, on, txn),
    ).fetchone()
    return row is None


def _worth_of_newest(work: Work, item: int, quantity: Decimal) -> int:
    """The cents that the units received last are worth: what is on hand."""
    rows = work.db.execute(
        "SELECT quantity, value FROM stock_move WHERE realm = ? AND item = ? "
        "AND quantity >= '0' ORDER BY on_date DESC, txn DESC, position DESC",
        (work.realm, item),
    )
    cents = 0
    for row in rows:
        if not quantity:
            break
        size, cost = Decimal(row["quantity"]), int(row["value"])
        if quantity < size:
            return cents + cost - _whole((size - quantity) * cost / size)
        quantity -= size
        cents += cost
    return cents


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


def _items_of(work: Work, kind: str, txn: int) -> set[int]:
    rows = work.db.execute(
        "SELECT DISTINCT item FROM stock_move WHERE realm = ? AND kind = ? AND txn = ?",
        (work.realm, kind, txn),
    )
    return {int(row["item"]) for row in rows}
