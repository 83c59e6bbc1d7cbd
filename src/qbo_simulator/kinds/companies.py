"""What a company says of itself: CompanyInfo and Preferences, one of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books import stock
from qbo_simulator.books.fields import (
    Address,
    Day,
    Email,
    Field,
    Holder,
    Lines,
    Record,
    Ref,
    Text,
    both,
)
from qbo_simulator.books.kind import Body, Draft, Kind, words
from qbo_simulator.faults import required
from qbo_simulator.kinds.names import number_addresses
from qbo_simulator.kinds.preference_groups import GROUPS, changed

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

ADDRESSES = ("CompanyAddr", "CustomerCommunicationAddr", "LegalAddr")


class CompanyInfo(Kind):
    """The company's names and addresses."""

    entity = "CompanyInfo"
    list_name = "Company"
    sequence = "company_info"
    operations = frozenset({"update"})
    head = (
        both("CompanyName", Text(1024), column="name"),
        Field("LegalName", Text(1024), keep=True),
        Field("CompanyAddr", Address()),
        Field("CustomerCommunicationAddr", Address(), keep=True),
        Field("LegalAddr", Address(), keep=True),
        Field("CustomerCommunicationEmailAddr", Email(), keep=True),
        Field("PrimaryPhone", Holder(key="FreeFormNumber", limit=30)),
        Field("CompanyStartDate", Day(), read_only=True),
        Field("EmployerId", Text(20), keep=True),
        Field("FiscalYearStartMonth", Text(), read_only=True),
        Field("Country", Text(), read_only=True),
        Field("Email", Email()),
        Field("WebAddr", Holder(key="URI", limit=1000)),
        Field("SupportedLanguages", Text(), read_only=True),
        Field("DefaultTimeZone", Text(), read_only=True),
        Field("NameValue", Lines(), read_only=True),
    )
    tolerated = words("""CustomField CompanyEmailAddr CompanyURL OtherContactInfo CompanyFileName
        FlavorStratum SampleFile CompanyUserId CompanyUserAdminEmail
        TaxYearStartMonth QBVersion ShipAddr OtherAddr Mobile Fax LastImportedTime
        LastSyncTime MultiByteCharsSupported FifoCalculationStatus
        CompanyInfoEx""")

    def label(self, body: Body) -> str:
        return str(body.get("CompanyName", ""))

    def prepare(self, work: Work, draft: Draft) -> None:
        for name in ("CompanyName", "CompanyAddr"):
            if not draft.new.get(name):
                raise required(name)
        number_addresses(work, draft, ADDRESSES)


class Preferences(Kind):
    """How the company keeps its books; an update changes only the groups it names."""

    entity = "Preferences"
    list_name = "Preferences"
    sequence = "preferences"
    operations = frozenset({"update"})
    head = tuple(Field(name, Record(), keep=True) for name in GROUPS)
    tolerated = frozenset(
        {"CustomField", "AdvancedInventoryPrefs", "FinanceChargesPrefs"}
    )

    def label(self, body: Body) -> str:
        return ""

    def prepare(self, work: Work, draft: Draft) -> None:
        old = draft.old or {}
        for name, types in GROUPS.items():
            held = old.get(name, {})
            if name not in draft.sent:
                if name in old:
                    draft.new[name] = held
                continue
            found = changed(name, held, draft.sent[name], sparse=draft.sparse)
            for part, type_ in types.items():
                is_new = found.get(part) not in (None, held.get(part))
                if is_new and isinstance(type_, Ref) and type_.target:
                    work.refer(type_.target, found[part], part)
            draft.new[name] = found

    def settle(self, work: Work, draft: Draft) -> None:
        """Opened books take the costs that goods have come to have in the meantime."""
        before = (draft.old or {}).get("AccountingInfoPrefs", {}).get("BookCloseDate")
        if work.books_closed != (before or ""):
            stock.revalue(work, stock.moved(work))
