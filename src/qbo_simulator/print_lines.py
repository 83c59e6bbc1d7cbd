"""What a printed form says, read off an entity as the API answers it: pure reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One row of the form's table; what is None is left blank."""

    title: str
    description: str = ""
    quantity: Decimal | None = None
    rate: Decimal | None = None
    tax: str = ""
    amount: Decimal | None = None
    nested: bool = False


def text_at(entity: Any, *path: str) -> str:
    """Read a text at a path of keys; a missing step reads as an empty text."""
    for key in path:
        if not isinstance(entity, Mapping):
            return ""
        entity = entity.get(key)
    return "" if entity is None else str(entity)


def number(value: Any) -> Decimal:
    """Read a JSON number exactly; nothing and nonsense read as zero."""
    return _number(value) or Decimal(0)


def _number(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def day(value: str) -> date | None:
    """Read an ISO date, or None where it is not one."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def address_lines(address: Any) -> list[str]:
    """Lay out an address as it is written on an envelope, blank parts left out."""
    if not isinstance(address, Mapping):
        return []
    lines = [text_at(address, f"Line{index}") for index in range(1, 6)]
    region = " ".join(
        filter(
            None,
            [
                text_at(address, "CountrySubDivisionCode"),
                text_at(address, "PostalCode"),
            ],
        )
    )
    lines.append(", ".join(filter(None, [text_at(address, "City"), region])))
    lines.append(text_at(address, "Country"))
    return [line for line in lines if line.strip()]


def _sales_line(line: Entity, *, nested: bool = False) -> PrintedLine:
    detail = line.get("SalesItemLineDetail") or line.get("ItemBasedExpenseLineDetail")
    return PrintedLine(
        title=text_at(detail, "ItemRef", "name"),
        description=text_at(line, "Description"),
        quantity=_number((detail or {}).get("Qty")),
        rate=_number((detail or {}).get("UnitPrice")),
        tax="T" if text_at(detail, "TaxCodeRef", "value") == "TAX" else "",
        amount=_number(line.get("Amount")),
        nested=nested,
    )


def _group_lines(line: Entity) -> Iterator[PrintedLine]:
    group = line.get("GroupLineDetail") or {}
    yield PrintedLine(
        title=text_at(group, "GroupItemRef", "name"),
        description=text_at(line, "Description"),
        quantity=_number(group.get("Quantity")),
        amount=_number(line.get("Amount")),
    )
    for inner in group.get("Line") or []:
        yield _sales_line(inner, nested=True)


def _rows(line: Entity) -> Iterator[PrintedLine]:
    kind = text_at(line, "DetailType")
    if kind in ("SalesItemLineDetail", "ItemBasedExpenseLineDetail"):
        yield _sales_line(line)
    elif kind == "GroupLineDetail":
        yield from _group_lines(line)
    elif kind in ("DescriptionOnly", "DescriptionLineDetail"):
        yield PrintedLine(title="", description=text_at(line, "Description"))


def _reference(line: Entity, link: Entity) -> str:
    """Return the number of the form a payment line pays, or its id."""
    extras = (line.get("LineEx") or {}).get("any") or []
    for extra in extras:
        pair = extra.get("value") or {}
        if pair.get("Name") == "txnReferenceNumber" and pair.get("Value"):
            return str(pair["Value"])
    return text_at(link, "TxnId")


def _payment_rows(entity: Entity) -> Iterator[PrintedLine]:
    for line in entity.get("Line") or []:
        for link in line.get("LinkedTxn") or []:
            kind = text_at(link, "TxnType").lower()
            yield PrintedLine(
                title=f"Applied to {kind} {_reference(line, link)}",
                amount=_number(line.get("Amount")),
            )


def printed_lines(entity: Entity, name: str) -> list[PrintedLine]:
    """List the rows of a form's table in their order."""
    if name == "Payment":
        return list(_payment_rows(entity))
    return [row for line in entity.get("Line") or [] for row in _rows(line)]


def _amount_of(entity: Entity, kind: str) -> Decimal:
    lines = entity.get("Line") or []
    return sum(
        (
            number(line.get("Amount"))
            for line in lines
            if line.get("DetailType") == kind
        ),
        Decimal(0),
    )


def _subtotal(entity: Entity) -> Decimal:
    lines = entity.get("Line") or []
    stated = [line for line in lines if line.get("DetailType") == "SubTotalLineDetail"]
    if stated:
        return number(stated[-1].get("Amount"))
    return _amount_of(entity, "SalesItemLineDetail") + _amount_of(
        entity, "GroupLineDetail"
    )


def _taxes(entity: Entity) -> list[tuple[str, Decimal]]:
    """List the taxes by their rates, or as one sum where no rate is told."""
    detail = entity.get("TxnTaxDetail") or {}
    found = []
    for line in detail.get("TaxLine") or []:
        told = line.get("TaxLineDetail") or {}
        percent, base = told.get("TaxPercent"), _number(told.get("NetAmountTaxable"))
        label = "Tax" if percent is None else f"Tax {number(percent).normalize():f}%"
        if base is not None:
            label += f" of {base:,.2f}"
        found.append((label, number(line.get("Amount"))))
    total = number(detail.get("TotalTax"))
    if total != sum((amount for _, amount in found), Decimal(0)):
        return [("Tax", total)]
    return found


def totals(entity: Entity, name: str) -> list[tuple[str, Decimal, bool]]:
    """List the sums beneath the table as (label, amount, strong); the last is the answer."""
    total = number(entity.get("TotalAmt"))
    if name == "Payment":
        unapplied = number(entity.get("UnappliedAmt"))
        return [("Not yet applied", unapplied, False), ("Received", total, True)]
    rows = [("Subtotal", _subtotal(entity), False)]
    discount = _amount_of(entity, "DiscountLineDetail")
    if discount:
        rows.append(("Discount", -discount, False))
    rows += [(label, amount, False) for label, amount in _taxes(entity)]
    if name != "Invoice":
        return [*rows, ("Total", total, True)]
    balance = number(entity.get("Balance"))
    if balance != total:
        rows += [("Total", total, False), ("Paid and credited", balance - total, False)]
    else:
        rows.append(("Total", total, False))
    return [*rows, ("Balance due", balance, True)]
