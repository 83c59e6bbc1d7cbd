"""Searches against a plain reading of the same rows, and the plans behind them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.asking.search import FEW_ROWS
from qbo_simulator.books.work import Work
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
ROWS = 60
THIRTY = "DisplayName in ({})".format(",".join(["'ab 000'"] * 30))
THOUSAND = "Id in ({})".format(",".join(["'1'"] * 1000))


def customer(number: int) -> Body:
    return {
        "DisplayName": f"{'abAB'[number % 4]} {number:03d}",
        "GivenName": ("Ann", "ann", "Bob")[number % 3],
        "PrimaryEmailAddr": {"Address": f"C{number % 7}@x.example"},
        "Balance": number % 5,
    }


@pytest.fixture
def crowd(us: Company, now: datetime) -> Company:
    for number in range(ROWS):
        at = now + timedelta(seconds=number // 3)
        us.create("Customer", customer(number), now=at)
    for number in (5, 10, 15):
        wish = {"Id": str(number), "SyncToken": "0", "sparse": True, "Active": False}
        body = us.read("Customer", str(number))
        if not body["Balance"]:
            us.update("Customer", wish, now=now + timedelta(hours=1))
    return us


def everybody(company: Company) -> list[Body]:
    found = company.query(
        "select * from Customer where Active in (true, false) maxresults 1000"
    )
    rows: list[Body] = found["Customer"]
    return rows


def moment(body: Body) -> tuple[str, int]:
    return body["MetaData"]["LastUpdatedTime"], int(body["Id"])


ORDERS: dict[str, Callable[[Body], Any]] = {
    "": lambda body: (body["FullyQualifiedName"].encode(), int(body["Id"])),
    "orderby Id": lambda body: int(body["Id"]),
    "orderby Id desc": lambda body: -int(body["Id"]),
    "orderby DisplayName": lambda body: (body["DisplayName"], int(body["Id"])),
    "orderby MetaData.LastUpdatedTime": moment,
    "orderby Balance, Id": lambda body: (body["Balance"], int(body["Id"])),
}
CONDITIONS: dict[str, Callable[[Body], bool]] = {
    "Balance > '2'": lambda body: body["Balance"] > 2,
    "Balance < '2.0'": lambda body: body["Balance"] < 2,
    "Balance in ('1', '3.00')": lambda body: body["Balance"] in (1, 3),
    "GivenName = 'ann'": lambda body: body["GivenName"].lower() == "ann",
    "DisplayName like 'a%'": lambda body: body["DisplayName"][0] in "aA",
    "DisplayName like '%7'": lambda body: body["DisplayName"].endswith("7"),
    "PrimaryEmailAddr = 'c3@X.example'": lambda body: (
        body["PrimaryEmailAddr"]["Address"] == "C3@x.example"
    ),
    "FullyQualifiedName = 'B 003'": lambda body: body["DisplayName"] == "B 003",
    "MiddleName = 'x'": lambda _body: False,
    "MiddleName < 'x'": lambda _body: False,
    "MetaData.LastUpdatedTime > '2026-03-10T11:30:09-07:00'": lambda body: (
        body["MetaData"]["LastUpdatedTime"] > "2026-03-10T11:30:09-07:00"
    ),
    "MetaData.CreateTime <= '2026-03-10T18:30:05Z'": lambda body: (
        body["MetaData"]["CreateTime"] <= "2026-03-10T11:30:05-07:00"
    ),
}


@pytest.mark.parametrize("most", [0, FEW_ROWS])
def test_searches_find_what_a_plain_reading_finds_while_the_rows_change(
    crowd: Company, now: datetime, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("qbo_simulator.asking.search.FEW_ROWS", most)
    chance = random.Random(most)  # noqa: S311 - repeatable
    for turn in range(150):
        at = now + timedelta(days=1, minutes=turn)
        if turn % 3 == 2:
            _change_something(crowd, chance, at)
        asked = chance.sample(sorted(CONDITIONS), chance.randrange(3))
        order = chance.choice(sorted(ORDERS))
        start, most = chance.randrange(1, 50), chance.randrange(1, 30)
        where = f"where {' and '.join(asked)}" if asked else ""
        tail = f"startposition {start} maxresults {most}"
        rows = [
            body
            for body in everybody(crowd)
            if body["Active"] and all(CONDITIONS[each](body) for each in asked)
        ]
        rows.sort(key=ORDERS[order])
        statement = f"select * from Customer {where} {order} {tail}"  # noqa: S608
        found = crowd.query(statement).get("Customer", [])
        assert found == rows[start - 1 : start - 1 + most], statement
        count = crowd.query(f"select count(*) from Customer {where}")  # noqa: S608
        assert count == {"totalCount": len(rows)}


def _change_something(company: Company, chance: random.Random, at: datetime) -> None:
    body = company.read("Customer", str(chance.randrange(1, ROWS)))
    wish: Body = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
    kind = chance.randrange(4)
    if kind == 0:
        fresh = {**customer(chance.randrange(9)), "DisplayName": f"c {at.isoformat()}"}
        company.create(
            "Customer", {**fresh, "DisplayName": at.strftime("c %H%M")}, now=at
        )
    elif kind == 1:
        company.update("Customer", {**wish, "GivenName": "Zoe"}, now=at)
    elif kind == 2:
        name = f"{chance.choice('aMz')} {at:%H%M} renamed"
        company.update("Customer", {**wish, "DisplayName": name}, now=at)
    elif not body["Balance"]:
        company.update("Customer", {**wish, "Active": not body["Active"]}, now=at)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few rows be fewer, so that many need not be so many."""
    monkeypatch.setattr("qbo_simulator.asking.search.FEW_ROWS", 400)


