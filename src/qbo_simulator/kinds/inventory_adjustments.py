"""Inventory adjustments: goods counted, found, lost, or there when the books began."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import entering, stock
from qbo_simulator.books.account_types import OWED_BY
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import Day, Field, Lines, Number, Ref, Text, both
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of, words
from qbo_simulator.forms import payables
from qbo_simulator.wire import as_decimal, number

if TYPE_CHECKING:
    from qbo_simulator.books.ledger import Entry
    from qbo_simulator.books.work import Work

OWN = "own"
STARTING = "starting"
START = "START"
SHRINKAGE = ("OtherCostsOfServiceCos", "Cost of Goods Sold", "Inventory Shrinkage")


class InventoryAdjustment(Transaction):
    """A change of what is on hand that no purchase or sale explains."""

    entity = "InventoryAdjustment"
    list_name = "Inventory Adjustments"
    operations = frozenset({"create", "update", "delete"})
    head = (
        both("DocNumber", Text(21), column="doc_number", keep=True),
        both("TxnDate", Day(), column="txn_date"),
        Field("PrivateNote", Text(4000)),
        Field("AdjustAccountRef", Ref(target="Account")),
        Field("ClassRef", Ref(target="Class")),
        Field("DepartmentRef", Ref(target="Department")),
        Field("CustomerRef", Ref(target="Customer")),
        Field("Line", Lines()),
    )
    tolerated = words("""CustomField CurrencyRef ExchangeRate LinkedTxn TxnStatus TxnSource
        TransactionLocationType InventoryAdjustmentEx""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        for name in ("AdjustAccountRef", "Line"):
            if not new.get(name):
                raise faults.required(name)
        _check_account(work, draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        if not new.get("DocNumber"):
            new["DocNumber"] = str(work.next_number("inventory_adjustment_numbers"))
        held = {line["Id"] for line in (draft.old or {}).get("Line", [])}
        last = max((int(each) for each in held), default=0)
        lines = []
        for raw in new["Line"]:
            line = self._line(work, draft, raw)
            if str(raw.get("Id")) in held:
                line = {"Id": str(raw["Id"]), **line}
            else:
                last += 1
                line = {"Id": str(last), **line}
            lines.append(line)
        new["Line"] = lines

    def _line(self, work: Work, draft: Draft, raw: Body) -> Body:
        detail = raw.get("ItemAdjustmentLineDetail")
        if not isinstance(detail, dict):
            raise faults.required("ItemAdjustmentLineDetail")
        item = self._item(work, draft, detail)
        stock.check_start(work, int(item["Id"]), draft.new["TxnDate"])
        if detail.get("QtyDiff") in (None, ""):
            raise faults.required("QtyDiff")
        kept = {
            "ItemRef": {"value": item["Id"]},
            "QtyDiff": Number().clean("QtyDiff", detail["QtyDiff"]),
        }
        return {
            "DetailType": "ItemAdjustmentLineDetail",
            "ItemAdjustmentLineDetail": kept,
        }

    def _item(self, work: Work, draft: Draft, detail: Body) -> Body:
        ref: Any = Ref().clean("ItemRef", detail.get("ItemRef", {}))
        if not isinstance(ref, dict):
            raise faults.required("ItemRef")
        if OWN in draft.options:
            return work.fetch("Item", number_of(ref) or 0) or {}
        item = work.refer("Item", ref, "ItemRef")
        if item["Type"] != "Inventory":
            raise faults.business(
                f"The quantity of {item['Name']} is not tracked.", "ItemRef"
            )
        return item

    def entries(self, work: Work, body: Body) -> list[Entry]:
        against = number_of(body["AdjustAccountRef"])
        return stock.cost_entries(work, self.entity, int(body["Id"]), against=against)

    def settle(self, work: Work, draft: Draft) -> None:
        costed = STARTING in draft.options
        moves = [move_of(work, line, costed=costed) for line in draft.new["Line"]]
        stock.replace(
            work,
            self.entity,
            draft.id,
            draft.new["TxnDate"],
            moves,
            shown=OWN in draft.options,
        )
        work.post(self, draft, self.entries(work, draft.new))

    def withdraw(self, work: Work, draft: Draft) -> None:
        on = (draft.old or {})["TxnDate"]
        check_books_open(work, on)
        stock.replace(work, self.entity, draft.id, on, [])
        work.post(self, draft, [])


def _check_account(work: Work, draft: Draft) -> None:
    """6430 for an account in which somebody owes something: nobody is named here."""
    element = "AdjustAccountRef"
    if not draft.changed(element):
        return
    account = work.refer("Account", draft.new[element], element)
    if account["AccountType"] in OWED_BY:
        raise faults.wrong_account(element)
    payables.check_account_currency(work, draft.new, account, element)


def move_of(work: Work, line: Body, *, costed: bool) -> stock.Move:
    """The move a line makes; the first of an item's goods cost what the item says."""
    detail = line["ItemAdjustmentLineDetail"]
    item = number_of(detail["ItemRef"]) or 0
    quantity = as_decimal(detail["QtyDiff"])
    if not costed:
        return stock.Move(item, quantity)
    unit = as_decimal((work.fetch("Item", item) or {}).get("PurchaseCost"))
    return stock.Move(item, quantity, stock.worth(abs(quantity), unit))


def start(work: Work, item: Body, quantity: Decimal) -> None:
    """Enter the goods that were there when an item's inventory began."""
    if not quantity:
        return
    equity = work.account("OpeningBalanceEquity")
    body = {
        "DocNumber": START,
        "TxnDate": item["InvStartDate"],
        "PrivateNote": f"{item['Name']} - Opening inventory and value",
        "AdjustAccountRef": {"value": str(equity)},
        "Line": [_line_of(item, quantity)],
    }
    entering.enter(
        work, "InventoryAdjustment", body, options=frozenset({OWN, STARTING})
    )


def adjust(work: Work, item: Body, quantity: Decimal, on: str) -> None:
    """Enter that there are more or fewer goods than the books said."""
    account = work.open_account(*SHRINKAGE)
    body = {
        "TxnDate": on,
        "PrivateNote": "Quantity changed on the item",
        "AdjustAccountRef": {"value": str(account)},
        "Line": [_line_of(item, quantity)],
    }
    entering.enter(work, "InventoryAdjustment", body, options=frozenset({OWN}))


def _line_of(item: Body, quantity: Decimal) -> Body:
    return {
        "DetailType": "ItemAdjustmentLineDetail",
        "ItemAdjustmentLineDetail": {
            "ItemRef": {"value": item["Id"]},
            "QtyDiff": number(quantity),
        },
    }
