"""Bundles: items that are sold together. Clients may only read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books.fields import Lines, Number, Ref, wrong_type

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

ADMINISTRATOR = "bundles"
LEFT_OUT = (
    "UnitPrice",
    "PurchaseCost",
    "IncomeAccountRef",
    "ExpenseAccountRef",
    "TrackQtyOnHand",
    "AssetAccountRef",
    "QtyOnHand",
    "InvStartDate",
    "ReorderPoint",
)


def prepare(work: Work, draft: Draft) -> None:
    """Complete a bundle that an administrator makes (option `bundles`); others may not."""
    if ADMINISTRATOR not in draft.options:
        raise faults.business(
            "Bundles can be created and changed in QuickBooks only.", "Type"
        )
    new = draft.new
    for name in LEFT_OUT:
        new.pop(name, None)
    new.setdefault("Taxable", False)
    new.setdefault("PrintGroupedItems", False)
    detail = new.get("ItemGroupDetail") or {}
    raw = Lines().clean("ItemGroupLine", detail.get("ItemGroupLine", []))
    if not raw:
        raise faults.required("ItemGroupDetail")
    new["ItemGroupDetail"] = {"ItemGroupLine": [_line(work, each) for each in raw]}


def _line(work: Work, raw: Body) -> Body:
    ref: Any = Ref().clean("ItemRef", raw.get("ItemRef", {}))
    if not isinstance(ref, dict):
        raise faults.required("ItemRef")
    item = work.refer("Item", ref, "ItemRef")
    if item["Type"] in ("Group", "Category"):
        raise wrong_type("ItemRef", item["Name"])
    return {
        "ItemRef": {
            "value": item["Id"],
            "name": item["Name"],
            "type": item["Type"],
        },
        "Qty": Number().clean("Qty", raw.get("Qty", 1)),
    }