def steps_of(company: Company, statement: str) -> int:
    """How many steps SQLite's machine takes for a query, in hundreds."""
    taken = [0]

    def count() -> int:
        taken[0] += 1
        return 0

    db = company.store.connection
    db.set_progress_handler(count, 100)
    try:
        company.query(statement)
    finally:
        db.set_progress_handler(None, 100)
    return taken[0]


def many(company: Company, count: int, now: datetime) -> None:
    """Customers as the first one is, entered without the business of creating them."""
    body = company.create("Customer", {"DisplayName": f"0 {now:%j}"}, now=now)
    with company.store.write():
        work = Work(company.store, {}, company.realm, now)
        kind = company.kind("Customer")
        for _ in range(count):
            number = work.next_number(kind.sequence)
            name = f"{number * 7919 % 100_003:06d}"
            fresh: Body = {
                "Id": str(number),
                "DisplayName": name,
                "FullyQualifiedName": name,
            }
            if number % 500 == 0:
                fresh["Balance"] = Decimal("1.5")
            work.put(kind, {**body, **fresh})
            work.forget()


@pytest.mark.parametrize(
    "order",
    [
        "",
        "orderby Id",
        "orderby MetaData.LastUpdatedTime",
        "orderby DisplayName",
        "orderby Id desc",
    ],
)
def test_a_deep_page_costs_no_more_than_the_first_once_its_place_is_known(
    us: Company, now: datetime, order: str
) -> None:
    many(us, 2000, now)
    page = f"select * from Customer {order} startposition {{}} maxresults 50"  # noqa: S608
    first = steps_of(us, page.format(1))
    assert steps_of(us, page.format(1801)) > first * 5
    assert steps_of(us, page.format(1851)) < first * 2
    us.create("Customer", {"DisplayName": "zz", "Balance": 1}, now=now + timedelta(1))
    if order != "orderby Id desc":
        assert steps_of(us, page.format(1901)) < first * 2


@pytest.mark.parametrize(
    "where",
    [
        "where DisplayName = '007919'",
        "where DisplayName like '0079%'",
        "where FullyQualifiedName = '007919'",
        "where PrimaryEmailAddr = 'a@b.example'",
        "where Balance > '0'",
        "where Balance = '1.5'",
        "where Active = false",
        "where ParentRef = '5' and DisplayName = '1'",
        "where Id in ('1', '1800')",
        "where MetaData.LastUpdatedTime > '2030-01-01'",
    ],
)
def test_what_leaves_few_rows_is_looked_up(
    us: Company, now: datetime, where: str
) -> None:
    many(us, 2000, now)
    assert steps_of(us, f"select * from Customer {where}") < 30  # noqa: S608
    assert steps_of(us, f"select count(*) from Customer {where}") < 20  # noqa: S608


