"""What each group of preferences holds, and what of it follows from what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books.fields import (
    CLEAR,
    Choice,
    Day,
    Email,
    Flag,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    Type,
    unknown_property,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbo_simulator.books.kind import Body

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
CUSTOMERS = (
    "Customers",
    "Clients",
    "Donors",
    "Guests",
    "Members",
    "Patients",
    "Tenants",
)
PLACES = (
    "Business",
    "Department",
    "Division",
    "Location",
    "Property",
    "Store",
    "Territory",
)
MESSAGE = Record(parts={"Subject": Text(1000), "Message": Text(4000)})
SALES_FIELDS = 3


def flags(text: str) -> dict[str, Type]:
    """Preferences that are switched on or off."""
    return dict.fromkeys(text.split(), Flag())


GROUPS: Mapping[str, Mapping[str, Type]] = {
    "AccountingInfoPrefs": {
        **flags("""UseAccountNumbers ClassTrackingPerTxn ClassTrackingPerTxnLine
            TrackDepartments"""),
        "FirstMonthOfFiscalYear": Choice(MONTHS),
        "TaxYearMonth": Choice(MONTHS),
        "TaxForm": Text(50),
        "CustomerTerminology": Choice(CUSTOMERS),
        "DepartmentTerminology": Choice(PLACES),
        "BookCloseDate": Day(),
    },
    "ProductAndServicesPrefs": {
        **flags("""ForSales ForPurchase QuantityOnHand QuantityWithPriceAndRate
            RevenueRecognitionEnabled RevenueRecognition"""),
        "RevenueRecognitionFrequency": Text(50),
    },
    "SalesFormsPrefs": {
        **flags("""CustomTxnNumbers AllowDeposit AllowDiscount AllowEstimates
            ETransactionAttachPDF ETransactionPaymentEnabled IPNSupportEnabled
            AllowServiceDate AllowShipping EmailCopyToCompany AutoApplyCredit
            AutoApplyPayments UsingPriceLevels UsingProgressInvoicing"""),
        "CustomField": Lines(),
        "DefaultDiscountAccount": Text(20),
        "DefaultShippingAccount": Type(),
        "DefaultTerms": Ref(target="Term", named=False),
        "DefaultCustomerMessage": Text(1000),
        "EstimateMessage": Text(1000),
        "ETransactionEnabledStatus": Choice(("NotApplicable", "Enabled", "Disabled")),
        "SalesEmailCc": Email(limit=200),
        "SalesEmailBcc": Email(limit=200),
    },
    "EmailMessagesPrefs": {
        "InvoiceMessage": MESSAGE,
        "EstimateMessage": MESSAGE,
        "SalesReceiptMessage": MESSAGE,
        "StatementMessage": MESSAGE,
    },
    "PrintDocumentPrefs": {},
    "VendorAndPurchasesPrefs": {
        **flags("TrackingByCustomer BillableExpenseTracking TPAREnabled"),
        "DefaultTerms": Ref(target="Term", named=False),
        "DefaultMarkup": Number(),
        "DefaultMarkupAccount": Ref(target="Account", named=False),
        "POCustomField": Lines(),
    },
    "TimeTrackingPrefs": {
        **flags("""UseServices BillCustomers ShowBillRateToAll
            MarkTimeEntriesBillable"""),
        "WorkWeekStartDate": Choice(DAYS),
    },
    "TaxPrefs": {
        **flags("UsingSalesTax PartnerTaxEnabled"),
        "TaxGroupCodeRef": Ref(target="TaxCode", named=False),
    },
    "CurrencyPrefs": {
        **flags("MultiCurrencyEnabled"),
        "HomeCurrency": Ref(named=False),
    },
    "ReportPrefs": {
        **flags("CalcAgingReportFromTxnDate"),
        "ReportBasis": Choice(("Accrual", "Cash")),
    },
    "OtherPrefs": {"NameValue": Lines()},
}
READ_ONLY = {
    "AccountingInfoPrefs": (
        "FirstMonthOfFiscalYear",
        "TaxYearMonth",
        "UseAccountNumbers",
    ),
    "CurrencyPrefs": ("MultiCurrencyEnabled", "HomeCurrency"),
    "ReportPrefs": ("CalcAgingReportFromTxnDate",),
}
CHOSEN = ("PartnerTaxEnabled",)
"""What is changed by those who name it alone: full updates carry what clients assume."""
LISTS = {
    "CustomField": ("CustomField",),
    "POCustomField": ("CustomField",),
    "NameValue": ("Name", "Value"),
}


def changed(group: str, held: Body, sent: Body, *, sparse: bool) -> Body:
    """A group after an update: a sparse one changes what it names.

    A full one also empties what it omits, but for what is only ever on or off.
    """
    types = GROUPS[group]
    fixed = READ_ONLY.get(group, ())
    values, cleared = _clean(group, sent)
    found = dict(held)
    for name, type_ in types.items():
        if name in fixed or (name in CHOSEN and not sparse):
            continue
        omitted = not sparse and name not in sent and not isinstance(type_, Flag)
        if (name in cleared or omitted) and name not in LISTS:
            found.pop(name, None)
        elif name in values:
            found[name] = values[name]
    if group == "OtherPrefs":
        found["NameValue"] = _named(held, values)
    if group == "AccountingInfoPrefs":
        _follow(found, values)
    return found


def _clean(group: str, sent: Body) -> tuple[Body, set[str]]:
    types = GROUPS[group]
    values: Body = {}
    cleared = set()
    for name, value in sent.items():
        if name not in types:
            raise unknown_property(name, f"Company{group}", tuple(types))
        if value is None:
            continue
        if name in LISTS:
            check_list(name, value)
        cleaned: Any = CLEAR if value == "" else types[name].clean(name, value)
        if cleaned is CLEAR:
            cleared.add(name)
        else:
            values[name] = cleaned
    return values, cleared


def _follow(found: Body, values: Body) -> None:
    """Classes are on transactions or on lines; places have a name while they are on."""
    ways = ("ClassTrackingPerTxn", "ClassTrackingPerTxnLine")
    if all(values.get(way) for way in ways):
        raise faults.business(
            "Classes are tracked by transaction or by line, not by both.", ways[1]
        )
    for way, other in (ways, ways[::-1]):
        if values.get(way):
            found[other] = False
    if not found.get("TrackDepartments"):
        found.pop("DepartmentTerminology", None)
    else:
        found.setdefault("DepartmentTerminology", "Location")


def _named(held: Body, values: Body) -> list[Body]:
    """The other preferences, those that were sent by name set anew."""
    found = {pair["Name"]: pair for pair in held.get("NameValue", [])}
    for pair in values.get("NameValue", []):
        found[pair["Name"]] = {"Name": pair["Name"], "Value": str(pair["Value"])}
    return list(found.values())


def check_list(name: str, value: Any) -> None:
    """Refuse a list of custom fields or of named values that is made otherwise."""
    rows = Lines().clean(name, value)
    for row in rows:
        if not all(key in row for key in LISTS[name]):
            raise wrong_type(name, value)
        if not isinstance(row.get("Name", ""), str):
            raise wrong_type("Name", row["Name"])
        entries = Lines().clean(name, row.get("CustomField", []))
        for entry in entries:
            if not all(isinstance(entry.get(key), str) for key in ("Name", "Type")):
                raise wrong_type(name, value)
        if len(entries) > SALES_FIELDS:
            raise faults.business(f"At most {SALES_FIELDS} custom fields.", name)
