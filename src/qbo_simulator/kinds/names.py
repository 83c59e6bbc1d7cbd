"""Customers and vendors: the names that must differ from one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qbo_simulator import faults, ledger
from qbo_simulator.currencies import currency_name
from qbo_simulator.faults import Fault
from qbo_simulator.fields import (
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
    Whole,
    amount_of,
    both,
)
from qbo_simulator.kinds.base import Body, Draft, Kind, number_of, words
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from qbo_simulator.work import Work

PHONE = Holder(key="FreeFormNumber", limit=30)
NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
SHARED_NAMES = ("Customer", "Vendor", "Employee")
DEEPEST = 4
FORBIDDEN = ":\t\n"
PERSON = (
    Field("Title", Text(16, FORBIDDEN)),
    both("GivenName", Text(100, FORBIDDEN)),
    both("MiddleName", Text(100, FORBIDDEN)),
    both("FamilyName", Text(100, FORBIDDEN)),
    both("Suffix", Text(16, FORBIDDEN)),
)
CONTACT = (
    Field("PrimaryPhone", PHONE),
    Field("AlternatePhone", PHONE),
    Field("Mobile", PHONE),
    Field("Fax", PHONE),
)
TOLERATED = words("""IntuitId Organization UserId V4IDPseudonym OtherContactInfo OtherAddr
    ContactName AltContactName CreditLimit AcctNum TDSEnabled Source GSTIN
    GSTRegistrationType BusinessNumber CustomField""")


class NamedParty(Kind):
    """What customers and vendors have in common: their names."""

    sequence: ClassVar[str] = "names"

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        self._name(draft)
        new.setdefault("Active", True)
        if (
            draft.old is not None
            and not new["Active"]
            and draft.old.get("Active", True)
        ):
            self.check_deactivation(work, draft)
            whole = str(draft.old.get("FullyQualifiedName", ""))
            path = f"{whole.rpartition(':')[0]}:" if ":" in whole else ""
            new["DisplayName"] = work.free_name(new["DisplayName"], SHARED_NAMES, path)
            new["PrintOnCheckName"] = new["DisplayName"]
        self.qualify(work, draft)
        self._check_unique(work, draft)
        home = work.home_currency
        currency = new.get("CurrencyRef") or {"value": home}
        if currency["value"] != home:
            raise faults.business(
                "Multi Currency should be enabled to perform this operation."
            )
        new["CurrencyRef"] = {"value": home, "name": currency_name(home)}

    def _name(self, draft: Draft) -> None:
        new, old = draft.new, draft.old or {}
        if not new.get("DisplayName"):
            parts = [new[part] for part in NAME_PARTS if new.get(part)]
            new["DisplayName"] = " ".join(parts) or old.get("DisplayName", "")
        if not new["DisplayName"]:
            detail = (
                "At least one of Title, GivenName, MiddleName, FamilyName, Suffix "
                "or DisplayName must be supplied"
            )
            raise Fault(6080, "No name provided", detail, "DisplayName")
        if not new.get("PrintOnCheckName") or (
            "PrintOnCheckName" not in draft.sent
            and old.get("PrintOnCheckName") == old.get("DisplayName")
        ):
            new["PrintOnCheckName"] = new.get("CompanyName") or new["DisplayName"]

    def check_deactivation(self, work: Work, draft: Draft) -> None:
        """Refuse to deactivate what is still needed."""

    def qualify(self, work: Work, draft: Draft) -> None:
        """Set what depends on a parent."""

    def _check_unique(self, work: Work, draft: Draft) -> None:
        key = self.columns(draft.new)["name_key"]
        row = work.db.execute(
            "SELECT kind, id FROM entity WHERE realm = ? AND name_key = ? "
            "AND kind IN (?, ?, ?) AND deleted = 0 AND NOT (kind = ? AND id = ?)",
            (work.realm, key, *SHARED_NAMES, self.entity, draft.id),
        ).fetchone()
        if row is not None:
            raise duplicate_name(int(row["id"]))


def duplicate_name(holder: int) -> Fault:
    """6240: somebody else bears the name."""
    return Fault(
        6240,
        "Duplicate Name Exists Error",
        "The name supplied already exists. : Another customer, vendor or employee is "
        f"already using this name. Please use a different name. Id={holder}",
    )


class Customer(NamedParty):
    """Who is invoiced; a sub-customer stands under its parent."""

    entity = "Customer"
    list_name = "Customers"
    head = (
        both("Taxable", Flag()),
        Field("TaxExemptionReasonId", Whole(1, 15)),
        Field("BillAddr", Address()),
        Field("ShipAddr", Address()),
        Field("Notes", Text(2000)),
        both("Job", Flag()),
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
        Field("CustomerTypeRef", Ref()),
        Field("ARAccountRef", Ref()),
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
    )
    tolerated = TOLERATED | words("""RootCustomerRef SalesRepRef TaxGroupCodeRef TaxRateRef CCDetail
        PriceLevelRef OverDueBalance TotalRevenue TotalExpense JobInfo CustomerEx
        IsCISContractor ClientCompanyId ClientEntityId TaxRegime""")

    def prepare(self, work: Work, draft: Draft) -> None:
        super().prepare(work, draft)
        new = draft.new
        for name, value in (
            ("Taxable", True),
            ("Job", "ParentRef" in new),
            ("BillWithParent", False),
            ("Balance", 0),
            ("BalanceWithJobs", 0),
            ("PreferredDeliveryMethod", "Print"),
        ):
            new.setdefault(name, value)
        if draft.old is None and new.get("Taxable"):
            default = default_tax_code(work)
            if default is not None:
                new.setdefault("DefaultTaxCodeRef", {"value": default})
        number_addresses(work, draft)

    def qualify(self, work: Work, draft: Draft) -> None:
        new = draft.new
        parent_id = number_of(new.get("ParentRef"))
        if not parent_id:
            new.pop("Level", None)
            new["FullyQualifiedName"] = new["DisplayName"]
            new["Job"] = False
            return
        parent = work.refer("Customer", new["ParentRef"], "ParentRef")
        if draft.id == parent_id or self._is_below(work, draft.id, parent):
            raise Fault(900, "Parent cannot be child", "Parent cannot be child")
        new["Level"] = int(parent.get("Level", 0)) + 1
        if new["Level"] > DEEPEST:
            raise Fault(
                6180,
                "Sub Level Limit",
                "You can't go deeper than 5 levels",
                "ParentRef",
            )
        new["Job"] = True
        new["FullyQualifiedName"] = (
            f"{parent['FullyQualifiedName']}:{new['DisplayName']}"
        )

    def _is_below(self, work: Work, customer: int, candidate: Body) -> bool:
        seen: Body | None = candidate
        while seen is not None:
            above = number_of(seen.get("ParentRef"))
            if above == customer:
                return True
            seen = work.fetch("Customer", above) if above else None
        return False

    def check_deactivation(self, work: Work, draft: Draft) -> None:
        if as_decimal((draft.old or {}).get("BalanceWithJobs")):
            raise Fault(
                6220,
                "Delete entity has balance",
                "This customer cannot be deleted because it has a non-zero balance",
            )

    def settle(self, work: Work, draft: Draft) -> None:
        opening = amount_of("Balance", draft.sent.get("Balance"))
        if draft.old is None and opening:
            self._open(work, draft, to_cents(opening))
        if draft.old is not None and draft.changed("DisplayName"):
            work.rename_party("Customer", draft.id, draft.new["DisplayName"])
        moved = ("FullyQualifiedName", "Level")
        if draft.old is not None and any(draft.changed(name) for name in moved):
            self._requalify(work, draft.id, draft.new)
        if draft.old is not None and draft.changed("ParentRef"):
            work.touch_parties(draft.id, number_of(draft.old.get("ParentRef")))

    def _open(self, work: Work, draft: Draft, cents: int) -> None:
        receivable = work.account("AccountsReceivable")
        equity = work.account("OpeningBalanceEquity")
        home = work.home_currency
        work.post(
            self,
            draft,
            [
                ledger.Entry(receivable, cents, home, draft.id),
                ledger.Entry(equity, -cents, home),
            ],
        )

    def _requalify(self, work: Work, parent_id: int, parent: Body) -> None:
        for child_id in work.children(parent_id):
            child = work.fetch("Customer", child_id)
            if child is None:
                continue
            child["Level"] = int(parent.get("Level", 0)) + 1
            child["FullyQualifiedName"] = (
                f"{parent['FullyQualifiedName']}:{child['DisplayName']}"
            )
            work.rewrite("Customer", child)
            self._requalify(work, child_id, child)


class Vendor(NamedParty):
    """Who is paid."""

    entity = "Vendor"
    list_name = "Vendors"
    head = (
        Field("BillAddr", Address()),
        Field("TaxIdentifier", Text(20)),
        Field("TermRef", Ref(target="Term", named=False)),
        both("Balance", Amount(), read_only=True),
        Field("BillRate", Number()),
        Field("CostRate", Number()),
        Field("AcctNum", Text(100)),
        Field("Vendor1099", Flag()),
        Field("CurrencyRef", Ref(), keep=True),
        Field("APAccountRef", Ref()),
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
        Field("DefaultTaxCodeRef", Ref()),
        Field("Notes", Text(4000)),
    )
    tolerated = TOLERATED | words("""ShipAddr TaxCountry TaxIdEffectiveDate ParentRef VendorTypeRef
        PrefillAccountRef OpenBalanceDate T4AEligible T5018Eligible TDSEntityTypeId
        TDSSectionTypeId TDSOverrideThreshold TaxReportingBasis VendorEx
        IsSubContractor SubcontractorType CISRate HasTPAR VendorPaymentBankDetail
        AgencyVerificationStatus CompanyRegistrationNumber""")

    def prepare(self, work: Work, draft: Draft) -> None:
        super().prepare(work, draft)
        draft.new.setdefault("Balance", 0)
        draft.new.setdefault("Vendor1099", False)
        number_addresses(work, draft)


def number_addresses(work: Work, draft: Draft) -> None:
    """Give each new or changed address its own id."""
    for name in ("BillAddr", "ShipAddr"):
        address = draft.new.get(name)
        if address is None:
            continue
        before = (draft.old or {}).get(name, {})
        kept = {key: part for key, part in address.items() if key != "Id"}
        if kept == {key: part for key, part in before.items() if key != "Id"}:
            draft.new[name] = before
        else:
            draft.new[name] = {"Id": str(work.next_number("address")), **kept}


def default_tax_code(work: Work) -> str | None:
    """The code a taxable US customer gets when none is given."""
    held = work.preference("TaxPrefs", "TaxGroupCodeRef", {}).get("value")
    return str(held) if held and work.country == "US" else None
