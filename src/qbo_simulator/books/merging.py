"""Merging one name into another, as a bookkeeper does in QuickBooks.

What refers to the loser is found by what it refers with, not by a list of kinds, so
any transaction is moved, and then posted anew under the winner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import balances, references, stock
from qbo_simulator.books.kind import number_of
from qbo_simulator.wire import stamp

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body, Kind
    from qbo_simulator.books.work import Work

SAME = {
    "Customer": ("ParentRef", "CurrencyRef"),
    "Vendor": ("CurrencyRef",),
    "Employee": (),
    "Item": ("Type",),
    "Account": ("AccountType", "AccountSubType", "CurrencyRef"),
    "Class": (),
    "Department": (),
    "PaymentMethod": (),
}
WORDS = {
    "ParentRef": "stand on the same level",
    "CurrencyRef": "have the same currency",
    "Type": "be of the same type",
    "AccountType": "be of the same type",
    "AccountSubType": "be of the same detail type",
}
POSTED_AS = {
    "Customer": ("party", "name"),
    "Vendor": ("party", "name"),
    "Employee": ("name",),
    "Item": ("item",),
    "Account": ("account",),
    "Class": ("tracking_class",),
    "Department": ("department",),
    "PaymentMethod": (),
}
"""The columns of postings that name one."""


def merge(work: Work, kind: Kind, loser: Body, winner: Body) -> Body:
    """Move what hangs on the loser to the winner and remove the loser."""
    _check(work, kind, loser, winner)
    posted = _posted(work, kind, int(loser["Id"]))
    moved = references.turn(work, kind, loser["Id"], winner)
    _remove(work, kind, loser)
    for holder, body in moved:
        if kind.tree is not None and is_child(holder, body, kind, winner):
            kind.tree.hang(work, winner, body)
        else:
            work.rewrite(holder.entity, body, renamed=True)
        if not holder.is_name_list:
            posted.add((holder.entity, int(body["Id"])))
            work.tell(holder.entity, body["Id"], "Update")
    _move_rows(work, kind, int(loser["Id"]), int(winner["Id"]))
    for entity, txn in sorted(posted):
        found = work.fetch(entity, txn)
        if found is not None:
            work.repost(entity, found, even_closed=True)
    work.touch_parties(int(winner["Id"]))
    above = number_of(loser.get("ParentRef"))
    if kind.entity == "Account" and above:
        balances.show_account(work, above)
    served = work.fetch(kind.entity, int(winner["Id"])) or winner
    work.rewrite(kind.entity, served, bump=True, renamed=True)
    return served


def is_child(holder: Kind, body: Body, kind: Kind, parent: Body) -> bool:
    """Whether an entity stands directly below another of its kind."""
    above = body.get("ParentRef", {}).get("value")
    return holder.entity == kind.entity and above == parent["Id"]


def _check(work: Work, kind: Kind, loser: Body, winner: Body) -> None:
    if kind.entity not in SAME:
        raise faults.unsupported(f"Operation merge on {kind.entity} is not supported.")
    if loser["Id"] == winner["Id"]:
        raise faults.business("A name can't be merged with itself.")
    for name in SAME[kind.entity]:
        if loser.get(name) != winner.get(name):
            raise faults.business(f"What is merged must {WORDS[name]}.")
    if _is_below(work, kind, winner, int(loser["Id"])):
        raise faults.business("A name can't be merged into what stands below it.")
    if loser.get("Type") in ("Group", "Category"):
        raise faults.business("Bundles and categories can't be merged.")


def _is_below(work: Work, kind: Kind, body: Body, above: int) -> bool:
    parent = number_of(body.get("ParentRef"))
    while parent is not None:
        if parent == above:
            return True
        parent = number_of((work.fetch(kind.entity, parent) or {}).get("ParentRef"))
    return False


def _posted(work: Work, kind: Kind, loser: int) -> set[tuple[str, int]]:
    """The transactions whose standing postings name the loser."""
    columns = POSTED_AS[kind.entity]
    if not columns:
        return set()
    rows = work.db.execute(
        "SELECT DISTINCT kind, txn FROM posting WHERE realm = ? AND stands = 1 "  # noqa: S608
        f"AND ({' OR '.join(f'{column} = ?' for column in columns)})",
        (work.realm, *(loser for _ in columns)),
    )
    return {(str(row["kind"]), int(row["txn"])) for row in rows}


def _remove(work: Work, kind: Kind, loser: Body) -> None:
    gone = {"domain": "QBO", "status": "Deleted", "Id": loser["Id"]}
    at = {"LastUpdatedTime": stamp(work.now)}
    work.put(kind, {**gone, "MetaData": at}, deleted=True)


def _move_rows(work: Work, kind: Kind, loser: int, winner: int) -> None:
    if kind.entity == "Account":
        work.db.execute(
            "UPDATE account_role SET account = ? WHERE realm = ? AND account = ?",
            (winner, work.realm, loser),
        )
    if kind.entity == "Item":
        work.db.execute(
            "UPDATE stock_move SET item = ? WHERE realm = ? AND item = ?",
            (winner, work.realm, loser),
        )
        stock.revalue(work, {winner})
