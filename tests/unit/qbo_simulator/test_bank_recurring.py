"""Recurring transactions: templates that post nothing until their day has come."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from qbo_simulator import recurring
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.forms.schedules import INTERVALS, WEEKDAYS, Schedule

pytestmark = pytest.mark.usefixtures("ada")
Body = dict[str, Any]
CHECKING, SAVINGS = "35", "36"


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def info(**schedule: Any) -> Body:
    return {
        "Name": "Weekly bread",
        "RecurType": "Automated",
        "Active": True,
        "ScheduleInfo": {"IntervalType": "Weekly", **schedule},
    }


def invoice(**schedule: Any) -> Body:
    line = {
        "Amount": 40,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }
    return {
        "Invoice": {
            "CustomerRef": {"value": "1"},
            "Line": [line],
            "RecurringInfo": info(**schedule),
        }
    }


def template(us: Company, now: datetime, body: Body) -> Body:
    return us.create("RecurringTransaction", body, now=now)


def schedule_of(us: Company, id: str) -> Body:  # noqa: A002
    body = us.read("RecurringTransaction", id)["Invoice"]
    found: Body = body["RecurringInfo"]["ScheduleInfo"]
    return found


def test_a_template_holds_its_head_inside_and_posts_nothing(
    us: Company, now: datetime
) -> None:
    body = template(us, now, invoice())
    assert list(body) == ["Invoice"]
    inner = body["Invoice"]
    assert (inner["Id"], inner["SyncToken"], inner["TotalAmt"]) == ("1", "0", 40)
    assert inner["CustomerRef"]["name"] == "Ada"
    assert not {"DocNumber", "TxnDate"} & inner.keys()
    assert inner["RecurDataRef"] == {"value": "1"}
    assert inner["RecurringInfo"] == {
        "Name": "Weekly bread",
        "RecurType": "Automated",
        "Active": True,
        "ScheduleInfo": {
            "IntervalType": "Weekly",
            "NumInterval": 1,
            "NextDate": "2026-03-10",
        },
    }
    assert us.read("RecurringTransaction", "1") == body
    found = us.query("select * from RecurringTransaction")
    assert found["RecurringTransaction"] == [body]
    named = us.query("select Id, SyncToken from RecurringTransaction where Id = '1'")
    assert named["RecurringTransaction"] == [
        {"sparse": True, "Id": "1", "SyncToken": "0"}
    ]
    assert us.trial_balance() == {}
    assert us.query("select * from Invoice") == {}


def test_a_template_uses_up_no_number(us: Company, now: datetime) -> None:
    template(us, now, invoice())
    made = us.create("Invoice", invoice()["Invoice"], now=now)
    assert made["DocNumber"] == "1001"


def test_a_template_is_checked_like_its_transaction(us: Company, now: datetime) -> None:
    body = invoice()
    body["Invoice"]["CustomerRef"] = {"value": "99"}
    with refused("2500"):
        template(us, now, body)
    body = invoice()
    del body["Invoice"]["Line"]
    with refused("2020"):
        template(us, now, body)
    body = invoice()
    body["Invoice"]["BadJson"] = 1
    with refused("2010"):
        template(us, now, body)
    with refused("2170"):
        template(us, now, invoice(IntervalType="Hourly"))
    for missing in ("RecurringInfo", "Line"):
        body = invoice()
        del body["Invoice"][missing]
        with refused("2020"):
            template(us, now, body)
    with refused("2020"):
        template(us, now, {})


def test_a_template_is_edited_by_its_inner_head(us: Company, now: datetime) -> None:
    body = template(us, now, invoice())["Invoice"]
    change = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "Rye"}
    changed = us.update("RecurringTransaction", {"Invoice": change}, now=now)
    assert changed["Invoice"]["PrivateNote"] == "Rye"
    assert changed["Invoice"]["SyncToken"] == "1"
    assert changed["Invoice"]["RecurringInfo"] == body["RecurringInfo"]
    with refused("5010"):
        us.update("RecurringTransaction", {"Invoice": body}, now=now)
    again = us.update("RecurringTransaction", changed, now=now)
    assert again["Invoice"]["SyncToken"] == "1"


def test_a_deleted_template_says_goodbye_as_documented(
    us: Company, now: datetime
) -> None:
    body = template(us, now, invoice())
    gone = us.delete("RecurringTransaction", body, now=now)
    assert gone == {"domain": "QBO", "status": "Deleted", "Invoice": {"Id": "1"}}
    with refused("610"):
        us.read("RecurringTransaction", "1")
    assert us.query("select * from RecurringTransaction") == {}


def test_what_is_due_is_made_when_time_has_come(us: Company, now: datetime) -> None:
    template(us, now, invoice(StartDate="2026-03-13"))
    assert recurring.run(us, now=now) == []
    made = recurring.run(us, now=now + timedelta(days=10))
    assert made == [("Invoice", "2"), ("Invoice", "3")]
    first, second = (us.read("Invoice", each) for _, each in made)
    assert [first["TxnDate"], second["TxnDate"]] == ["2026-03-13", "2026-03-20"]
    assert (first["DocNumber"], second["DocNumber"]) == ("1001", "1002")
    assert first["RecurDataRef"] == {"value": "1"}
    assert us.read("Customer", "1")["Balance"] == 80
    shown = schedule_of(us, "1")
    assert (shown["PreviousDate"], shown["NextDate"]) == ("2026-03-20", "2026-03-27")
    assert recurring.run(us, now=now + timedelta(days=10)) == []


def test_a_template_ends_by_date_and_by_count(us: Company, now: datetime) -> None:
    template(us, now, invoice(EndDate="2026-03-20"))
    template(us, now, invoice(MaxOccurrences=3))
    assert len(recurring.run(us, now=now + timedelta(days=60))) == 2 + 3
    assert "NextDate" not in schedule_of(us, "1")
    assert "NextDate" not in schedule_of(us, "2")


def test_what_is_made_some_days_before_is_dated_its_day(
    us: Company, now: datetime
) -> None:
    template(us, now, invoice(StartDate="2026-03-15", DaysBefore=5))
    assert recurring.run(us, now=now) == [("Invoice", "2")]
    assert us.read("Invoice", "2")["TxnDate"] == "2026-03-15"


def test_only_active_automated_templates_make_anything(
    us: Company, now: datetime
) -> None:
    for change in (
        {"Active": False},
        {"RecurType": "Reminded"},
        {"RecurType": "UnScheduled"},
    ):
        body = invoice()
        body["Invoice"]["RecurringInfo"] |= change
        template(us, now, body)
    assert recurring.run(us, now=now + timedelta(days=99)) == []


def test_a_refused_transaction_leaves_its_template_due(
    us: Company, now: datetime
) -> None:
    template(us, now, invoice())
    ada = us.read("Customer", "1")
    us.update("Customer", {**ada, "Active": False}, now=now)
    assert recurring.run(us, now=now) == []
    assert schedule_of(us, "1")["NextDate"] == "2026-03-10"
    assert us.trial_balance() == {}
    ada = us.read("Customer", "1")
    us.update("Customer", {**ada, "Active": True, "DisplayName": "Ada"}, now=now)
    assert len(recurring.run(us, now=now)) == 1


def test_transfers_and_journals_recur_too(us: Company, now: datetime) -> None:
    transfer = {
        "FromAccountRef": {"value": CHECKING},
        "ToAccountRef": {"value": SAVINGS},
        "Amount": 25,
        "RecurringInfo": info(),
    }
    template(us, now, {"Transfer": transfer})
    recurring.run(us, now=now)
    assert us.read("Account", SAVINGS)["CurrentBalance"] == 25
    assert us.read("Transfer", "2")["RecurDataRef"] == {"value": "1"}


def test_months_are_counted_by_day_by_weekday_and_by_last_day() -> None:
    def first(count: int, start: str, **more: Any) -> list[str]:
        info = {"IntervalType": "Monthly", **more}
        rule = Schedule.of(info, date.fromisoformat(start))
        days = [rule.first()]
        while len(days) < count:
            assert days[-1] is not None
            days.append(rule.after(days[-1]))
        return [str(day) for day in days]

    assert first(3, "2026-01-31", DayOfMonth=31) == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
    ]
    second_tuesday = {"WeekOfMonth": 2, "DayOfWeek": "Tuesday"}
    assert first(2, "2026-03-11", **second_tuesday) == [
        "2026-04-14",
        "2026-05-12",
    ]
    last_friday = {"WeekOfMonth": 5, "DayOfWeek": "Friday"}
    assert first(2, "2026-03-01", NumInterval=3, **last_friday) == [
        "2026-03-27",
        "2026-06-26",
    ]


@given(
    interval=st.sampled_from(INTERVALS),
    every=st.integers(1, 5),
    start=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    day=st.integers(1, 31),
    weekday=st.sampled_from(WEEKDAYS),
)
def test_dates_rise_and_none_precedes_the_start(
    interval: str, every: int, start: date, day: int, weekday: str
) -> None:
    rule = Schedule.of(
        {
            "IntervalType": interval,
            "NumInterval": every,
            "DayOfMonth": day,
            "DayOfWeek": weekday,
        },
        start,
    )
    found = [each for each, _ in zip(rule.dates(), range(6), strict=False)]
    assert found[0] >= start
    assert found == sorted(set(found))
    assert rule.after(found[0]) == found[1]
