"""The lines of what is bought: an account's or an item's, checked and completed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books.account_types import OWED_BY
from qbo_simulator.books.fields import (
    Amount,
    Choice,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    Type,
    Whole,
    unknown_property,
)
from qbo_simulator.faults import Fault
from qbo_simulator.forms.line_references import References, clean_part
from qbo_simulator.forms.lines import MOST_LINES, check_amount, served_line
from qbo_simulator.wire import as_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qbo_simulator.books.kind import Body
    from qbo_simulator.books.work import Work

ACCOUNT = "AccountBasedExpenseLineDetail"
ITEM = "ItemBasedExpenseLineDetail"
DETAILS = (ACCOUNT, ITEM)
BILLABLE = ("Billable", "NotBillable", "HasBeenBilled")
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
    "ProjectRef": Ref(named=False),
    "CostAmount": Number(),
    "HomeCostAmount": Number(),
    ACCOUNT: Record(),
    ITEM: Record(),
    "DescriptionLineDetail": Record(),
    "TDSLineDetail": Record(),
}
SHARED: Mapping[str, Type] = {
    "CustomerRef": Ref(target="Customer"),
    "ClassRef": Ref(target="Class"),
    "BillableStatus": Choice(BILLABLE),
    "MarkupInfo": Record(parts={"Percent": Number(), "MarkUpIncomeAccountRef": Ref()}),
    "TaxCodeRef": Ref(named=False),
    "TaxInclusiveAmt": Amount(),
    "TaxAmount": Amount(),
    "ExpenseDetailLineDetailEx": Type(),
}
ACCOUNT_DETAIL: Mapping[str, Type] = {"AccountRef": Ref(target="Account"), **SHARED}
ITEM_DETAIL: Mapping[str, Type] = {
    "ItemRef": Ref(target="Item"),
    "UnitPrice": Number(),
    "RatePercent": Number(),
    "PriceLevelRef": Type(),
    "Qty": Number(),
    "UOMRef": Type(),
    "ItemAccountRef": Type(),
    "InventorySiteRef": Type(),
    **SHARED,
}
LINK = ("TxnId", "TxnType", "TxnLineId")
UNANSWERED = (
    "ExpenseDetailLineDetailEx",
    "ItemAccountRef",
    "InventorySiteRef",
    "PriceLevelRef",
    "UOMRef",
)
HIDDEN = ("Received", "LineEx", "CustomField", "CustomExtensions")
FIRST = ("BillableStatus", "ClassRef", "CustomerRef")
LAST = ("MarkupInfo", "TaxCodeRef", "TaxAmount", "TaxInclusiveAmt")


class ExpenseSheet:
    """The lines of one bill, expense, credit or order, read one by one and numbered.

    `counted` is whether its lines have a LineNum: those of expenses have not. `payee`
    is of which kind the one is who is paid, where lines may be booked to its balance.
    """

    def __init__(
        self,
        work: Work,
        old_lines: list[Body],
        *,
        counted: bool = True,
        payee: str | None = None,
    ) -> None:
        self.work = work
        self.counted = counted
        self.payee = payee
        self.lines: list[Body] = []
        self._old = {line["Id"]: line for line in old_lines if "Id" in line}
        self._last = max((int(each) for each in self._old), default=0)
        self._references = References(work, {"Line": old_lines})

    def read(self, raw_lines: list[Body]) -> None:
        """Take in the lines a client sent; raises a fault at the first bad one."""
        if len(raw_lines) > MOST_LINES:
            raise faults.business(f"At most {MOST_LINES} lines are allowed.", "Line")
        for raw in raw_lines:
            line = clean_part(raw, LINE, "Line")
            kind = line.get("DetailType") or _told_by_detail(line)
            reader = READERS.get(kind)
            if reader is None:
                detail = "Property : DetailType has invalid enumeration value"
                raise Fault(2170, "Invalid Enumeration", detail, "DetailType")
            line["DetailType"] = kind
            for name in (*HIDDEN, "LineNum"):
                line.pop(name, None)
            line["LinkedTxn"] = _links(line.get("LinkedTxn", []))
            if not line["LinkedTxn"]:
                del line["LinkedTxn"]
            reader(self, line)
            self.lines.append(line)
        self._number()

    def read_account(self, line: Body) -> None:
        """A line that is booked straight to an account."""
        if "Amount" not in line:
            raise faults.required("Amount")
        detail = clean_part(line.get(ACCOUNT) or {}, ACCOUNT_DETAIL, ACCOUNT)
        if "AccountRef" not in detail:
            raise faults.required("AccountRef")
        account = self._referred("Account", "AccountRef", detail)
        # Only a payment to one of them may be booked where their balance is.
        if OWED_BY.get(account["AccountType"], self.payee) != self.payee:
            raise faults.wrong_account("AccountRef")
        name = account.get("FullyQualifiedName", account["Name"])
        detail["AccountRef"] = {"value": account["Id"], "name": name}
        self._complete(detail)
        line[ACCOUNT] = _in_order(("AccountRef", *FIRST), detail)

    def read_item(self, line: Body) -> None:
        """A line that buys an item."""
        if "Amount" not in line:
            raise faults.required("Amount")
        detail = clean_part(line.get(ITEM) or {}, ITEM_DETAIL, ITEM)
        if "ItemRef" not in detail:
            raise faults.required("ItemRef")
        item = self._referred("Item", "ItemRef", detail)
        if item["Type"] in ("Category", "Group"):
            raise faults.bad_reference("Items", item["Id"], "ItemRef")
        detail["ItemRef"] = {"value": item["Id"], "name": item["Name"]}
        check_amount(line, detail)
        if item["Type"] == "Inventory":
            _check_quantity(line, detail)
        self._complete(detail)
        line[ITEM] = _in_order((*FIRST, "ItemRef", "UnitPrice", "Qty"), detail)

    def read_description(self, line: Body) -> None:
        """A line of text only."""
        line.pop("Amount", None)
        line.setdefault("DescriptionLineDetail", {})

    def _complete(self, detail: Body) -> None:
        for name in UNANSWERED:
            detail.pop(name, None)
        detail.setdefault("BillableStatus", "NotBillable")
        if "CustomerRef" in detail:
            customer = self._referred("Customer", "CustomerRef", detail)
            name = self.work.kinds["Customer"].label(customer)
            detail["CustomerRef"] = {"value": customer["Id"], "name": name}
        elif detail["BillableStatus"] == "Billable":
            raise Fault(
                6310,
                "Missing Customer",
                "Missing Customer : When you check Billable, you must select a "
                "customer in the Customer/Project column.",
                "CustomerRef",
            )
        if "ClassRef" in detail:
            found = self._referred("Class", "ClassRef", detail)
            full = found.get("FullyQualifiedName", found["Name"])
            detail["ClassRef"] = {"value": found["Id"], "name": full}

    def _referred(self, entity: str, name: str, detail: Body) -> Body:
        return self._references.find(entity, detail[name], name)

    def _number(self) -> None:
        known = set(self._old)
        for position, line in enumerate(self.lines, start=1):
            if line.get("Id") not in known:
                self._last += 1
                line["Id"] = str(self._last)
            known.discard(line["Id"])
            if self.counted:
                line["LineNum"] = position

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum(
            (as_decimal(line.get("Amount")) for line in self.lines), start=Decimal(0)
        )

    def served(self) -> list[Body]:
        """All lines with their keys in the served order."""
        return [served_line(line) for line in self.lines]


READERS: Mapping[str, Callable[[ExpenseSheet, Body], None]] = {
    ACCOUNT: ExpenseSheet.read_account,
    ITEM: ExpenseSheet.read_item,
    "DescriptionOnly": ExpenseSheet.read_description,
}


def detail_of(line: Body) -> Body | None:
    """The detail of a line that spends; None for a line of text."""
    return next((line[name] for name in DETAILS if name in line), None)


def orders_of(line: Body) -> list[Body]:
    """The links of a line to lines of purchase orders."""
    return [
        link for link in line.get("LinkedTxn", []) if link["TxnType"] == "PurchaseOrder"
    ]


def _told_by_detail(line: Body) -> str:
    found = next((name for name in DETAILS if name in line), None)
    if found is None:
        raise faults.required("DetailType")
    return found


def _links(raw: list[Body]) -> list[Body]:
    found = []
    for link in raw:
        for name in link:
            if name not in LINK:
                raise unknown_property(name, "LinkedTxn", LINK)
        if link.get("TxnId") in (None, ""):
            raise faults.required("TxnId")
        if link.get("TxnType") in (None, ""):
            raise faults.required("TxnType")
        kept = {name: str(link[name]) for name in LINK if link.get(name) is not None}
        found.append(kept)
    return found


def _check_quantity(line: Body, detail: Body) -> None:
    if "Qty" in detail and (Decimal(detail["Qty"]) or not as_decimal(line["Amount"])):
        return
    raise Fault(
        6520,
        "Missing Tracked Inventory Item Quantity",
        "Missing Tracked Inventory Item Quantity : Quantity is required for an "
        "inventory item",
        "Qty",
    )


def _in_order(first: tuple[str, ...], detail: Body) -> Body:
    names = (*first, *(name for name in detail if name not in (*first, *LAST)), *LAST)
    return {name: detail[name] for name in names if name in detail}
