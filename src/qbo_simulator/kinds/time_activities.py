"""Time worked by employees and vendors, and whether a customer is billed for it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import applications
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
    CLEAR,
    Choice,
    Day,
    Field,
    Flag,
    Number,
    Ref,
    Text,
    Type,
    Whole,
    both,
)
from qbo_simulator.books.kind import Body, Draft, Transaction, words
from qbo_simulator.faults import Fault
from qbo_simulator.wire import parse_instant, stamp

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

MOST_HOURS = 8760
SPAN = ("StartTime", "EndTime")
TOTAL = ("Hours", "Minutes")
BREAK = ("BreakHours", "BreakMinutes")


class Moment(Type):
    """An instant, shown in Pacific time like every other."""

    def clean(self, name: str, value: Any) -> Any:
        if value == "":
            return CLEAR
        parsed = parse_instant(value) if isinstance(value, str) else None
        if parsed is None:
            raise Fault(2060, "Invalid Date Format", f"Invalid Date : {value}", name)
        return stamp(parsed)


class TimeActivity(Transaction):
    """Hours that somebody worked."""

    entity = "TimeActivity"
    list_name = "TimeActivity"
    sequence = "time_activities"
    operations = frozenset({"create", "update", "delete"})
    in_change_feed = False
    party_in = "CustomerRef"
    head = (
        both("TxnDate", Day(), column="txn_date"),
        Field("NameOf", Choice(("Vendor", "Employee", "Other"))),
        Field("EmployeeRef", Ref(target="Employee"), filterable=True),
        Field("VendorRef", Ref(target="Vendor"), filterable=True),
        Field("CustomerRef", Ref(target="Customer"), filterable=True, column="party"),
        Field("ProjectRef", Ref(), filterable=True),
        Field("DepartmentRef", Ref(target="Department")),
        Field("ClassRef", Ref(target="Class")),
        Field("ItemRef", Ref(target="Item")),
        Field("PayrollItemRef", Ref()),
        Field(
            "BillableStatus",
            Choice(("Billable", "NotBillable", "HasBeenBilled")),
            filterable=True,
        ),
        Field("Taxable", Flag()),
        Field("HourlyRate", Number()),
        Field("CostRate", Number()),
        Field("Hours", Whole(0, MOST_HOURS)),
        Field("Minutes", Whole(0, 59)),
        Field("BreakHours", Whole(0, MOST_HOURS)),
        Field("BreakMinutes", Whole(0, 59)),
        Field("StartTime", Moment()),
        Field("EndTime", Moment()),
        Field("Description", Text(4000)),
    )
    tolerated = words("""CustomField TransactionLocationType TimeZone OtherNameRef
        AttachableRef LinkedTxn Seconds BreakSeconds TimeActivityEx TimeChargeId""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        _check_worker(new)
        _check_billing(draft)
        _check_span(new)
        new.setdefault("Taxable", False)
        new.setdefault("HourlyRate", 0)
        new["Id"] = str(draft.id)
        self.show_links(work, new)

    def show_links(self, work: Work, body: Body) -> None:
        """Time that stands on an invoice has been billed."""
        if applications.links_to(work, self.entity, int(body["Id"])):
            body["BillableStatus"] = "HasBeenBilled"
        elif body.get("BillableStatus") == "HasBeenBilled":
            body["BillableStatus"] = "Billable"

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        if applications.links_to(work, self.entity, draft.id):
            raise faults.business(
                "This transaction is linked to others. Unlink them before deleting it."
            )


def _check_worker(new: Body) -> None:
    if "NameOf" not in new:
        raise faults.required("NameOf")
    if new["NameOf"] == "Other":
        raise Fault(
            6300,
            "InvalidEmployeeOrVendorName",
            "The employee or vendor's name is either missing or invalid. It should be "
            "Employee or Vendor.",
            "NameOf",
        )
    wanted, other = "EmployeeRef", "VendorRef"
    if new["NameOf"] == "Vendor":
        wanted, other = other, wanted
    if other in new:
        raise Fault(
            6290,
            "InvalidEmployeeOrVendor",
            'You must specify either an "employee" or "vendor." You can\'t enter both. '
            f"Their ID is: {new[other]['value']}",
            other,
        )
    if wanted not in new:
        raise faults.required(wanted)


def _check_billing(draft: Draft) -> None:
    new = draft.new
    new.setdefault("BillableStatus", "NotBillable")
    if new["BillableStatus"] == "HasBeenBilled" and draft.changed("BillableStatus"):
        raise Fault(
            6320,
            "InvalidBillable",
            "Invalid billable status: HasBeenBilled",
            "BillableStatus",
        )
    if new["BillableStatus"] == "NotBillable":
        return
    if "CustomerRef" not in new:
        raise Fault(
            6310,
            "MissingCustomer",
            "A customer is required if the transaction is billable.",
            "CustomerRef",
        )
    if Decimal(new.get("HourlyRate", -1)) < 0:
        raise Fault(
            6330,
            "MissingBillingRate",
            f"Invalid hourly rate: {new.get('HourlyRate')}",
            "HourlyRate",
        )


def _check_span(new: Body) -> None:
    """Time is told as hours and minutes, or as a start and an end; never both."""
    has_total = any(name in new for name in TOTAL)
    has_span = [name for name in SPAN if name in new]
    if has_total and has_span:
        raise Fault(
            6390,
            "InvalidMultipleDurations",
            "Invalid multiple time durations. Specify a total elapsed time "
            "(hours:minutes) or the start and end time.",
        )
    if has_total:
        new.setdefault("Hours", 0)
        new.setdefault("Minutes", 0)
        if new["Hours"] == MOST_HOURS and new["Minutes"]:
            raise Fault(
                6380,
                "InvalidDuration",
                "The time duration isn't within the valid range: "
                f"{new['Hours']}:{new['Minutes']}",
                "Minutes",
            )
        for name in BREAK:
            new.pop(name, None)
        return
    if not has_span:
        raise Fault(6350, "MissingTime", "Time (hours:minutes) is missing")
    if len(has_span) == 1:
        raise Fault(6360, "InvalidStartOrEndTime", "Enter a valid start and end time.")
    _check_elapsed(new)


def _check_elapsed(new: Body) -> None:
    start, end = (datetime.fromisoformat(new[name]) for name in SPAN)
    if start > end:
        raise Fault(
            6370,
            "StartTimeAfterEndTime",
            f"The start time is after end time: {new['StartTime']}",
            "StartTime",
        )
    minutes = 60 * int(new.get("BreakHours", 0)) + int(new.get("BreakMinutes", 0))
    if minutes * 60 > (end - start).total_seconds():
        raise Fault(
            6360,
            "InvalidStartOrEndTime",
            "Enter a valid start and end time. Make sure break times aren't longer "
            "than the elapsed time.",
        )
