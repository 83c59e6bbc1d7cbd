"""What of a purchase order has been billed or bought: links from lines to its lines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications
from qbo_simulator.books.applications import Link
from qbo_simulator.forms.expense_lines import ACCOUNT, ITEM, detail_of, orders_of
from qbo_simulator.forms.lines import served_line
from qbo_simulator.wire import as_decimal, id_of, number, to_cents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qbo_simulator.books.kind import Body, Draft, Kind
    from qbo_simulator.books.work import Work

ORDER = "PurchaseOrder"


def link(work: Work, kind: Kind, draft: Draft, vendor: Body) -> None:
    """Record which orders a form's lines come from; those are shown anew by `settle`.

    A link at the head alone is taken for the lines of that order which buy the same.
    """
    before = {each.txn for each in applications.links_of(work, kind.entity, draft.id)}
    lines = draft.new["Line"]
    for head in draft.new.get("LinkedTxn", []):
        if head.get("TxnType") == ORDER:
            order = _order(work, str(head.get("TxnId", "")), vendor, before)
            _spread(order, lines)
    sums: dict[int, int] = {
        int(str(head["TxnId"])): 0
        for head in draft.new.get("LinkedTxn", [])
        if head.get("TxnType") == ORDER
    }
    for line in lines:
        for each in orders_of(line):
            order = _order(work, each["TxnId"], vendor, before)
            _check_line(order, line, each)
            held = int(order["Id"])
            cents = to_cents(as_decimal(line.get("Amount")))
            sums[held] = sums.get(held, 0) + cents
    links = [Link(ORDER, txn, cents) for txn, cents in sums.items()]
    applications.replace(work, kind.entity, draft.id, links)
    draft.new["Line"] = [served_line(line) for line in lines]
    draft.effects["orders"] = sorted(before | set(sums))


def unlink(work: Work, kind: Kind, draft: Draft) -> None:
    """Forget the orders a form comes from, for it is voided or deleted."""
    links = applications.links_of(work, kind.entity, draft.id)
    applications.replace(work, kind.entity, draft.id, [])
    draft.effects["orders"] = sorted({each.txn for each in links})


def show(work: Work, orders: Iterable[int]) -> None:
    """Have orders show what has been received of them."""
    for order in orders:
        work.refresh(ORDER, order)


def heads(work: Work, entity: str, txn: int) -> list[Body]:
    """The links to orders as the head of a form serves them."""
    found = applications.links_of(work, entity, txn)
    return [{"TxnId": str(each.txn), "TxnType": ORDER} for each in found]


def received(sources: Sequence[tuple[str, Body]], order: Body) -> dict[str, Decimal]:
    """How much has come of each line of an order: a quantity, or else an amount."""
    found: dict[str, Decimal] = {}
    by_quantity = {
        line["Id"]: "Qty" in (detail_of(line) or {}) for line in order["Line"]
    }
    for _, body in sources:
        for line in body["Line"]:
            detail = detail_of(line) or {}
            for each in orders_of(line):
                if each["TxnId"] != order["Id"]:
                    continue
                name = each.get("TxnLineId", "")
                came = as_decimal(
                    detail.get("Qty") if by_quantity.get(name) else line.get("Amount")
                )
                found[name] = found.get(name, Decimal(0)) + came
    return found


def told(order: Body) -> dict[str, Decimal]:
    """How much has come of each line, as the order itself says."""
    return {
        line["Id"]: as_decimal(line["Received"])
        for line in order["Line"]
        if "Received" in line
    }


def is_received(order: Body, came: dict[str, Decimal]) -> bool:
    """Whether nothing is left to come of an order of which something came."""
    wanted = {
        line["Id"]: as_decimal(detail.get("Qty", line.get("Amount")))
        for line in order["Line"]
        if (detail := detail_of(line)) is not None
    }
    return bool(came) and all(
        came.get(name, Decimal(0)) >= amount for name, amount in wanted.items()
    )


def show_received(order: Body, sources: Sequence[tuple[str, Body]]) -> None:
    """Set on each line of an order how much of it came, and with what."""
    came = received(sources, order)
    for line in order["Line"]:
        links = [
            {"TxnId": body["Id"], "TxnType": type_, "TxnLineId": other["Id"]}
            for type_, body in sources
            for other in body["Line"]
            for each in orders_of(other)
            if each["TxnId"] == order["Id"] and each.get("TxnLineId") == line["Id"]
        ]
        for name, value in (
            ("LinkedTxn", links),
            ("Received", number(came.get(line["Id"], Decimal(0)))),
        ):
            line.pop(name, None)
            if value:
                line[name] = value
    order["Line"] = [served_line(line) for line in order["Line"]]


def _order(work: Work, held: str, vendor: Body, before: set[int]) -> Body:
    txn = id_of(held)
    order = None if txn is None else work.fetch(ORDER, txn)
    if order is None:
        raise faults.no_such_link(ORDER, held)
    if order["VendorRef"]["value"] != vendor.get("Id"):
        raise faults.business(
            f"{ORDER} {held} belongs to another vendor than this transaction.",
            "LinkedTxn",
        )
    if order["POStatus"] == "Closed" and txn not in before:
        raise faults.business(f"{ORDER} {held} is closed.", "LinkedTxn")
    return order


def _spread(order: Body, lines: list[Body]) -> None:
    """Link lines to the order's lines that buy the same, if none says what it is from."""
    if any(each["TxnId"] == order["Id"] for line in lines for each in orders_of(line)):
        return
    for ordered in order["Line"]:
        if detail_of(ordered) is None:
            continue
        for line in lines:
            if not orders_of(line) and _bought(line) == _bought(ordered):
                line.setdefault("LinkedTxn", []).append(
                    {
                        "TxnId": order["Id"],
                        "TxnType": ORDER,
                        "TxnLineId": ordered["Id"],
                    }
                )
                break


def _check_line(order: Body, line: Body, each: Body) -> None:
    ids = {ordered["Id"] for ordered in order["Line"]}
    if "TxnLineId" not in each:
        same = [one for one in order["Line"] if _bought(one) == _bought(line)]
        each["TxnLineId"] = same[0]["Id"] if same else order["Line"][0]["Id"]
    if each["TxnLineId"] not in ids:
        raise faults.not_linkable(
            f"Line {each['TxnLineId']} of {ORDER} {order['Id']} does not exist"
        )


def _bought(line: Body) -> tuple[str, str]:
    if ITEM in line:
        return ITEM, str(line[ITEM]["ItemRef"]["value"])
    if ACCOUNT in line:
        return ACCOUNT, str(line[ACCOUNT]["AccountRef"]["value"])
    return "", ""
