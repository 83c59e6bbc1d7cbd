"""What a company says of itself: CompanyInfo and Preferences, one of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
                emptied = {k for k, v in sent.items() if v == ""}
                whole = {**old.get(name, {}), **sent}
                draft.new[name] = {k: v for k, v in whole.items() if k not in emptied}
            elif name in old:
                draft.new[name] = old[name]
