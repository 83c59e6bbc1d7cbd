"""What a company says of itself: CompanyInfo and Preferences, one of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.faults import required
from qbo_simulator.fields import (
    Address,
    Day,
    Email,
    Field,
    Holder,
    Lines,
    Record,
    Text,
    both,
    wrong_type,
)
from qbo_simulator.kinds.base import Body, Draft, Kind, words

if TYPE_CHECKING:
    from qbo_simulator.work import Work


class CompanyInfo(Kind):
    """The company's names and addresses."""

    entity = "CompanyInfo"
    list_name = "Company"
    sequence = "company_info"
    operations = frozenset({"update"})
    in_change_feed = False
    head = (
        both("CompanyName", Text(1024), column="name", keep=True),
        Field("LegalName", Text(1024)),
        Field("CompanyAddr", Address(), keep=True),
        Field("CustomerCommunicationAddr", Address()),
        Field("LegalAddr", Address()),
        Field("CustomerCommunicationEmailAddr", Email()),
        Field("PrimaryPhone", Holder(key="FreeFormNumber", limit=30)),
        Field("CompanyStartDate", Day(), read_only=True),
        Field("FiscalYearStartMonth", Text(), read_only=True),
        Field("Country", Text(), read_only=True),
        Field("Email", Email()),
        Field("WebAddr", Holder(key="URI", limit=1000)),
        Field("SupportedLanguages", Text(), read_only=True),
        Field("DefaultTimeZone", Text(), read_only=True),
        Field("NameValue", Lines(), read_only=True),
    )
    tolerated = words("""CustomField CompanyEmailAddr CompanyURL OtherContactInfo CompanyFileName
        FlavorStratum SampleFile CompanyUserId CompanyUserAdminEmail EmployerId
        TaxYearStartMonth QBVersion ShipAddr OtherAddr Mobile Fax LastImportedTime
        LastSyncTime MultiByteCharsSupported FifoCalculationStatus
        CompanyInfoEx""")

    def label(self, body: Body) -> str:
        return str(body.get("CompanyName", ""))

    def prepare(self, work: Work, draft: Draft) -> None:
        if not draft.new.get("CompanyName"):
            raise required("CompanyName")


GROUPS = (
    "AccountingInfoPrefs",
    "ProductAndServicesPrefs",
    "SalesFormsPrefs",
    "EmailMessagesPrefs",
    "PrintDocumentPrefs",
    "VendorAndPurchasesPrefs",
    "TimeTrackingPrefs",
    "TaxPrefs",
    "CurrencyPrefs",
    "ReportPrefs",
    "OtherPrefs",
)


class Preferences(Kind):
    """How the company keeps its books; an update changes only what it names."""

    entity = "Preferences"
    list_name = "Preferences"
    sequence = "preferences"
    operations = frozenset({"update"})
    in_change_feed = False
    head = tuple(Field(name, Record(), keep=True) for name in GROUPS)
    tolerated = frozenset(
        {"CustomField", "AdvancedInventoryPrefs", "FinanceChargesPrefs"}
    )

    def label(self, body: Body) -> str:
        return ""

    def prepare(self, work: Work, draft: Draft) -> None:
        old = draft.old or {}
        for name in GROUPS:
            if name in draft.sent and name != "CurrencyPrefs":
                sent = {k: v for k, v in draft.sent[name].items() if v is not None}
                check_group(sent, old.get(name, {}))
                merged = {**old.get(name, {}), **sent}
                draft.new[name] = {k: v for k, v in merged.items() if v is not None}
            elif name in old:
                draft.new[name] = old[name]


def check_group(sent: Body, held: Body) -> None:
    """Refuse a preference of another type than the one it has."""
    for name, value in sent.items():
        if name in REFERENCES:
            if not isinstance(value, dict) or not isinstance(value.get("value"), str):
                raise wrong_type(name, value)
        elif name == "BookCloseDate":
            sent[name] = Day().clean(name, value) if value else None
        elif name in LISTS:
            check_list(name, value)
        elif name in held and type(held[name]) is not type(value):
            raise wrong_type(name, value)


REFERENCES = ("TaxGroupCodeRef", "DefaultTerms")
LISTS = {"CustomField": ("CustomField",), "NameValue": ("Name", "Value")}


def check_list(name: str, value: Any) -> None:
    """Refuse a list of custom fields or of named values that is made otherwise."""
    rows = Lines().clean(name, value)
    for row in rows:
        if not all(key in row for key in LISTS[name]):
            raise wrong_type(name, value)
        for entry in Lines().clean(name, row.get("CustomField", [])):
            if not all(isinstance(entry.get(key), str) for key in ("Name", "Type")):
                raise wrong_type(name, value)
