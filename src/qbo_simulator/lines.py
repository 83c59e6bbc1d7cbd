"""The lines of a sales form: checked, completed, and put into the served order."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.faults import Fault
from qbo_simulator.fields import (
    CLEAR,
    Amount,
    Day,
    Flag,
    Number,
    Record,
    Ref,
    Text,
    Type,
    Whole,
    unknown_property,
)
from qbo_simulator.wire import as_decimal, money, round_cents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qbo_simulator.kinds.base import Body
    from qbo_simulator.work import Work

LINE: Mapping[str, Type] = {
    "Id": Text(20),
    "LineNum": Whole(0, 10_000),
    "Description": Text(4000),
    "Amount": Amount(),
    "DetailType": Text(60),
    "LinkedTxn": Type(),
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
UNANSWERED = frozenset({"Received", "PriceLevelRef", "MarkupInfo", "UOMRef"})
MOST_LINES = 10_000


def clean_part(raw: Body, known: Mapping[str, Type], owner: str) -> Body:
    """The parts of a line or a line's detail, each checked by its type."""
    kept: Body = {}
    for name, value in raw.items():
        if name not in known:
            raise unknown_property(name, owner, tuple(known))
        if value is None or name in UNANSWERED:
            continue
        cleaned = known[name].clean(name, value)
        if cleaned is not CLEAR:
            kept[name] = cleaned
    return kept


class Sheet:
    """The lines of one document, read one by one and then numbered and served."""

    def __init__(self, work: Work, customer: Body, old_lines: list[Body]) -> None:
        self.work = work
        self.customer = customer
        self.items: list[Body] = []
        self.discount: Body | None = None
        self._known = {line["Id"] for line in old_lines if "Id" in line}
        self._held_items = {
            line["SalesItemLineDetail"]["ItemRef"]["value"]
            for line in old_lines
            if "SalesItemLineDetail" in line
        }
        self._last = max((int(each) for each in self._known), default=0)

    def read(self, raw_lines: list[Body]) -> None:
        """Take in the lines a client sent; raises a fault at the first bad one."""
        if len(raw_lines) > MOST_LINES:
            raise faults.business(f"At most {MOST_LINES} lines are allowed.", "Line")
        for raw in raw_lines:
            line = clean_part(raw, LINE, "Line")
            kind = line.get("DetailType")
            if kind is None:
                raise faults.required("DetailType")
            reader = READERS.get(kind)
            if reader is None:
                detail = "Property : DetailType has invalid enumeration value"
                raise Fault(2170, "Invalid Enumeration", detail, "DetailType")
            reader(self, line)
        self._number()

    def read_sales(self, line: Body) -> None:
        """A line that sells an item."""
        if "Amount" not in line:
            raise faults.required("Amount")
        raw = line.get("SalesItemLineDetail") or {}
        detail = clean_part(raw, SALES_DETAIL, "SalesItemLineDetail")
        reference = detail.get("ItemRef") or {"value": self._default_item()}
        item = self._item(reference)
        drop_zeros(detail)
        detail["ItemRef"] = {"value": item["Id"], "name": item["Name"]}
        if item["Type"] == "Category":
            raise faults.bad_reference("Items", item["Id"], "ItemRef")
        check_amount(line, detail)
        account = item.get("IncomeAccountRef")
        if account is None:
            raise faults.business("An item on this transaction has no income account.")
        detail["ItemAccountRef"] = account
        line["SalesItemLineDetail"] = detail
        self.items.append(line)

    def _item(self, reference: Body) -> Body:
        if reference["value"] in self._held_items:
            return self.work.fetch("Item", int(reference["value"])) or {}
        return self.work.refer("Item", reference, "ItemRef")

    def _default_item(self) -> str:
        for pair in self.work.preference("OtherPrefs", "NameValue", []):
            if pair.get("Name") == "SalesFormsPrefs.DefaultItem":
                return str(pair["Value"])
        return "1"

    def read_description(self, line: Body) -> None:
        """A line of text only."""
        line.pop("Amount", None)
        line.setdefault("DescriptionLineDetail", {})
        self.items.append(line)

    def skip(self, line: Body) -> None:
        """The subtotal is the server's own; what a client sends of it is ignored."""

    def read_discount(self, line: Body) -> None:
        """The one discount line."""
        if self.discount is not None:
            raise faults.business("Only one discount line is allowed.", "Line")
        raw = line.get("DiscountLineDetail") or {}
        detail = clean_part(raw, DISCOUNT_DETAIL, "DiscountLineDetail")
        percent = detail.get("DiscountPercent")
        if detail.get("PercentBased") and percent is None:
            raise Fault(
                6090,
                "Discount line missing info",
                "Required parameter DiscountPercent is missing in the request",
                "DiscountPercent",
            )
        if not detail.get("PercentBased") and "Amount" not in line:
            raise faults.required("Amount")
        self.discount = {**line, "DiscountLineDetail": detail}

    def refuse_group(self, line: Body) -> None:
        """Bundles are not simulated yet."""
        raise faults.not_supported("bundles", "GroupLineDetail")

    def _number(self) -> None:
        for position, line in enumerate(self.items, start=1):
            if line.get("Id") not in self._known:
                self._last += 1
                line["Id"] = str(self._last)
            line["LineNum"] = position
            self._known.discard(line["Id"])

    @property
    def subtotal(self) -> Decimal:
        """The sum of the item lines."""
        return sum(
            (as_decimal(line.get("Amount")) for line in self.items), start=Decimal(0)
        )

    def settle_discount(self) -> Decimal:
        """The discount's amount; completes its line."""
        if self.discount is None:
            return Decimal(0)
        detail = self.discount["DiscountLineDetail"]
        if detail.get("PercentBased"):
            share = Decimal(detail["DiscountPercent"]) / 100
            amount = round_cents(self.subtotal * share)
        else:
            detail["PercentBased"] = False
            amount = abs(as_decimal(self.discount["Amount"]))
        if amount > max(self.subtotal, Decimal(0)):
            raise faults.business("The discount is larger than the subtotal.", "Line")
        self.discount["Amount"] = money(amount)
        self._discount_account(detail)
        return amount

    def _discount_account(self, detail: Body) -> None:
        usual = str(self.work.account("DiscountsRefundsGiven"))
        reference = detail.get("DiscountAccountRef") or {"value": usual}
        account = self.work.refer("Account", reference, "DiscountAccountRef")
        detail["DiscountAccountRef"] = {"value": account["Id"], "name": account["Name"]}

    def served(self) -> list[Body]:
        """All lines in the order of an answer: items, subtotal, discount."""
        lines = [served_line(line) for line in self.items]
        subtotal: Body = {
            "Amount": money(self.subtotal),
            "DetailType": "SubTotalLineDetail",
            "SubTotalLineDetail": {},
        }
        lines.append(subtotal)
        if self.discount is not None:
            self.discount.pop("LineNum", None)
            self.discount.pop("Id", None)
            lines.append(served_line(self.discount))
        return lines


READERS: Mapping[str, Callable[[Sheet, Body], None]] = {
    "SalesItemLineDetail": Sheet.read_sales,
    "DescriptionOnly": Sheet.read_description,
    "SubTotalLineDetail": Sheet.skip,
    "DiscountLineDetail": Sheet.read_discount,
    "GroupLineDetail": Sheet.refuse_group,
}
ORDER = ("Id", "LineNum", "Description", "Amount", "LinkedTxn", "DetailType")


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
