"""Products and services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.fields import (
    Choice,
    Day,
    Field,
    Flag,
    Number,
    Ref,
    Text,
    Whole,
    both,
)
from qbo_simulator.kinds.base import Draft, words
from qbo_simulator.kinds.lists import NamedList

if TYPE_CHECKING:
    from qbo_simulator.work import Work

EARNING = ("Income", "Other Income")


class Item(NamedList):
    """Something that is sold, bought, or both."""

    entity = "Item"
    list_name = "Items"
    sequence = "items"
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
        Field("SalesTaxCodeRef", Ref()),
        Field("PurchaseTaxCodeRef", Ref()),
        Field("ClassRef", Ref()),
        Field("TaxClassificationRef", Ref()),
    )
    tolerated = words("""CustomField PercentBased RatePercent PaymentMethodRef UOMSetRef
        COGSAccountRef AvgCost QtyOnPurchaseOrder QtyOnSalesOrder ManPartNum
        DepositToAccountRef BuildPoint PrintGroupedItems SpecialItem SpecialItemType
        ItemGroupDetail ItemAssemblyDetail AbatementRate ReverseChargeRate ServiceType
        ItemCategoryType ItemEx UQCDisplayText UQCId Source DeferredRevenue
        CustomExtensions""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        super().prepare(work, draft)
        if not new.get("Type"):
            raise faults.required("Type")
        for name, value in (
            ("Taxable", False),
            ("UnitPrice", 0),
            ("PurchaseCost", 0),
            ("TrackQtyOnHand", False),
        ):
            new.setdefault(name, value)
        if "ParentRef" in new:
            above = work.refer("Item", new["ParentRef"], "ParentRef")
            new["SubItem"] = True
            new["Level"] = int(above.get("Level", 0)) + 1
            new["FullyQualifiedName"] = f"{above['FullyQualifiedName']}:{new['Name']}"
        if "IncomeAccountRef" not in new and "ExpenseAccountRef" not in new:
            raise faults.required("IncomeAccountRef")
        if "IncomeAccountRef" in new and draft.changed("IncomeAccountRef"):
            work.check_account(new["IncomeAccountRef"], EARNING, "IncomeAccountRef")
        if new["Type"] == "Inventory":
            self._check_inventory(draft)

    def _check_inventory(self, draft: Draft) -> None:
        for name in (
            "AssetAccountRef",
            "ExpenseAccountRef",
            "InvStartDate",
            "QtyOnHand",
        ):
            if name not in draft.new:
                raise faults.required(name)
        if not draft.new["TrackQtyOnHand"]:
            raise faults.required("TrackQtyOnHand")

    def qualify(self, draft: Draft) -> None:
        draft.new["FullyQualifiedName"] = draft.new["Name"]
