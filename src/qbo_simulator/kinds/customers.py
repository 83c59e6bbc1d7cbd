"""Customers, the jobs below them, and the types they are sorted by."""

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
    Numeral,
    Ref,
    Text,
    Whole,
    both,
)
from qbo_simulator.books.kind import Draft, number_of, words
from qbo_simulator.faults import Fault
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
from qbo_simulator.kinds.trees import Tree, parent_required

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

JOBS = Tree("Customer", "DisplayName", "Job", shows_level=True)


class Customer(NamedParty):
    """Who is invoiced; a sub-customer stands under its parent."""

    entity = "Customer"
    list_name = "Customers"
    tree = JOBS
    head = (
        both("Taxable", Flag()),
        Field("TaxExemptionReasonId", Numeral(1, 15)),
        Field("BillAddr", Address()),
        Field("ShipAddr", Address()),
        Field("Notes", Text(2000)),
        both("Job", Flag(), keep=True),
        Field("BillWithParent", Flag()),
        Field("ParentRef", Ref(target="Customer", named=False), filterable=True),
        Field("Level", Whole(), read_only=True),
        Field("IsProject", Flag(), read_only=True),
        Field("ResaleNum", Text(16)),
        Field("SalesTermRef", Ref(target="Term", named=False)),
        Field("PaymentMethodRef", Ref(target="PaymentMethod", named=False)),
        both("Balance", Amount(), read_only=True),
        Field("OpenBalanceDate", Day(), read_only=True),
        Field("BalanceWithJobs", Amount(), read_only=True, sortable=True),
        Field("CurrencyRef", Ref(), keep=True),
        Field("CustomerTypeRef", Ref(target="CustomerType", named=False)),
        Field("ARAccountRef", Ref(target="Account")),
        Field(
            "PreferredDeliveryMethod",
            Choice(("Print", "Email", "None", "Print And Email")),
        ),
    )
    tail = (
        *PERSON,
        both("FullyQualifiedName", Text(3000), read_only=True, column="full_name"),
        both("CompanyName", Text(100)),
        both("DisplayName", Text(500, FORBIDDEN), keep=True, column="name"),
        both("PrintOnCheckName", Text(110, FORBIDDEN), keep=True),
        both("Active", Flag(), keep=True, column="active"),
        *CONTACT,
        Field("PrimaryEmailAddr", Email(), filterable=True),
        Field("WebAddr", Holder(key="URI", limit=1000)),
        Field("DefaultTaxCodeRef", Ref(target="TaxCode", named=False)),
        Field("PrimaryTaxIdentifier", Text(20)),
        Field("SecondaryTaxIdentifier", Text(20)),
        Field("BusinessNumber", Text(20)),
        Field("GSTIN", Text(15)),
        Field("GSTRegistrationType", Text(15)),
    )
    tolerated = TOLERATED | words("""AcctNum RootCustomerRef SalesRepRef TaxGroupCodeRef TaxRateRef CCDetail
        PriceLevelRef OverDueBalance TotalRevenue TotalExpense JobInfo CustomerEx
        IsCISContractor ClientCompanyId ClientEntityId TaxRegime""")

    def prepare(self, work: Work, draft: Draft) -> None:
        super().prepare(work, draft)
        settle_currency(work, draft)
        new = draft.new
        for name, value in (
            ("Taxable", True),
            ("BillWithParent", False),
            ("Balance", 0),
            ("BalanceWithJobs", 0),
            ("PreferredDeliveryMethod", "Print"),
        ):
            new.setdefault(name, value)
        if new["BillWithParent"] and not new["Job"]:
            raise parent_required()
        settle_tax_code(work, draft)
        for name in ("PrimaryTaxIdentifier", "SecondaryTaxIdentifier"):
            mask(draft, name, 5)
        number_addresses(work, draft)
        opening.check(draft)

    def qualify(self, work: Work, draft: Draft) -> None:
        JOBS.place(work, draft)

    def check_deactivation(self, work: Work, draft: Draft) -> None:
        super().check_deactivation(work, draft)
        if not work.switches.deactivate_with_balance:
            check_all_billed(work, draft.id)

    def settle(self, work: Work, draft: Draft) -> None:
        super().settle(work, draft)
        JOBS.carry_down(work, draft)
        if draft.old is None:
            opening.invoice(work, draft)
        elif draft.changed("ParentRef"):
            work.touch_parties(draft.id, number_of(draft.old.get("ParentRef")))


def settle_tax_code(work: Work, draft: Draft) -> None:
    """Give a taxable US customer without a code the usual one, as recorded.

    Automated sales tax knows no such codes.
    """
    if work.preference("TaxPrefs", "PartnerTaxEnabled"):
        draft.new.pop("DefaultTaxCodeRef", None)
        return
    usual = work.preference("TaxPrefs", "TaxGroupCodeRef", {}).get("value")
    if usual and work.country == "US" and not draft.sparse and draft.new["Taxable"]:
        draft.new.setdefault("DefaultTaxCodeRef", {"value": str(usual)})


def check_all_billed(work: Work, customer: int) -> None:
    """6280 while something that was bought for a customer is still to be invoiced."""
    row = work.db.execute(
        "SELECT 1 FROM entity WHERE realm = ? AND kind = 'ReimburseCharge' "
        "AND party = ? AND deleted = 0 "
        "AND NOT json_extract(body, '$.HasBeenInvoiced') LIMIT 1",
        (work.realm, customer),
    ).fetchone()
    if row is not None:
        raise Fault(
            6280,
            "Delete customer has unbilled expenses",
            "This customer cannot be deleted because it has unbilled expenses",
        )
