"""Who refers to an entity, wherever in a body the reference stands.

QuickBooks looks names up as it answers; here they are written into the bodies, so a
new name is written into all of them, and a merge turns the references around.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.books.fields import Lines, Record
from qbo_simulator.wire import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qbo_simulator.books.kind import Body, Kind
    from qbo_simulator.books.work import Work

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
NAMES = ("Customer", "Vendor", "Employee")
SHOWN_IN_FULL = ("Account", "Class", "Department")


def rename(work: Work, kind: Kind, before: Body, after: Body) -> None:
    """Have every reference to an entity show its new name; nothing counts as changed.

    The names are exchanged within the stored text: a large company has many of them.
    """
    exchanged = [
        pair
        for old, new in _names(kind, before, after)
        for pair in _texts(kind.entity, str(after["Id"]), old, new)
    ]
    if not exchanged:
        return
    shown = "body"
    for _ in exchanged:
        shown = f"replace({shown}, ?, ?)"
    found = " OR ".join("instr(body, ?) > 0" for _ in exchanged)
    for holder in work.kinds.values():
        condition, values = _reach(holder, kind.entity, str(after["Id"]), named=True)
        if not condition:
            continue
        work.db.execute(
            f"UPDATE entity SET body = {shown} WHERE realm = ? AND kind = ? "  # noqa: S608
            f"AND deleted = 0 AND {condition} AND ({found})",
            (
                *(text for pair in exchanged for text in pair),
                work.realm,
                holder.entity,
                *values,
                *(old for old, _ in exchanged),
            ),
        )
    work.forget()


def _names(kind: Kind, before: Body, after: Body) -> set[tuple[str, str]]:
    """What references to an entity may show, before and after."""
    found = {(kind.label(before), kind.label(after))}
    if kind.entity in SHOWN_IN_FULL:
        found.add((before["FullyQualifiedName"], after["FullyQualifiedName"]))
    return {(old, new) for old, new in found if old != new}


def _texts(entity: str, id: str, old: str, new: str) -> Iterator[tuple[str, str]]:  # noqa: A002
    """References to an entity as they stand in the stored text, before and after."""
    ends = {key for key, target in TARGETS.items() if target == entity}
    if entity in NAMES:
        ends |= set(TYPED)
    if entity == "Account":
        ends = {"AccountRef"}
    if entity == "Item":
        ends.add("ParentRef")
    for end in sorted(ends):
        stem = f'{end}":{{"value":"{id}","name":'
        yield stem + encode(old).decode(), stem + encode(new).decode()


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
        condition, values = _reach(holder, kind.entity, id)
        if not condition:
            continue
        rows = work.db.execute(
            "SELECT id FROM entity WHERE realm = ? AND kind = ? AND deleted = 0 "  # noqa: S608
            f"AND {condition} AND instr(body, ?) > 0",
            (work.realm, holder.entity, *values, f'"value":"{id}"'),
        ).fetchall()
        for row in rows:
            body = work.fetch(holder.entity, int(row["id"]))
            if body is not None:
                yield holder, body


def _reach(
    holder: Kind,
    entity: str,
    id: str,  # noqa: A002
    *,
    named: bool = False,
) -> tuple[str, tuple[Any, ...]]:
    """Where to look, so that a large company is read only as far as it must be.

    With `named`, only for references that show a name.
    """
    declared = [each for each in holder.refs if each.type.target == entity]  # type: ignore[attr-defined]
    if any(each.column == "party" for each in declared):
        return "party = ?", (int(id),)
    if holder.entity == entity != "Item":
        return "parent = ?", (int(id),)
    if named:
        declared = [each for each in declared if each.type.named]  # type: ignore[attr-defined]
    if holder.is_name_list and not declared and not _has_parts(holder):
        return "", ()
    return "1", ()


def _has_parts(holder: Kind) -> bool:
    """Whether references may stand deeper in its bodies, as in a budget's lines."""
    return any(isinstance(each.type, Lines | Record) for each in holder.fields.values())
