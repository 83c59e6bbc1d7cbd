"""Every report of which there are recorded shapes has that shape."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from support.shape_deviations import DEVIATIONS
from support.shapes import paths, report_differences, report_names

from qbo_simulator import reports
from qbo_simulator.company import Company
from qbo_simulator.reports.catalogue import REPORTS

Json = dict[str, Any]

DATES = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
MACRO = {"date_macro": "This Fiscal Year"}
ASKED: dict[str, dict[str, str]] = {
    "ProfitAndLoss": {**DATES, "customer": "{customer}"},
    "CustomerBalanceDetail": {},
    "CustomerBalance": {"customer": "{customer}"},
    "CustomerSales": {**DATES, "customer": "{customer}"},
    "CustomerIncome": {**MACRO, "customer": "{customer}"},
    "VendorBalanceDetail": {**MACRO, "vendor": "{vendor}"},
    "DepartmentSales": DATES,
    "ItemSales": DATES,
    "TransactionList": {**DATES, "group_by": "Customer"},
    "TransactionListByCustomer": DATES,
    "TransactionListByVendor": DATES,
    "TransactionListWithSplits": {**DATES, "group_by": "Account"},
}
"""How each was asked for when its shape was taken; else by a date macro."""


@pytest.fixture
def busy(us: Company, now: datetime) -> dict[str, str]:
    """Books with a little of everything; gives the ids of those they deal with."""

    def make(entity: str, body: Json) -> str:
        return str(us.create(entity, body, now=now)["Id"])

    def ref(number: str) -> Json:
        return {"value": number}

    def account(name: str, kind: str, above: str | None = None) -> str:
        body: Json = {"Name": name, "AccountType": kind}
        if above:
            body |= {"SubAccount": True, "ParentRef": ref(above)}
        return make("Account", body)

    wish = {"ClassTrackingPerTxnLine": True, "TrackDepartments": True}
    preferences = us.read("Preferences", "1")
    head = {"Id": "1", "SyncToken": preferences["SyncToken"], "sparse": True}
    us.update("Preferences", {**head, "AccountingInfoPrefs": wish}, now=now)
    customer = make("Customer", {"DisplayName": "Amy's Bird Sanctuary"})
    vendor = make("Vendor", {"DisplayName": "Robertson & Associates"})
    outer = make("Class", {"Name": "Class-1"})
    inner = make(
        "Class", {"Name": "Class-2", "ParentRef": ref(outer), "SubClass": True}
    )
    other = make("Class", {"Name": "Class-3"})
    place = make("Department", {"Name": "West Coast"})
    landscaping = account("Landscaping", "Income")
    account("Labor", "Income", landscaping)
    labor = account("Installation", "Income", landscaping)
    truck = account("Trucks", "Fixed Asset")
    cost = account("Original Cost", "Fixed Asset", truck)
    pump = {
        "Name": "Pump",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 10,
        "InvStartDate": "2026-01-01",
        "PurchaseCost": 10,
        "Sku": "2890",
        "IncomeAccountRef": ref("79"),
        "AssetAccountRef": ref("81"),
        "ExpenseAccountRef": ref("80"),
    }
    items = [
        make("Item", pump),
        make("Item", {"Name": "A", "Type": "Service", "IncomeAccountRef": ref(labor)}),
        make(
            "Item",
            {"Name": "B", "Type": "Service", "IncomeAccountRef": ref(landscaping)},
        ),
    ]
    classes = (outer, inner, other)
    lines = [
        {
            "Amount": 30,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": ref(item),
                "Qty": 3,
                "UnitPrice": 10,
                "ClassRef": ref(classes[index]),
            },
        }
        for index, item in enumerate(items)
    ]
    sale = {"CustomerRef": ref(customer), "TxnDate": "2026-02-03", "Line": lines}
    make("Invoice", {**sale, "DepartmentRef": ref(place)})
    del lines[2]["SalesItemLineDetail"]["ClassRef"]  # type: ignore[attr-defined]
    make("Invoice", {**sale, "TxnDate": "2026-03-03"})
    spent = [
        {
            "Amount": 200,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": ref(number)},
        }
        for number in (cost, truck, "7")
    ]
    make("Bill", {"VendorRef": ref(vendor), "TxnDate": "2026-02-11", "Line": spent})
    make(
        "Payment",
        {"CustomerRef": ref(customer), "TotalAmt": 20, "TxnDate": "2026-03-09"},
    )
    return {"customer": customer, "vendor": vendor}


def serve(
    us: Company, name: str, busy: dict[str, str], now: datetime, **more: str
) -> Json:
    asked = {key: value.format(**busy) for key, value in ASKED.get(name, MACRO).items()}
    return reports.run(us, name, {**asked, **more}, now=now)


@pytest.mark.parametrize("name", report_names())
def test_a_report_has_the_shape_that_was_recorded(
    us: Company, busy: dict[str, str], now: datetime, name: str
) -> None:
    served = serve(us, name, busy, now)
    besides = [each.fields for each in DEVIATIONS if each.concerns(name)]
    assert report_differences(served, name, besides=besides) == []
    options = {each["Name"]: each["Value"] for each in served["Header"]["Option"]}
    assert options["NoReportData"] == "false"


@pytest.mark.parametrize("version", ["", "75"])
@pytest.mark.parametrize("name", REPORTS)
def test_every_value_is_a_string_and_every_row_as_wide_as_the_columns(
    us: Company, busy: dict[str, str], now: datetime, name: str, version: str
) -> None:
    more = {"minorversion": version} if version else {}
    served = serve(us, name, busy, now, **more)
    kinds = {kind for _, kind, _ in paths(served)}
    assert not kinds & {"number", "boolean", "null"}
    assert served["Header"]["ReportName"] == name
    width = sum(
        len(column.get("Columns", {}).get("Column", [column]))
        for column in served["Columns"]["Column"]
    )
    for path, _, value in paths(served["Rows"]):
        if path.endswith("ColData"):
            assert len(value) == width, path


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_empty_books_says_that_it_has_no_data(
    us: Company, now: datetime, name: str
) -> None:
    served = reports.run(us, name, {}, now=now)
    options = {each["Name"]: each["Value"] for each in served["Header"]["Option"]}
    assert options["NoReportData"] == ("false" if name == "AccountList" else "true")


@pytest.mark.parametrize("name", ["GeneralLedger", "TransactionList", "JournalReport"])
def test_later_minor_versions_name_each_column_by_its_key(
    us: Company, busy: dict[str, str], now: datetime, name: str
) -> None:
    early = serve(us, name, busy, now)["Columns"]["Column"]
    late = serve(us, name, busy, now, minorversion="75")["Columns"]["Column"]
    assert [each["ColType"] for each in early] == [
        each["MetaData"][0]["Value"] for each in late
    ]
    assert {each["ColType"] for each in late} <= {"Date", "String", "Money", "Boolean"}
