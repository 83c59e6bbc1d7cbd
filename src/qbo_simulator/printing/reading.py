"""What a printed form says, read off an entity as the API answers it: pure reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from qbo_simulator.printing.words import ENGLISH, Words

Entity = Mapping[str, Any]
PRICED = (
    "SalesItemLineDetail",
    "ItemBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail",
)
SUBTOTAL = re.compile(r"Subtotal: (-?[0-9]+\.[0-9]{2})")


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


def detail_of(line: Entity) -> Entity:
    """Return what a line says of what it sells or buys; nothing for other lines."""
    for name in PRICED:
        if line.get(name):
            found: Entity = line[name]
            return found
    return {}


def is_shipping(line: Entity) -> bool:
    """Tell whether a line charges for shipping, which is printed with the sums."""
    return text_at(detail_of(line), "ItemRef", "value") == "SHIPPING_ITEM_ID"


def _sales_line(line: Entity, *, nested: bool = False) -> PrintedLine:
    detail = detail_of(line)
    return PrintedLine(
        title=text_at(detail, "ItemRef", "name")
        or text_at(detail, "AccountRef", "name"),
        description=text_at(line, "Description"),
        quantity=_number(detail.get("Qty")),
        rate=_number(detail.get("UnitPrice")),
        tax="T" if text_at(detail, "TaxCodeRef", "value") == "TAX" else "",
        amount=_number(line.get("Amount")),
        nested=nested,
    )


def _group_lines(line: Entity) -> Iterator[PrintedLine]:
    group = line.get("GroupLineDetail") or {}
    inner = group.get("Line") or []
    yield PrintedLine(
        title=text_at(group, "GroupItemRef", "name"),
        description=text_at(line, "Description"),
        quantity=_number(group.get("Quantity")),
        amount=sum((number(each.get("Amount")) for each in inner), Decimal(0)),
    )
    for each in inner:
        yield _sales_line(each, nested=True)


def _text_line(line: Entity, words: Words) -> PrintedLine:
    """A line of text; one that the books have sum up says so in the form's own words."""
    text = text_at(line, "Description")
    summed = SUBTOTAL.fullmatch(text)
    if summed is None:
        return PrintedLine(title="", description=text)
    return PrintedLine(title=words["subtotal"], amount=Decimal(summed[1]))


def _rows(line: Entity, words: Words) -> Iterator[PrintedLine]:
    kind = text_at(line, "DetailType")
    if kind in PRICED and not is_shipping(line):
        yield _sales_line(line)
    elif kind == "GroupLineDetail":
        yield from _group_lines(line)
    elif kind in ("DescriptionOnly", "DescriptionLineDetail"):
        yield _text_line(line, words)


def _reference(line: Entity, link: Entity) -> str:
    """Return the number of the form a payment line pays, or its id."""
    extras = (line.get("LineEx") or {}).get("any") or []
    for extra in extras:
        pair = extra.get("value") or {}
        if pair.get("Name") == "txnReferenceNumber" and pair.get("Value"):
            return str(pair["Value"])
    return text_at(link, "TxnId")


def _payment_rows(entity: Entity, words: Words) -> Iterator[PrintedLine]:
    for line in entity.get("Line") or []:
        for link in line.get("LinkedTxn") or []:
            kind = text_at(link, "TxnType")
            told = words.titles.get(kind, kind).lower()
            sign = -1 if kind == "CreditMemo" else 1
            yield PrintedLine(
                title=words["applied"].format(told, _reference(line, link)),
                amount=sign * number(line.get("Amount")),
            )


def printed_lines(
    entity: Entity, name: str, words: Words = ENGLISH
) -> list[PrintedLine]:
    """List the rows of a form's table in their order."""
    if name == "Payment":
        return list(_payment_rows(entity, words))
    return [row for line in entity.get("Line") or [] for row in _rows(line, words)]
