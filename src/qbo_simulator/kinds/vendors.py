"""Vendors: who is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books import opening
from qbo_simulator.books.fields import (
    Address,
    Amount,
    Choice,
    Day,
    Email,
    Field,
    Flag,
    Holder,
    Number,
    Ref,
    Text,
    both,
)
from qbo_simulator.books.kind import Draft, words
from qbo_simulator.kinds.names import (
    CONTACT,
    FORBIDDEN,
    PERSON,
    TOLERATED,
    NamedParty,
    mask,
    number_addresses,
    settle_currency,
)

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work


class Vendor(NamedParty):
    """Who is paid."""

    entity = "Vendor"
    list_name = "Vendors"
    head = (
        Field("BillAddr", Address()),
        Field("TaxIdentifier", Text(20)),
        Field("TaxIdEffectiveDate", Day()),
        Field("BusinessNumber", Text(20)),
        Field("TermRef", Ref(target="Term", named=False)),
        both("Balance", Amount(), read_only=True),
        Field("OpenBalanceDate", Day(), read_only=True),
        Field("BillRate", Number()),
        Field("CostRate", Number()),
        Field("AcctNum", Text(100)),
        Field("Vendor1099", Flag()),
        Field("T4AEligible", Flag()),
        Field("T5018Eligible", Flag()),
        Field("HasTPAR", Flag()),
        Field("TaxReportingBasis", Choice(("Cash", "Accrual"))),
        Field("CurrencyRef", Ref(), keep=True),
        Field("APAccountRef", Ref(target="Account")),
    )
    tail = (
        *PERSON,
        both("CompanyName", Text(100)),
        both("DisplayName", Text(500, FORBIDDEN), keep=True, column="name"),
        both("PrintOnCheckName", Text(110, FORBIDDEN), keep=True),
        both("Active", Flag(), keep=True, column="active"),
        *CONTACT,
        Field("PrimaryEmailAddr", Email()),
        Field("WebAddr", Holder(key="URI", limit=1000)),
        Field("DefaultTaxCodeRef", Ref(target="TaxCode", named=False)),
        Field("GSTIN", Text(15)),
        Field("GSTRegistrationType", Text(15)),
        Field("Notes", Text(4000)),
    )
    tolerated = TOLERATED | words("""FullyQualifiedName ShipAddr TaxCountry ParentRef VendorTypeRef
        PrefillAccountRef TDSEntityTypeId
        TDSSectionTypeId TDSOverrideThreshold VendorEx
        IsSubContractor SubcontractorType CISRate VendorPaymentBankDetail
        AgencyVerificationStatus AgencyVerificationStatusMsg AgencyVerificationTSUTC
        CompanyRegistrationNumber""")

    def prepare(self, work: Work, draft: Draft) -> None:
        super().prepare(work, draft)
        settle_currency(work, draft)
        if draft.old is None and not work.switches.vendor_terms_on_create:
            draft.new.pop("TermRef", None)
        draft.new.setdefault("Balance", 0)
        draft.new.setdefault("Vendor1099", False)
        mask(draft, "TaxIdentifier", 4)
        number_addresses(work, draft)
        opening.check(draft)

    def settle(self, work: Work, draft: Draft) -> None:
        super().settle(work, draft)
        if draft.old is None:
            opening.bill(work, draft)
