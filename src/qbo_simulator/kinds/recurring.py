"""Templates of transactions, and when the next one of each is to be made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import entering, intake
from qbo_simulator.books.fields import (
    Choice,
    Day,
    Field,
    Flag,
    Record,
    Text,
    Type,
    Whole,
    wrong_type,
)
from qbo_simulator.books.kind import Body, Draft, Kind
from qbo_simulator.forms.line_references import clean_part, in_order
from qbo_simulator.forms.schedules import INTERVALS, MONTHS, WEEKDAYS, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbo_simulator.books.work import Work

TYPES = (
    "Invoice",
    "Estimate",
    "SalesReceipt",
    "CreditMemo",
    "RefundReceipt",
    "Bill",
    "Purchase",
    "VendorCredit",
    "PurchaseOrder",
    "Deposit",
    "Transfer",
    "JournalEntry",
)
INFO: Mapping[str, Type] = {
    "Name": Text(100),
    "RecurType": Choice(("Automated", "Reminded", "UnScheduled")),
    "Active": Flag(),
    "ScheduleInfo": Record(),
}
SCHEDULE: Mapping[str, Type] = {
    "IntervalType": Choice(INTERVALS),
    "NumInterval": Whole(1, 1000),
    "DayOfMonth": Whole(1, 31),
    "DayOfWeek": Choice(WEEKDAYS),
    "WeekOfMonth": Whole(1, 5),
    "MonthOfYear": Choice(MONTHS),
    "DaysBefore": Whole(0, 365),
    "RemindDays": Whole(0, 365),
    "MaxOccurrences": Whole(1, 1000),
    "StartDate": Day(),
    "NextDate": Day(),
    "PreviousDate": Day(),
    "EndDate": Day(),
}
KEPT_BY_US = ("NextDate", "PreviousDate")
HEAD = ("Id", "SyncToken", "MetaData")
NOT_IN_TEMPLATES = ("DocNumber", "TxnDate", "DueDate", "RecurDataRef")
NUMBERS = "recurring_data"
"""The sequence of the numbers by which what is made refers to its template."""


class RecurringTransaction(Kind):
    """A template: `{"Invoice": {…, "RecurringInfo": {…}}}`, its head inside.

    Within the books the head also stands outside, as with every other entity.
    """

    entity = "RecurringTransaction"
    list_name = "RecurringTransaction"
    sequence = "transactions"
    operations = frozenset({"create", "update", "delete"})
    is_name_list = False
    in_change_feed = False
    default_order = "updated"
    head = (
        *(Field(name, Record()) for name in TYPES),
        Field("Type", Text(), filterable=True, column="doc_number", read_only=True),
    )

    def label(self, body: Body) -> str:
        info = body.get(type_of(body) or "", {}).get("RecurringInfo", {})
        return str(info.get("Name", ""))

    def columns(self, body: Body) -> dict[str, Any]:
        return {"name": self.label(body), "doc_number": type_of(body)}

    def opened(self, body: Body) -> Body:
        name = type_of(body)
        inner = body.get(name) if name else None
        if not isinstance(inner, dict):
            return body
        outside = {each: inner[each] for each in HEAD if each in inner}
        return {**body, **outside}

    def folded(self, body: Body) -> Body:
        return {name: part for name, part in body.items() if name not in HEAD}

    def farewell(self, body: Body) -> Body:
        name = type_of(body) or ""
        return {
            "domain": "QBO",
            "status": "Deleted",
            name: {"Id": body["Id"]},
            "Id": body["Id"],
        }

    def served(self, body: Body) -> Body:
        name = type_of(body) or ""
        head = {each: body[each] for each in HEAD}
        inner = body[name]
        return {name: {**inner, **head}, **head}

    def prepare(self, work: Work, draft: Draft) -> None:
        name = type_of(draft.new)
        if name is None:
            raise faults.required("RecurringTransaction")
        before = (draft.old or {}).get(name)
        if draft.old is not None and before is None:
            raise faults.business("You can't change the type of a recurring template.")
        sent = draft.sent[name]
        if not isinstance(sent, dict):
            raise wrong_type(name, sent)
        info = _recurring_info(work, sent.get("RecurringInfo"), before)
        inner = _composed(work, name, sent, before)
        if before is None:
            reference = {"value": str(work.next_number(NUMBERS))}
        else:
            reference = before["RecurDataRef"]
            inner |= {each: before[each] for each in HEAD}
        inner |= {"RecurDataRef": reference, "RecurringInfo": info}
        draft.new = {name: inner}


def type_of(body: Body) -> str | None:
    """Which kind of transaction a template makes; None if that is not one kind."""
    found = [name for name in TYPES if name in body]
    return found[0] if len(found) == 1 else None


def _composed(work: Work, name: str, raw: Body, before: Body | None) -> Body:
    """What the transaction would be: checked like one, but nothing of it remains.

    Numbers it would use up and links it would make are given back.
    """
    kind = work.kinds[name]
    part = {each: value for each, value in raw.items() if each != "LinkedTxn"}
    sent, cleared = intake.clean(kind, part)
    if before is None:
        new = intake.writable(kind, sent)
    else:
        sparse = str(raw.get("sparse", "")).lower() == "true"
        merge = intake.merge_sparse if sparse else intake.merge_full
        new = merge(kind, before, sent, cleared)
    inner = Draft(id=0, new=new, sent=sent, old=before)
    work.db.execute("SAVEPOINT template")
    entering.prepare(work, kind, inner)
    work.db.execute("ROLLBACK TO template")
    work.db.execute("RELEASE template")
    work.forget()
    dated = {**inner.new, **dict.fromkeys(HEAD, "0")}
    served = kind.served(dated)
    return {
        each: value for each, value in served.items() if each not in NOT_IN_TEMPLATES
    }


def _recurring_info(work: Work, raw: Any, before: Body | None) -> Body:
    held = (before or {}).get("RecurringInfo")
    if raw is None and held is not None:
        return dict(held)
    if not isinstance(raw, dict):
        raise faults.required("RecurringInfo")
    info = clean_part(raw, INFO, "RecurringInfo")
    if "Name" not in info:
        raise faults.required("Name")
    info.setdefault("RecurType", "Automated")
    info.setdefault("Active", True)
    if info["RecurType"] == "UnScheduled":
        info.pop("ScheduleInfo", None)
    else:
        old = (held or {}).get("ScheduleInfo")
        info["ScheduleInfo"] = _schedule(work, info.get("ScheduleInfo", {}), old)
    return in_order(info, tuple(INFO))


def _schedule(work: Work, raw: Body, before: Body | None) -> Body:
    """The schedule with the next date; that stays as it is if the rule does."""
    rule = clean_part(raw, SCHEDULE, "ScheduleInfo")
    for name in KEPT_BY_US:
        rule.pop(name, None)
    if "IntervalType" not in rule:
        raise faults.required("IntervalType")
    rule.setdefault("NumInterval", 1)
    held = dict(before or {})
    kept = {name: held.pop(name) for name in KEPT_BY_US if name in held}
    if rule == held:
        return in_order({**rule, **kept}, tuple(SCHEDULE))
    start = date.fromisoformat(rule.get("StartDate", work.today))
    found = next_date(rule, Schedule.of(rule, start).first())
    return in_order({**rule, **found}, tuple(SCHEDULE))


def next_date(schedule: Body, day: date | None) -> Body:
    """The NextDate as it is shown: none once the schedule has ended."""
    if day is None or day.isoformat() > schedule.get("EndDate", "9999"):
        return {}
    return {"NextDate": day.isoformat()}


def is_due(template: Body, today: str) -> bool:
    """Whether the next transaction of a template is to be made by now."""
    info = template.get("RecurringInfo", {})
    schedule = info.get("ScheduleInfo", {})
    if info.get("RecurType") != "Automated" or not info.get("Active"):
        return False
    if "NextDate" not in schedule:
        return False
    made_on = date.fromisoformat(schedule["NextDate"]) - timedelta(
        days=int(schedule.get("DaysBefore", 0))
    )
    return made_on.isoformat() <= today
