"""What the lines of a sales form may hold, and what is true of each by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.books.fields import (
    Amount,
    Day,
    Flag,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    Type,
    Whole,
)
from qbo_simulator.faults import Fault
from qbo_simulator.forms.line_references import clean_part
from qbo_simulator.wire import as_decimal, round_cents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qbo_simulator.books.kind import Body

LINE: Mapping[str, Type] = {
    "Id": Text(20),
    "LineNum": Whole(0, 10_000),
    "Description": Text(4000),
    "Amount": Amount(),
    "DetailType": Text(60),
    "LinkedTxn": Lines(),
    "Received": Number(),
    "CustomField": Type(),
    "CustomExtensions": Type(),
    "LineEx": Type(),
    "ProjectRef": Type(),
    "CostAmount": Number(),
    "HomeCostAmount": Number(),
    "SalesItemLineDetail": Record(),
    "SubTotalLineDetail": Record(),
    "DiscountLineDetail": Record(),
    "DescriptionLineDetail": Record(),
    "GroupLineDetail": Record(),
    "TaxLineDetail": Record(),
    "TipLineDetail": Record(),
}
SALES_DETAIL: Mapping[str, Type] = {
    "ServiceDate": Day(),
    "ItemRef": Ref(target="Item"),
    "ClassRef": Ref(),
    "UnitPrice": Number(),
    "RatePercent": Number(),
    "PriceLevelRef": Type(),
    "MarkupInfo": Type(),
    "Qty": Number(),
    "UOMRef": Type(),
    "ItemAccountRef": Ref(),
    "InventorySiteRef": Type(),
    "DiscountRate": Number(),
    "DiscountAmt": Amount(),
    "TaxInclusiveAmt": Amount(),
    "TaxCodeRef": Ref(named=False),
    "TaxClassificationRef": Type(),
    "DeferredRevenue": Flag(),
}
DISCOUNT_DETAIL: Mapping[str, Type] = {
    "PercentBased": Flag(),
    "DiscountPercent": Number(),
    "DiscountRef": Type(),
    "DiscountAccountRef": Ref(target="Account"),
    "ServiceDate": Day(),
    "ClassRef": Ref(),
    "TaxCodeRef": Ref(named=False),
}
GROUP_DETAIL: Mapping[str, Type] = {
    "GroupItemRef": Ref(target="Item"),
    "Quantity": Number(),
    "UOMRef": Type(),
    "ServiceDate": Day(),
    "Line": Lines(),
}
DESCRIPTION_DETAIL: Mapping[str, Type] = {
    "ServiceDate": Day(),
    "TaxCodeRef": Ref(named=False),
}
SHIPPING = "SHIPPING_ITEM_ID"
UNANSWERED = frozenset({"Received", "PriceLevelRef", "MarkupInfo", "UOMRef"})
MOST_LINES = 10_000


def clean_answered(raw: Body, known: Mapping[str, Type], owner: str) -> Body:
    """The parts of a sales line, or of its detail, that an answer may show."""
    cleaned = clean_part(raw, known, owner)
    return {name: part for name, part in cleaned.items() if name not in UNANSWERED}


ORDER = ("Id", "LineNum", "Description", "Amount", "LinkedTxn", "DetailType")


def only_its_detail(line: Body) -> Body:
    """A line without the details that belong to lines of another DetailType."""
    kind = line.get("DetailType")
    own = "DescriptionLineDetail" if kind == "DescriptionOnly" else kind
    return {
        name: part
        for name, part in line.items()
        if name == own or not name.endswith("LineDetail")
    }


def in_order(lines: Iterable[Body]) -> Iterator[Body]:
    """The lines as they are counted: a bundle, then what is in it."""
    for line in lines:
        yield line
        yield from line.get("GroupLineDetail", {}).get("Line", ())


def is_shipping(line: Body) -> bool:
    """Whether a line charges for shipping."""
    detail = line.get("SalesItemLineDetail", {})
    return bool(detail.get("ItemRef", {}).get("value") == SHIPPING)


def booked(lines: Iterable[Body]) -> Iterator[tuple[tuple[str, str], Body]]:
    """By line and item, the accounts that the lines of a form are booked on.

    They stay when the item's account is changed, and those of opening balances are
    no item's at all.
    """
    for line in lines:
        detail = line.get("SalesItemLineDetail", {})
        if "Id" in line and "ItemAccountRef" in detail:
            item = str(detail.get("ItemRef", {}).get("value"))
            yield (line["Id"], item), detail["ItemAccountRef"]


def served_line(line: Body) -> Body:
    """A line with its keys in the served order."""
    first = {name: line[name] for name in ORDER if name in line}
    return {**first, **{name: part for name, part in line.items() if name not in first}}


def drop_zeros(detail: Body) -> None:
    """A quantity and a price that are both zero were not given."""
    if not detail.get("Qty") and not detail.get("UnitPrice"):
        detail.pop("Qty", None)
        detail.pop("UnitPrice", None)
    if not detail.get("TaxInclusiveAmt"):
        detail.pop("TaxInclusiveAmt", None)


def check_amount(line: Body, detail: Body) -> None:
    """6070 unless Amount is the product of quantity and price, when both are given."""
    if "Qty" not in detail or "UnitPrice" not in detail:
        return
    product = round_cents(Decimal(detail["Qty"]) * Decimal(detail["UnitPrice"]))
    stated = as_decimal(line["Amount"])
    gross = detail.get("TaxInclusiveAmt")
    if product != stated and (gross is None or product != as_decimal(gross)):
        raise Fault(
            6070,
            "Amount calculation incorrect in the request",
            f"Amount is not equal to UnitPrice * Qty. Supplied value:{stated}",
            "Amount",
        )
