"""Budgets: read through the API, entered by the bookkeeper only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books.fields import Choice, Day, Field, Flag, Lines, Text, both
from qbo_simulator.books.kind import Body, Kind, words
from qbo_simulator.wire import money, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from qbo_simulator.books.work import Work


class Budget(Kind):
    """What is planned, by account and month."""

    entity = "Budget"
    list_name = "Budget"
    sequence = "budgets"
    operations = frozenset()
    in_change_feed = True
    default_order = "full_name"
    head = (
        both("Name", Text(100), column="name"),
        both("StartDate", Day()),
        both("EndDate", Day()),
        both("BudgetType", Choice(("ProfitAndLoss", "BalanceSheet"))),
        both("BudgetEntryType", Choice(("Monthly", "Quarterly", "Annually"))),
        both("Active", Flag(), column="active"),
        Field("BudgetDetail", Lines()),
    )
    tolerated = words("SecondaryListType BudgetEx")


def enter(
    work: Work, name: str, year: int, amounts: Mapping[tuple[int, int], Decimal]
) -> Body:
    """Enter a monthly profit and loss budget of a year; gives it as served.

    `amounts` are by account id and month, 1 to 12.
    """
    kind = work.kinds["Budget"]
    accounts = {account: _named(work, account) for account, _ in amounts}
    at = stamp(work.now)
    body = {
        "Name": name,
        "StartDate": f"{year}-01-01",
        "EndDate": f"{year}-12-31",
        "BudgetType": "ProfitAndLoss",
        "BudgetEntryType": "Monthly",
        "Active": True,
        "BudgetDetail": [
            {
                "BudgetDate": f"{year}-{month:02d}-01",
                "Amount": money(amount),
                "AccountRef": accounts[account],
            }
            for (account, month), amount in sorted(
                amounts.items(), key=lambda each: (each[0][1], each[0][0])
            )
        ],
        "Id": str(work.next_number(kind.sequence)),
        "SyncToken": "0",
        "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
    }
    served = kind.served(body)
    work.put(kind, served)
    work.tell("Budget", served["Id"], "Create")
    return served


def _named(work: Work, account: int) -> Body:
    found = work.refer("Account", {"value": str(account)}, "AccountRef")
    return {"value": found["Id"], "name": work.kinds["Account"].label(found)}
