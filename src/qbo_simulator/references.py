"""Who refers to an entity, wherever in a body the reference stands.

QuickBooks looks names up as it answers; here they are written into the bodies, so a
new name is written into all of them, and a merge turns the references around.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.fields import Lines, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qbo_simulator.kinds.base import Body, Kind
    from qbo_simulator.work import Work

TARGETS = {
    "CustomerRef": "Customer",
    "VendorRef": "Vendor",
    "PrefVendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "ItemRef": "Item",
    "GroupItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "SalesTermRef": "Term",
    "TermRef": "Term",
    "PaymentMethodRef": "PaymentMethod",
    "CustomerTypeRef": "CustomerType",
    "TaxCodeRef": "TaxCode",
    "TxnTaxCodeRef": "TaxCode",
    "TaxRateRef": "TaxRate",
    "AgencyRef": "TaxAgency",
    "DefaultTaxCodeRef": "TaxCode",
    "SalesTaxCodeRef": "TaxCode",
    "PurchaseTaxCodeRef": "TaxCode",
}
TYPED = ("EntityRef", "Entity", "PayerRef")


def rename(work: Work, kind: Kind, id: str, name: str) -> None:  # noqa: A002
    """Have every reference to an entity show its new name; nothing counts as changed."""

    def show(ref: Body) -> None:
        if "name" in ref:
            ref["name"] = name

    for holder, body in _referring(work, kind, id):
        if _change(holder, body, (kind.entity, id), show):
            work.reword(holder, body)


def turn(work: Work, kind: Kind, loser: str, winner: Body) -> list[tuple[Kind, Body]]:
    """Have every reference to one entity point at another; gives what was changed."""

    def point(ref: Body) -> None:
        ref["value"] = winner["Id"]
        if "name" in ref:
            ref["name"] = kind.label(winner)

    return [
        (holder, body)
        for holder, body in _referring(work, kind, loser)
        if _change(holder, body, (kind.entity, loser), point)
    ]


def references(body: Any, holder: str) -> Iterator[tuple[str, Body]]:
    """`(entity, reference)` of every reference in the body of a `holder`."""
    if isinstance(body, list):
        for each in body:
            yield from references(each, holder)
    if not isinstance(body, dict):
        return
    for key, part in body.items():
        if isinstance(part, dict) and isinstance(part.get("value"), str):
            yield _target(key, part, body, holder), part
        if isinstance(part, dict | list):
            yield from references(part, holder)


def _target(key: str, ref: Body, owner: Body, holder: str) -> str:
    if key == "ParentRef":
        return holder
    if key in TYPED:
        type_ = ref.get("type") or owner.get("Type") or owner.get("type") or ""
        return str(type_).capitalize()
    if key.endswith("AccountRef"):
        return "Account"
    return TARGETS.get(key, "")


def _change(
    holder: Kind, body: Body, wanted: tuple[str, str], act: Callable[[Body], None]
) -> bool:
    found = [
        ref
        for entity, ref in references(body, holder.entity)
        if (entity, ref["value"]) == wanted
    ]
    for ref in found:
        act(ref)
    return bool(found)


def _referring(work: Work, kind: Kind, id: str) -> Iterator[tuple[Kind, Body]]:  # noqa: A002
    """What may refer to an entity: its id stands in the text of the body."""
    for holder in work.kinds.values():
        condition, values = _condition(holder, kind.entity, id)
        if not condition:
            continue
        rows = work.db.execute(
            "SELECT id FROM entity WHERE realm = ? AND kind = ? AND deleted = 0 "  # noqa: S608
            f"AND {condition}",
            (work.realm, holder.entity, *values),
        ).fetchall()
        for row in rows:
            body = work.fetch(holder.entity, int(row["id"]))
            if body is not None:
                yield holder, body


def _condition(holder: Kind, entity: str, id: str) -> tuple[str, tuple[Any, ...]]:  # noqa: A002
    """Where to look, so that a large company is read only as far as it must be."""
    declared = [each for each in holder.refs if each.type.target == entity]  # type: ignore[attr-defined]
    if any(each.column == "party" for each in declared):
        return "party = ?", (int(id),)
    if holder.entity == entity != "Item":
        return "parent = ?", (int(id),)
    if holder.is_name_list and not declared and not _has_parts(holder):
        return "", ()
    return "instr(body, ?) > 0", (f'"value":"{id}"',)


def _has_parts(holder: Kind) -> bool:
    """Whether references may stand deeper in its bodies, as in a budget's lines."""
    return any(isinstance(each.type, Lines | Record) for each in holder.fields.values())
