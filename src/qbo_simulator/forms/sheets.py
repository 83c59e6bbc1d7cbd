"""The lines of one sales form: checked, completed, and put into the served order."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books.account_types import OWED_BY
from qbo_simulator.books.kind import number_of
from qbo_simulator.faults import Fault
from qbo_simulator.forms.line_references import References
from qbo_simulator.forms.lines import (
    DESCRIPTION_DETAIL,
    DISCOUNT_DETAIL,
    GROUP_DETAIL,
    LINE,
    MOST_LINES,
    SALES_DETAIL,
    SHIPPING,
    booked,
    check_amount,
    clean_answered,
    drop_zeros,
    in_order,
    is_shipping,
    only_its_detail,
    served_line,
)
from qbo_simulator.wire import as_decimal, money, round_cents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qbo_simulator.books.kind import Body
    from qbo_simulator.books.work import Work

DISCOUNT = "DISCOUNT_ITEM_ID"
SHIPPING_INCOME = ("OtherPrimaryIncome", "Income", "Shipping Income")
SUBTOTAL_TEXT = re.compile(r"Subtotal:\s*-?[\d.,]*\s*")
NOT_SOLD = ("Category", "Group")
OF_SHIPPING = ("TaxCodeRef", "ClassRef", "TaxInclusiveAmt")


class Sheet:
    """The lines of one document, read one by one and then numbered and served.

    `items` are its lines in order, shipping included; a bundle is one of them, with
    the lines it is made of inside. `tips` bear no tax and stand apart.
    """

    def __init__(self, work: Work, customer: Body, old_lines: list[Body]) -> None:
        self.work = work
        self.customer = customer
        self.items: list[Body] = []
        self.tips: list[Body] = []
        self.discount: Body | None = None
        held = list(in_order(old_lines))
        self._known = {line["Id"] for line in held if "Id" in line}
        self._references = References(work, {"Line": old_lines})
        self._booked = dict(booked(held))
        self._last = max((int(each) for each in self._known), default=0)

    def read(self, raw_lines: list[Body]) -> None:
        """Take in the lines a client sent; raises a fault at the first bad one."""
        if len(raw_lines) > MOST_LINES:
            raise faults.business(f"At most {MOST_LINES} lines are allowed.", "Line")
        for raw in raw_lines:
            line = only_its_detail(clean_answered(raw, LINE, "Line"))
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
        """A line that sells an item, ships it, or is a discount by its item."""
        raw = line.get("SalesItemLineDetail") or {}
        detail = clean_answered(raw, SALES_DETAIL, "SalesItemLineDetail")
        item = detail.get("ItemRef", {}).get("value")
        if "Amount" not in line:
            raise faults.required("Amount")
        if item == DISCOUNT:
            self._discount_item(line)
        elif item == SHIPPING:
            self.items.append(self._shipping(line, detail))
        else:
            self.items.append(self.sold(line, detail))

    def sold(self, line: Body, detail: Body) -> Body:
        """A line that sells an item, completed."""
        reference = detail.get("ItemRef") or {"value": self._default_item()}
        item = self._refer("Item", reference, "ItemRef")
        drop_zeros(detail)
        detail["ItemRef"] = {"value": item["Id"], "name": item["Name"]}
        if item["Type"] in NOT_SOLD:
            raise faults.bad_reference("Items", item["Id"], "ItemRef")
        check_amount(line, detail)
        account = item.get("IncomeAccountRef")
        if account is None:
            raise faults.business("An item on this transaction has no income account.")
        kept = self._booked.get((str(line.get("Id")), item["Id"]))
        detail["ItemAccountRef"] = kept or account
        self._classify(detail)
        line["SalesItemLineDetail"] = detail
        return line

    def _shipping(self, line: Body, detail: Body) -> Body:
        """A charge for shipping, which is no item but is taxed like one."""
        account = self._shipping_account()
        drop_zeros(detail)
        kept = {name: part for name, part in detail.items() if name in OF_SHIPPING}
        self._classify(kept)
        line["SalesItemLineDetail"] = {
            "ItemRef": {"value": SHIPPING},
            **kept,
            "ItemAccountRef": {"value": account["Id"], "name": account["Name"]},
        }
        return line

    def _shipping_account(self) -> Body:
        usual = self.work.preference("SalesFormsPrefs", "DefaultShippingAccount")
        chosen = number_of({"value": str(usual)}) if usual else None
        found = self.work.fetch("Account", chosen) if chosen else None
        if found is None or found["AccountType"] in OWED_BY:
            opened = self.work.open_account(*SHIPPING_INCOME)
            found = self.work.fetch("Account", opened) or {}
        return found

    def _discount_item(self, line: Body) -> None:
        amount = money(abs(as_decimal(line["Amount"])))
        self.read_discount({"DetailType": "DiscountLineDetail", "Amount": amount})

    def _classify(self, detail: Body) -> None:
        """Keep a line's class where the company counts its lines by class."""
        if "ClassRef" not in detail:
            return
        if not self.work.preference("AccountingInfoPrefs", "ClassTrackingPerTxnLine"):
            del detail["ClassRef"]
            return
        found = self._refer("Class", detail["ClassRef"], "ClassRef")
        name = found.get("FullyQualifiedName", found["Name"])
        detail["ClassRef"] = {"value": found["Id"], "name": name}

    def _refer(self, entity: str, reference: Body, element: str) -> Body:
        return self._references.find(entity, reference, element)

    def _default_item(self) -> str:
        for pair in self.work.preference("OtherPrefs", "NameValue", []):
            if pair.get("Name") == "SalesFormsPrefs.DefaultItem":
                return str(pair["Value"])
        return "1"

    def read_description(self, line: Body) -> None:
        """A line of text only."""
        line.pop("Amount", None)
        raw = line.get("DescriptionLineDetail") or {}
        detail = clean_answered(raw, DESCRIPTION_DETAIL, "DescriptionLineDetail")
        line["DescriptionLineDetail"] = detail
        self.items.append(line)

    def skip(self, line: Body) -> None:
        """The subtotal is the server's own; what a client sends of it is ignored."""

    def read_discount(self, line: Body) -> None:
        """The one discount line."""
        if self.discount is not None:
            raise faults.business("Only one discount line is allowed.", "Line")
        raw = line.get("DiscountLineDetail") or {}
        detail = clean_answered(raw, DISCOUNT_DETAIL, "DiscountLineDetail")
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
        if percent is not None and not 0 <= percent <= 100:
            raise Fault(
                2150,
                "Invalid Percent",
                f"DiscountPercent should be between 0 and 100. Supplied value:{percent}",
                "DiscountPercent",
            )
        self._classify(detail)
        self.discount = {**line, "DiscountLineDetail": detail}

    def read_tip(self, line: Body) -> None:
        """What was given on top, owed to those who served."""
        allowed = any(
            pair.get("Name") == "SalesFormsPrefs.AllowGratuity"
            and str(pair.get("Value")).lower() == "true"
            for pair in self.work.preference("OtherPrefs", "NameValue", [])
        )
        if not allowed:
            raise faults.not_supported("tips on sales forms", "TipLineDetail")
        if "Amount" not in line:
            raise faults.required("Amount")
        line["TipLineDetail"] = {}
        self.tips.append(line)

    def read_group(self, line: Body) -> None:
        """A bundle: with its lines, or those its item is made of."""
        raw = line.get("GroupLineDetail") or {}
        detail = clean_answered(raw, GROUP_DETAIL, "GroupLineDetail")
        if "GroupItemRef" not in detail:
            raise faults.required("GroupItemRef")
        item = self._refer("Item", detail["GroupItemRef"], "GroupItemRef")
        if item["Type"] != "Group":
            raise faults.bad_reference("Items", item["Id"], "GroupItemRef")
        quantity = Decimal(detail.setdefault("Quantity", 1))
        inner = detail.pop("Line", None) or self._made_of(item, quantity)
        line.setdefault("Description", item.get("Description", ""))
        if not line["Description"]:
            del line["Description"]
        line["Amount"] = 0
        line["GroupLineDetail"] = {
            "GroupItemRef": {"value": item["Id"], "name": item["Name"]},
            **{name: part for name, part in detail.items() if name != "GroupItemRef"},
            "Line": [self._part(each) for each in inner],
        }
        self.items.append(line)

    def _part(self, raw: Body) -> Body:
        line = only_its_detail(clean_answered(raw, LINE, "Line"))
        if line.get("DetailType") != "SalesItemLineDetail":
            detail = "Property : DetailType has invalid enumeration value"
            raise Fault(2170, "Invalid Enumeration", detail, "DetailType")
        if "Amount" not in line:
            raise faults.required("Amount")
        raw = line.get("SalesItemLineDetail") or {}
        return self.sold(line, clean_answered(raw, SALES_DETAIL, "SalesItemLineDetail"))

    def _made_of(self, bundle: Body, quantity: Decimal) -> Iterator[Body]:
        """The lines of a bundle of which only the quantity was given."""
        for each in bundle.get("ItemGroupDetail", {}).get("ItemGroupLine", []):
            item = self.work.refer("Item", each["ItemRef"], "ItemRef")
            count = quantity * Decimal(each.get("Qty", 1))
            price = Decimal(item.get("UnitPrice", 0))
            detail = {"ItemRef": {"value": item["Id"]}, "Qty": count}
            if "SalesTaxCodeRef" in item:
                detail["TaxCodeRef"] = item["SalesTaxCodeRef"]
            line = {
                "Amount": round_cents(count * price),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {**detail, "UnitPrice": price},
            }
            if item.get("Description"):
                line["Description"] = item["Description"]
            yield line

    def _number(self) -> None:
        counted = [each for each in self.items if not is_shipping(each)]
        for position, line in enumerate(in_order(counted), start=1):
            if line.get("Id") not in self._known:
                self._last += 1
                line["Id"] = str(self._last)
            line["LineNum"] = position
            self._known.discard(line["Id"])

    @property
    def subtotal(self) -> Decimal:
        """The sum of the item lines, those in bundles too, without shipping."""
        return sum(
            (
                as_decimal(line.get("Amount"))
                for line in in_order(self.items)
                if not is_shipping(line)
            ),
            start=Decimal(0),
        )

    @property
    def extras(self) -> Decimal:
        """What is charged for shipping, and tips."""
        found = [line for line in self.items if is_shipping(line)] + self.tips
        return sum((as_decimal(line["Amount"]) for line in found), start=Decimal(0))

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
        if amount > max(self._gross_subtotal(), Decimal(0)):
            raise faults.business(
                "The discount amount can't be greater than the subtotal.", "Line"
            )
        self.discount["Amount"] = money(amount)
        self._discount_account(detail)
        return amount

    def _gross_subtotal(self) -> Decimal:
        """The subtotal with the tax that is in the prices, where lines tell of it."""
        found = Decimal(0)
        for line in in_order(self.items):
            if not is_shipping(line):
                detail = line.get("SalesItemLineDetail", {})
                found += as_decimal(detail.get("TaxInclusiveAmt") or line.get("Amount"))
        return found

    def _discount_account(self, detail: Body) -> None:
        usual = str(self.work.account("DiscountsRefundsGiven"))
        reference = detail.get("DiscountAccountRef") or {"value": usual}
        account = self._refer("Account", reference, "DiscountAccountRef")
        if account["AccountType"] in OWED_BY:
            raise faults.wrong_account("DiscountAccountRef")
        detail["DiscountAccountRef"] = {"value": account["Id"], "name": account["Name"]}

    def served(self) -> list[Body]:
        """All lines in the order of an answer: items, subtotal, discount, the rest."""
        self._sum_up()
        lines = [served_line(line) for line in self.items if not is_shipping(line)]
        subtotal: Body = {
            "Amount": money(self.subtotal),
            "DetailType": "SubTotalLineDetail",
            "SubTotalLineDetail": {},
        }
        lines.append(subtotal)
        last = [self.discount] if self.discount is not None else []
        last += [line for line in self.items if is_shipping(line)] + self.tips
        for line in last:
            line.pop("LineNum", None)
            line.pop("Id", None)
            lines.append(served_line(line))
        return lines

    def _sum_up(self) -> None:
        """Have each line that says "Subtotal:" tell the sum of the lines before it."""
        since = Decimal(0)
        for line in in_order(self.items):
            since += as_decimal(line.get("Amount"))
            is_text = line["DetailType"] == "DescriptionOnly"
            if is_text and SUBTOTAL_TEXT.fullmatch(line.get("Description", "")):
                line["Description"] = f"Subtotal: {since:.2f}"
                since = Decimal(0)


READERS: Mapping[str, Callable[[Sheet, Body], None]] = {
    "SalesItemLineDetail": Sheet.read_sales,
    "DescriptionOnly": Sheet.read_description,
    "SubTotalLineDetail": Sheet.skip,
    "DiscountLineDetail": Sheet.read_discount,
    "GroupLineDetail": Sheet.read_group,
    "TipLineDetail": Sheet.read_tip,
}
