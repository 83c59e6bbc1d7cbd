"""The small lists of a company: terms, payment methods, customer types, and tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books import references
from qbo_simulator.books.fields import (
    Choice,
    Day,
    Field,
    Flag,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    Whole,
    both,
)
from qbo_simulator.books.kind import Body, Draft, Kind
from qbo_simulator.faults import Fault, required
from qbo_simulator.kinds import retiring
from qbo_simulator.taxes.codes import open_agency_account

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work


class NamedList(Kind):
    """A list whose rows have a Name, unique within it, and may be made inactive.

    Where the rows stand below one another, the full name is what is unique.
    """

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if not new.get("Name"):
            raise required("Name")
        new.setdefault("Active", True)
        if retiring.retires(draft):
            self.check_deactivation(work, draft)
        retiring.rename(work, draft, "Name", (self.entity,))
        self.place(work, draft)
        check_name(work, self, draft)

    def check_deactivation(self, work: Work, draft: Draft) -> None:
        """Refuse to deactivate what is still needed."""

    def place(self, work: Work, draft: Draft) -> None:
        """Set the names that follow from the Name and the parent."""
        if self.tree is not None:
            self.tree.place(work, draft)

    def settle(self, work: Work, draft: Draft) -> None:
        if draft.old is None:
            return
        if draft.changed("Name") or draft.changed("FullyQualifiedName"):
            references.rename(work, self, draft.old, draft.new)
        if self.tree is not None:
            self.tree.carry_down(work, draft)


def check_name(work: Work, kind: Kind, draft: Draft) -> None:
    """6240 where another row of the list bears the name."""
    row = work.db.execute(
        "SELECT id FROM entity WHERE realm = ? AND name_key = ? AND kind = ? "
        "AND deleted = 0 AND id <> ?",
        (work.realm, kind.columns(draft.new)["name_key"], kind.entity, draft.id),
    ).fetchone()
    if row is not None:
        raise Fault(
            6240,
            "Duplicate Name Exists Error",
            f"The name supplied already exists. : null Id={row['id']}",
        )


class Term(NamedList):
    """When an invoice falls due."""

    entity = "Term"
    list_name = "Terms"
    sequence = "terms"
    head = (
        both("Name", Text(31), column="name", keep=True),
        both("Active", Flag(), column="active", keep=True),
        Field("Type", Choice(("STANDARD", "DATE_DRIVEN")), read_only=True),
        Field("DiscountPercent", Number()),
        Field("DueDays", Whole(0, 999)),
        Field("DiscountDays", Whole(0, 999)),
        Field("DayOfMonthDue", Whole(1, 31)),
        Field("DueNextMonthDays", Whole(0, 999)),
        Field("DiscountDayOfMonth", Whole(1, 31)),
    )
    tolerated = frozenset({"CustomField", "SalesTermEx"})

    def prepare(self, work: Work, draft: Draft) -> None:
        super().prepare(work, draft)
        new = draft.new
        new.setdefault("DiscountPercent", 0)
        if "DayOfMonthDue" in new:
            new["Type"] = "DATE_DRIVEN"
            self._drop(draft, ("DueDays", "DiscountDays"))
            return
        if "DueDays" not in new:
            raise required("DueDays")
        new["Type"] = "STANDARD"
        self._drop(draft, ("DueNextMonthDays", "DiscountDayOfMonth"))
        new.setdefault("DiscountDays", 0)

    def _drop(self, draft: Draft, names: tuple[str, ...]) -> None:
        for name in names:
            draft.new.pop(name, None)


class PaymentMethod(NamedList):
    """How a customer pays."""

    entity = "PaymentMethod"
    list_name = "Payment Methods"
    sequence = "payment_methods"
    head = (
        both("Name", Text(31), column="name", keep=True),
        both("Active", Flag(), column="active", keep=True),
        Field("Type", Choice(("CREDIT_CARD", "NON_CREDIT_CARD")), keep=True),
    )
    tolerated = frozenset({"CustomField", "PaymentMethodEx"})

    def prepare(self, work: Work, draft: Draft) -> None:
        super().prepare(work, draft)
        draft.new.setdefault("Type", "NON_CREDIT_CARD")


class CustomerType(NamedList):
    """What customers are sorted by; clients may only read it."""

    entity = "CustomerType"
    list_name = "Customer Types"
    sequence = "customer_types"
    operations = frozenset()
    head = (
        both("Name", Text(100), column="name", keep=True),
        both("Active", Flag(), column="active", keep=True),
    )
    tolerated = frozenset({"CustomField", "CustomerTypeEx"})


class TaxCode(NamedList):
    """A code that stands on a transaction or a line, made of rates."""

    entity = "TaxCode"
    list_name = "Tax Codes"
    sequence = "tax_codes"
    operations = frozenset()
    in_change_feed = False
    head = (
        both("Name", Text(100), column="name", keep=True),
        both("Description", Text(100)),
        both("Active", Flag(), column="active", keep=True),
        Field("Hidden", Flag()),
        Field("Taxable", Flag()),
        Field("TaxGroup", Flag()),
        Field("SalesTaxRateList", Record()),
        Field("PurchaseTaxRateList", Record()),
        Field("TaxCodeConfigType", Text()),
    )
    tolerated = frozenset({"CustomField", "AdjustmentTaxRateList", "TaxCodeEx"})


class TaxRate(NamedList):
    """A percentage that an agency collects."""

    entity = "TaxRate"
    list_name = "Tax Rates"
    sequence = "tax_rates"
    operations = frozenset()
    in_change_feed = False
    head = (
        both("Name", Text(100), column="name", keep=True),
        both("Description", Text(100)),
        both("Active", Flag(), column="active", keep=True),
        Field("RateValue", Number()),
        both("AgencyRef", Ref(target="TaxAgency", named=False)),
        Field("SpecialTaxType", Text()),
        Field("EffectiveTaxRate", Lines()),
        Field("DisplayType", Text()),
        both("TaxReturnLineRef", Ref()),
        Field("OriginalTaxRate", Text()),
    )
    tolerated = frozenset({"CustomField", "TaxRateEx"})


class TaxAgency(Kind):
    """To whom tax is owed."""

    entity = "TaxAgency"
    list_name = "Tax Agencies"
    sequence = "tax_agencies"
    operations = frozenset({"create"})
    in_change_feed = False
    head = (
        Field("DisplayName", Text(100), sortable=True, column="name"),
        Field("TaxTrackedOnSales", Flag()),
        Field("TaxTrackedOnPurchases", Flag()),
        Field("TaxRegistrationNumber", Text(30)),
        Field("LastFileDate", Day(), read_only=True),
        Field("TaxAgencyConfig", Text(), read_only=True),
    )
    tolerated = frozenset({"CustomField", "TaxAgencyEx"})

    def prepare(self, work: Work, draft: Draft) -> None:
        new: Body = draft.new
        if not new.get("DisplayName"):
            raise required("DisplayName")
        check_name(work, self, draft)
        new.setdefault("TaxTrackedOnSales", True)
        new.setdefault("TaxTrackedOnPurchases", True)
        new.setdefault("TaxAgencyConfig", "USER_DEFINED")

    def settle(self, work: Work, draft: Draft) -> None:
        open_agency_account(work, draft.new)
