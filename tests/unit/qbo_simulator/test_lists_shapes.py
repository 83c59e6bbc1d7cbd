"""Every list is served in the shape that real ones were seen in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.shapes import differences, entity_shape

from qbo_simulator import exchange_rates
from qbo_simulator.company import Company
from qbo_simulator.seeds import add
from qbo_simulator.store import Store

Body = dict[str, Any]
# What the documentation has and no sample that was seen; and what only companies
# that use it have: named purchase fields, names of locations.
ADDRESSES = tuple(
    f"{address}.{part}"
    for address in ("BillAddr", "ShipAddr")
    for part in ("Lat", "Long", "CountrySubDivisionCode")
)
"""Places on the globe were returned until August 2025; abroad there are no states."""
BESIDES: dict[str, tuple[str, ...]] = {
    "CompanyInfo": (
        "CustomerCommunicationEmailAddr",
        "DefaultTimeZone",
        "WebAddr.URI",
    ),
    "Preferences": (
        "PrintDocumentPrefs",
        "SalesFormsPrefs.AutoApplyCredit",
        "SalesFormsPrefs.AutoApplyPayments",
        "VendorAndPurchasesPrefs.DefaultTerms",
        "VendorAndPurchasesPrefs.POCustomField[].CustomField[].StringValue",
        "AccountingInfoPrefs.DepartmentTerminology",
    ),
    "Customer": (*ADDRESSES, "SalesTermRef", "CustomerTypeRef", "Notes"),
    "Vendor": ADDRESSES,
    "Employee": (),
    "Item": (
        *("Sku", "SubItem", "ParentRef", "Level", "PrefVendorRef", "ItemGroupDetail"),
        *("PrintGroupedItems", "ReorderPoint"),
        # Not on categories, nor accounts and stock on services.
        *("Taxable", "UnitPrice", "PurchaseCost", "TrackQtyOnHand"),
        *("IncomeAccountRef", "ExpenseAccountRef"),
    ),
    "Account": ("ParentRef", "AcctNum", "TaxCodeRef"),
    "Class": (),
    "Department": (),
    "Term": (),
    "PaymentMethod": (),
    "CustomerType": (),
    "TaxAgency": ("TaxAgencyConfig",),
    "TaxRate": ("EffectiveTaxRate", "SpecialTaxType"),
    # The codes TAX and NON have few fields, as they had in the samples.
    "TaxCode": (
        *("Hidden", "TaxCodeConfigType", "SyncToken", "domain", "sparse", "Active"),
        *("SalesTaxRateList", "PurchaseTaxRateList", "Id"),
    ),
    "CompanyCurrency": (),
    "InventoryAdjustment": (
        *("Line[].DetailType", "MetaData.CreateTime", "MetaData.LastUpdatedTime"),
        "DocNumber",
    ),
}


@pytest.fixture(scope="module")
def trader(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company of several currencies that has traded, with one of everything."""
    now = datetime.fromisoformat("2026-03-10T18:30:00+00:00")
    folder: Path = tmp_path_factory.mktemp("shapes")
    company = add(Store(folder / "s.sqlite3"), "multi", now=now)
    for entity, body in (
        ("Employee", {"GivenName": "Bo", "FamilyName": "Li", "SSN": "1"}),
        ("Class", {"Name": "France"}),
        ("Department", {"Name": "Paris"}),
        ("Item", {"Name": "Garden", "Type": "Category"}),
    ):
        company.create(entity, body, now=now)
    stocked = {
        "Name": "Heat pump",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 4,
        "InvStartDate": "2026-01-01",
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
        "AssetAccountRef": {"value": "81"},
    }
    company.create("Item", stocked, now=now)
    return company


@pytest.mark.parametrize("entity", [*BESIDES])
def test_a_list_is_served_as_it_was_seen(trader: Company, entity: str) -> None:
    found = trader.query(f"select * from {entity} maxresults 1000")[entity]  # noqa: S608
    shape = entity_shape(entity)
    said = [differences(each, shape, besides=BESIDES[entity]) for each in found]
    assert [each for each in said if each] == []


def test_an_exchange_rate_is_served_as_it_was_seen(
    trader: Company, now: datetime
) -> None:
    shape = entity_shape("ExchangeRate")
    stored = trader.query("select * from ExchangeRate")["ExchangeRate"]
    read = exchange_rates.read(trader, "EUR", "2026-03-01", now=now)
    assert [differences(each, shape) for each in (read, *stored)] == [
        [] for _ in (read, *stored)
    ]