@pytest.mark.parametrize("order", ["", "orderby Id", "orderby Id desc"])
def test_the_few_who_owe_are_found_in_order_without_reading_those_who_do_not(
    us: Company, now: datetime, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    many(us, 2000, now)
    monkeypatch.setattr("qbo_simulator.asking.search.FEW_ROWS", 1)
    page = f"select * from Customer where Balance > '0' {order} maxresults 3"  # noqa: S608
    assert us.query(page)["maxResults"] == 3
    assert steps_of(us, page) < 10


def test_a_window_in_time_is_looked_up_however_much_lies_on_either_side(
    us: Company, now: datetime
) -> None:
    for day in range(3):
        many(us, 600 if day != 1 else 10, now + timedelta(days=day))
    lower = (now + timedelta(hours=12)).isoformat()
    upper = (now + timedelta(hours=36)).isoformat()
    where = (
        f"where MetaData.LastUpdatedTime > '{lower}' "
        f"and MetaData.LastUpdatedTime < '{upper}'"
    )
    statement = f"select * from Customer {where}"  # noqa: S608
    assert us.query(statement)["maxResults"] == 11
    assert steps_of(us, statement) < 20


def test_a_count_is_not_counted_again(us: Company, now: datetime) -> None:
    many(us, 2000, now)
    for where in ("", "where MetaData.LastUpdatedTime > '2020-01-01'"):
        statement = f"select count(*) from Customer {where}"  # noqa: S608
        once = steps_of(us, statement)
        assert once > 30
        us.create("Customer", {"DisplayName": f"new{where[:9]}"}, now=now)
        assert us.query(statement) == us.query(statement)
        assert steps_of(us, statement) < once / 3


def test_pages_by_date_of_transactions_walk_their_index(
    us: Company, now: datetime
) -> None:
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    line = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    for day in (3, 1, 2):
        us.create(
            "Invoice",
            {
                "CustomerRef": {"value": "1"},
                "Line": [line],
                "TxnDate": f"2026-01-0{day}",
            },
            now=now,
        )
    found = us.query("select Id from Invoice orderby TxnDate startposition 2")
    assert [each["Id"] for each in found["Invoice"]] == ["3", "1"]


def test_properties_the_schema_knows_but_no_query_are_told_from_unknown_ones(
    us: Company,
) -> None:
    with pytest.raises(Fault, match="property 'IntuitId' is not queryable"):
        us.query("select * from Customer where IntuitId = '1'")
    with pytest.raises(Fault, match="Property Nickname not found for Entity Customer"):
        us.query("select * from Customer where Nickname = '1'")
    with pytest.raises(Fault, match="Property Nickname not found for Entity Customer"):
        us.query("select Nickname from Customer")
    with pytest.raises(Fault, match=r"property 'Line\.Amount' is not queryable"):
        us.query("select * from Invoice where Line.Amount = '1'")


@pytest.mark.parametrize("text", ["inf", "nan", "1_0", "1e3", "", "-", ".", "٣"])
def test_what_is_no_number_is_no_amount(us: Company, text: str) -> None:
    with pytest.raises(Fault, match="Invalid number for Balance"):
        us.query(f"select * from Customer where Balance > '{text}'")  # noqa: S608


def test_a_count_is_not_ordered_by_what_is_unknown(us: Company) -> None:
    with pytest.raises(Fault, match="Property Nickname not found for Entity Customer"):
        us.query("select count(*) from Customer orderby Nickname")


def test_preferences_know_no_pages(us: Company) -> None:
    found = us.query("select * from Preferences startposition 9 maxresults 2")
    assert (found["startPosition"], found["maxResults"]) == (1, 1)
    assert us.query("select * from CompanyInfo where Id = '1'")["CompanyInfo"]


@pytest.mark.parametrize("order", ["", "orderby TxnDate desc", "orderby TxnDate"])
def test_pages_of_invoices_stay_true_as_they_change_and_go(
    us: Company, now: datetime, order: str
) -> None:
    chance = random.Random(order)  # noqa: S311 - repeatable
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    line = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    held: dict[str, Body] = {}
    for turn in range(160):
        at = now + timedelta(seconds=turn // 2)
        act = chance.random()
        if act < 0.5 or len(held) < 5:
            day = f"2026-01-{chance.randrange(1, 9):02d}"
            body = {"CustomerRef": {"value": "1"}, "Line": [line], "TxnDate": day}
            made = us.create("Invoice", body, now=at)
            held[made["Id"]] = made
        else:
            one = held[chance.choice(sorted(held))]
            token = {"Id": one["Id"], "SyncToken": one["SyncToken"]}
            if act < 0.8:
                wish = {**token, "sparse": True, "PrivateNote": str(turn)}
                held[one["Id"]] = us.update("Invoice", wish, now=at)
            else:
                us.delete("Invoice", token, now=at)
                del held[one["Id"]]
        rows = sorted(held.values(), key=_place(order), reverse="TxnDate" not in order)
        if "desc" in order:
            rows.sort(key=_place(order), reverse=True)
        start = chance.randrange(1, len(rows) + 2)
        page = us.query(
            f"select * from Invoice {order} startposition {start} maxresults 7"  # noqa: S608
        )
        assert page.get("Invoice", []) == rows[start - 1 : start + 6]


def _place(order: str) -> Callable[[Body], Any]:
    if not order:
        return moment
    return lambda body: (body["TxnDate"], int(body["Id"]))


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (" and ".join(["Id = '1'"] * 301), "at most 300 conditions"),
        (f"DisplayName like '{'%a' * 2001}'", "at most 4000 characters"),
        (
            " and ".join([THOUSAND] * 11),
            "at most 10000 values",
        ),
        (f"DisplayName = '{'a' * 200_000}'", "length 200045 is too large"),
    ],
)
def test_no_statement_is_longer_than_can_be_answered(
    us: Company, where: str, told: str
) -> None:
    with pytest.raises(Fault, match=rf"^4001 .*{told}"):
        us.query(f"select * from Customer where {where}")  # noqa: S608


def test_what_may_just_be_asked_is_answered(crowd: Company) -> None:
    terms = [THIRTY] * 298
    terms += ["DisplayName like '%a%'", "Balance >= '0'"]
    assert crowd.query(f"select * from Customer where {' and '.join(terms)}") == {}  # noqa: S608
    columns = ",".join(["Id"] * 20_000)
    found = crowd.query(f"select {columns} from Customer maxresults 1")  # noqa: S608
    assert found["Customer"] == [{"sparse": True, "Id": found["Customer"][0]["Id"]}]
