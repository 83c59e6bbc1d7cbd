"""Merging one name into another, as a bookkeeper does in QuickBooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.wire import stamp

if TYPE_CHECKING:
    from qbo_simulator.kinds.base import Body, Kind
    from qbo_simulator.work import Work


def merge(work: Work, kind: Kind, loser: Body, winner: Body) -> Body:
    """Move what hangs on the loser to the winner and remove the loser."""
    if kind.entity != "Customer":
        raise faults.unsupported(f"Operation merge on {kind.entity} is not supported.")
    if loser["Id"] == winner["Id"]:
        raise faults.business("A name can't be merged with itself.")
    if work.children(int(loser["Id"])):
        raise faults.business("A customer with sub-customers can't be merged.")
    if loser.get("ParentRef") != winner.get("ParentRef"):
        raise faults.business("Both customers must be on the same level.")
    _move(work, int(loser["Id"]), winner)
    gone = {"domain": "QBO", "status": "Deleted", "Id": loser["Id"]}
    at = {"LastUpdatedTime": stamp(work.now)}
    work.put(kind, {**gone, "MetaData": at}, deleted=True)
    work.touch_parties(int(winner["Id"]))
    served = dict(winner)
    work.rewrite(kind.entity, served, bump=True)
    return served


def _move(work: Work, loser: int, winner: Body) -> None:
    party = int(winner["Id"])
    rows = work.db.execute(
        "SELECT kind, id FROM entity WHERE realm = ? AND kind IN ('Invoice', 'Payment') "
        "AND party = ? AND deleted = 0",
        (work.realm, loser),
    ).fetchall()
    moved = []
    for row in rows:
        body = work.fetch(row["kind"], int(row["id"]))
        if body is None:
            continue
        body["CustomerRef"] = {"value": winner["Id"], "name": winner["DisplayName"]}
        work.rewrite(row["kind"], body)
        moved.append((row["kind"], body))
    for entity, body in moved:
        work.repost(entity, body)
        work.tell(entity, body["Id"], "Update")
    work.touch_parties(party)
