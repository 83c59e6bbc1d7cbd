"""Employees: who works, and whose time may be billed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books.fields import (
    Address,
    Choice,
    Day,
    Email,
    Field,
    Flag,
    Holder,
    Number,
    Text,
    both,
)
from qbo_simulator.books.kind import Draft, words
from qbo_simulator.kinds.names import (
    FORBIDDEN,
    PERSON,
    TOLERATED,
    NamedParty,
    joined_name,
    no_name,
    number_addresses,
)

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

PHONE = Holder(key="FreeFormNumber", limit=20)
HIDDEN = "XXX-XX-XXXX"
SHOWN = ("GivenName", "MiddleName", "FamilyName")


class Employee(NamedParty):
    """Somebody who works for the company."""

    entity = "Employee"
    list_name = "Employees"
    head = (
        Field("SSN", Text(100)),
        Field("PrimaryAddr", Address()),
        Field("BillableTime", Flag()),
        Field("BillRate", Number()),
        Field("CostRate", Number()),
        Field("BirthDate", Day()),
        Field("Gender", Choice(("Male", "Female"))),
        Field("HiredDate", Day()),
        Field("ReleasedDate", Day()),
        Field("EmployeeNumber", Text(100)),
    )
    tail = (
        *PERSON,
        both("DisplayName", Text(500, FORBIDDEN), column="name"),
        both("PrintOnCheckName", Text(100, FORBIDDEN), keep=True),
        both("Active", Flag(), keep=True, column="active"),
        Field("PrimaryPhone", PHONE),
        Field("Mobile", PHONE),
        Field("PrimaryEmailAddr", Email()),
        Field("Notes", Text(4000)),
    )
    tolerated = TOLERATED | words("""FullyQualifiedName CompanyName AlternatePhone Fax WebAddr
        DefaultTaxCodeRef EmployeeType UseTimeEntry EmployeeEx""")

    def prepare(self, work: Work, draft: Draft) -> None:
        if has_payroll(work):
            draft.sent.pop("DisplayName", None)
            draft.new.pop("DisplayName", None)
        super().prepare(work, draft)
        new = draft.new
        new.setdefault("BillableTime", False)
        if new.get("SSN"):
            new["SSN"] = HIDDEN
        number_addresses(work, draft)

    def name(self, draft: Draft) -> None:
        new, old = draft.new, draft.old or {}
        if not (new.get("GivenName") or new.get("FamilyName")):
            raise no_name()
        made = joined_name({part: new[part] for part in SHOWN if part in new})
        was_made = old.get("DisplayName") == joined_name(
            {part: old[part] for part in SHOWN if part in old}
        )
        if "DisplayName" not in draft.sent and (was_made or not new.get("DisplayName")):
            new["DisplayName"] = made
        super().name(draft)


def has_payroll(work: Work) -> bool:
    """Whether the company runs its payroll here: employees' names are then made up."""
    told = (work.fetch("CompanyInfo", 1) or {}).get("NameValue", [])
    return {"Name": "PayrollFeature", "Value": "true"} in told
