"""Products and services, and the categories and bundles they are put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import stock
from qbo_simulator.books.account_types import OWED_BY
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
    Choice,
    Day,
    Field,
    Flag,
    Number,
    Record,
    Ref,
    Text,
    Whole,
    both,
)
from qbo_simulator.books.kind import Body, Draft, words
from qbo_simulator.kinds import bundles
from qbo_simulator.kinds.inventory_adjustments import adjust, start
from qbo_simulator.kinds.lists import NamedList
from qbo_simulator.kinds.trees import Tree
from qbo_simulator.wire import as_decimal

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

EARNING = ("Income", "Other Income")
COST = ("Cost of Goods Sold",)
STOCK = ("Other Current Asset",)
INVENTORY_ONLY = ("AssetAccountRef", "QtyOnHand", "ReorderPoint", "InvStartDate")
NEEDED_FOR_INVENTORY = (
    "AssetAccountRef",
    "ExpenseAccountRef",
    "InvStartDate",
    "QtyOnHand",
)
NOT_ON_CATEGORIES = (
    *INVENTORY_ONLY,
    *words("""Sku Description Taxable SalesTaxIncluded UnitPrice IncomeAccountRef
        PurchaseDesc PurchaseTaxIncluded PurchaseCost ExpenseAccountRef PrefVendorRef
        TrackQtyOnHand SalesTaxCodeRef PurchaseTaxCodeRef ClassRef
        TaxClassificationRef ItemGroupDetail PrintGroupedItems"""),
)
USUAL = (
    ("Taxable", False),
    ("UnitPrice", 0),
    ("PurchaseCost", 0),
    ("TrackQtyOnHand", False),
)


class Item(NamedList):
    """Something that is sold, bought, or both."""

    entity = "Item"
    list_name = "Items"
    sequence = "items"
    tree = Tree("Item", "Name", "SubItem", shows_level=True, shows_flag=False)
    head = (
        both("Name", Text(100, ":\t\n"), column="name", keep=True),
        both("Sku", Text(100)),
        Field("Description", Text(4000)),
        both("Active", Flag(), column="active", keep=True),
        both("SubItem", Flag()),
        Field("ParentRef", Ref(target="Item")),
        Field("Level", Whole(), read_only=True),
        both("FullyQualifiedName", Text(), read_only=True, column="full_name"),
        both("Taxable", Flag()),
        Field("SalesTaxIncluded", Flag()),
        both("UnitPrice", Number()),
        both(
            "Type",
            Choice(("Service", "NonInventory", "Inventory", "Group", "Category")),
            keep=True,
        ),
        Field("IncomeAccountRef", Ref(target="Account")),
        Field("PurchaseDesc", Text(1000)),
        Field("PurchaseTaxIncluded", Flag()),
        both("PurchaseCost", Number()),
        Field("ExpenseAccountRef", Ref(target="Account")),
        Field("AssetAccountRef", Ref(target="Account"), keep=True),
        Field("PrefVendorRef", Ref(target="Vendor")),
        Field("TrackQtyOnHand", Flag(), keep=True),
        Field("QtyOnHand", Number(), keep=True),
        Field("ReorderPoint", Number()),
        Field("InvStartDate", Day(), keep=True),
        Field("SalesTaxCodeRef", Ref(target="TaxCode")),
        Field("PurchaseTaxCodeRef", Ref(target="TaxCode")),
        Field("ClassRef", Ref(target="Class")),
        Field("TaxClassificationRef", Ref()),
        Field("PrintGroupedItems", Flag()),
        Field("ItemGroupDetail", Record(), keep=True),
    )
    tolerated = words("""CustomField PercentBased RatePercent PaymentMethodRef UOMSetRef
        COGSAccountRef AvgCost QtyOnPurchaseOrder QtyOnSalesOrder ManPartNum
        DepositToAccountRef BuildPoint SpecialItem SpecialItemType
        ItemAssemblyDetail AbatementRate ReverseChargeRate ServiceType
        ItemCategoryType ItemEx UQCDisplayText UQCId Source DeferredRevenue
        CustomExtensions""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if not new.get("Type") and draft.sent.get("Name"):
            raise faults.required("Type")
        self._check_type(draft)
        super().prepare(work, draft)
        if new["Type"] == "Category":
            for name in NOT_ON_CATEGORIES:
                new.pop(name, None)
            check_categories(work)
            return
        if new["Type"] == "Group":
            bundles.prepare(work, draft)
            return
        new.pop("ItemGroupDetail", None)
        new.pop("PrintGroupedItems", None)
        for name, value in USUAL:
            new.setdefault(name, value)
        self._check_accounts(work, draft)
        if new["Type"] == "Inventory":
            self._prepare_inventory(work, draft)
        else:
            new["TrackQtyOnHand"] = False
            for name in INVENTORY_ONLY:
                new.pop(name, None)

    def _check_type(self, draft: Draft) -> None:
        old = draft.old
        if old is None:
            return
        tracked = bool(old.get("TrackQtyOnHand"))
        given_up = draft.sent.get("TrackQtyOnHand") is False
        if tracked and (given_up or draft.new["Type"] != "Inventory"):
            raise faults.business(
                "Once an item's quantity is tracked, this can't be undone.",
                "TrackQtyOnHand",
            )
        apart = ("Group", "Category")
        if old["Type"] != draft.new["Type"] and (
            old["Type"] in apart or draft.new["Type"] in apart
        ):
            raise faults.business("The type of this item can't be changed.", "Type")

    def place(self, work: Work, draft: Draft) -> None:
        super().place(work, draft)
        if "ParentRef" not in draft.new:
            return
        parent = work.refer("Item", draft.new["ParentRef"], "ParentRef")
        if parent["Type"] not in ("Category", draft.new["Type"]):
            raise faults.business(
                "An item stands below a category, or an item of its own type.",
                "ParentRef",
            )

    def _check_accounts(self, work: Work, draft: Draft) -> None:
        new = draft.new
        inventory = new["Type"] == "Inventory"
        if "IncomeAccountRef" not in new and (
            inventory or "ExpenseAccountRef" not in new
        ):
            raise faults.required("IncomeAccountRef")
        wanted = {
            "IncomeAccountRef": EARNING,
            "ExpenseAccountRef": COST if inventory else (),
            "AssetAccountRef": STOCK if inventory else (),
        }
        for name, types in wanted.items():
            if name not in new or not (draft.changed(name) or draft.changed("Type")):
                continue
            if types:
                work.check_account(new[name], types, name)
                continue
            account = work.refer("Account", new[name], name)
            if account["AccountType"] in OWED_BY:
                raise faults.wrong_account(name)

    def _prepare_inventory(self, work: Work, draft: Draft) -> None:
        new, old = draft.new, draft.old or {}
        for name in NEEDED_FOR_INVENTORY:
            if name not in new:
                raise faults.required(name)
        if not new["TrackQtyOnHand"]:
            raise faults.business(
                "When you create an item, if Track quantity on hand is turned off, "
                "the item cannot be of type Inventory."
            )
        draft.effects["on"] = new["InvStartDate"]
        new["InvStartDate"] = old.get("InvStartDate", new["InvStartDate"])
        if old.get("Active", True) and not new["Active"]:
            new["QtyOnHand"] = 0
            draft.effects["on"] = work.today
        if draft.changed("QtyOnHand"):
            check_books_open(work, draft.effects["on"])

    def check_deactivation(self, work: Work, draft: Draft) -> None:
        if draft.new["Type"] == "Category":
            raise faults.business("A category can't be made inactive.", "Active")

    def settle(self, work: Work, draft: Draft) -> None:
        super().settle(work, draft)
        if draft.new["Type"] != "Inventory":
            return
        held, _ = stock.on_hand(work, draft.id)
        more = as_decimal(draft.new["QtyOnHand"]) - held
        if draft.old is None or draft.old.get("Type") != "Inventory":
            start(work, draft.new, more)
        elif more:
            adjust(work, draft.new, more, on_or_after(draft))


def on_or_after(draft: Draft) -> str:
    """The day of an adjustment: what was sent, but never before the item's start."""
    return max(str(draft.effects["on"]), str(draft.new["InvStartDate"]))


def check_categories(work: Work) -> None:
    """5030 where the company's items are not sorted into categories."""
    info: Body = work.fetch("CompanyInfo", 1) or {}
    for pair in info.get("NameValue", []):
        if pair.get("Name") == "ItemCategoriesFeature" and pair.get("Value") != "true":
            raise faults.not_supported("Item categories", "Type")
