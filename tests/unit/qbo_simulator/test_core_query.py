"""The query language: what it understands, what it refuses, and with which words."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from qbo_simulator.asking.query import Condition, parse
from qbo_simulator.books.kind import Kind
from qbo_simulator.catalogue import ALL
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def names(company: Company, where: str = "") -> list[str]:
    found = company.query(f"select * from Customer {where}")  # noqa: S608
    return [each["DisplayName"] for each in found.get("Customer", [])]


@pytest.fixture
def four(us: Company, now: datetime) -> Company:
    """Customers 1 to 4, a minute apart; the third inactive."""
    rows: list[Body] = [
        {"DisplayName": "PG&E", "PrimaryEmailAddr": {"Address": "pge@x.example"}},
        {"DisplayName": "Pam Seitz", "GivenName": "Pam"},
        {"DisplayName": "Gone"},
        {"DisplayName": "Amy's Bird Sanctuary", "Balance": 12.5},
    ]
    for minute, row in enumerate(rows):
        us.create("Customer", row, now=now + timedelta(minutes=minute))
    wish = {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False}
    us.update("Customer", wish, now=now + timedelta(minutes=9))
    return us


def test_a_whole_statement_is_read_in_any_case() -> None:
    found = parse(
        "Select Id, Name, Metadata.LastUpdatedTime From item WHERE Name LIKE 'a%' and "
        "Active in (true, FALSE) Order By Name desc, Id MAXRESULTS 7 startposition 3"
    )
    assert found.entity == "item"
    assert found.columns == ("Id", "Name", "Metadata.LastUpdatedTime")
    assert found.conditions == (
        Condition("Name", "like", ("a%",)),
        Condition("Active", "in", ("true", "false")),
    )
    assert found.order == (("Name", True), ("Id", False))
    assert (found.start, found.most) == (3, 7)


@given(st.text(min_size=1))
def test_any_value_survives_escaping(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    found = parse("select * from Item where Name = '{}'".format(escaped))  # noqa: S608, UP032
    assert found.conditions[0].values == (value,)


@given(st.text(max_size=60))
def test_nonsense_is_a_fault_and_never_a_crash(text: str) -> None:
    try:
        parse(text)
    except Fault as fault:
        if fault.code not in {"4000", "4001"}:
            raise


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "select",
        "select * from",
        "select * from Customer where",
        "select * from Customer where Id",
        "select * from Customer where Id = '1' or Id = '2'",
        "select * from Customer where not Active = true",
        "select * from Customer where (Id = '1')",
        "select * from Customer where GivenName = FamilyName",
        "select * from Customer where DisplayName = 'O'Neil'",
        "select * from Customer group by Id",
        "select * from Customer; drop table entity",
        "select * from Customer maxresults many",
    ],
)
def test_what_the_grammar_lacks_does_not_parse(us: Company, statement: str) -> None:
    with pytest.raises(Fault) as problem:
        us.query(statement)
    assert problem.value.code == "4000"
    assert problem.value.detail.startswith("QueryParserError: ")


@pytest.mark.parametrize(
    ("statement", "detail"),
    [
        ("select * from Custmoer", "invalid context declaration: Custmoer"),
        (
            "select * from Customer where EmailAddress = 'a'",
            "Property EmailAddress not found for Entity Customer",
        ),
        (
            "select * from Vendor where PrimaryEmailAddr = 'a'",
            "property 'PrimaryEmailAddr' is not queryable",
        ),
        (
            "select * from Customer maxresults 1500",
            "value 1500 is too large. Max allowed value is 1000",
        ),
        (
            "select * from Customer maxresults 0",
            "value 0 is too small. Min allowed value is 1",
        ),
        (
            "select * from Invoice where PrivateNote = 'x'",
            "property 'PrivateNote' is not queryable",
        ),
        (
            "select * from Invoice where TxnDate > 'soon'",
            "Invalid date format for property TxnDate: soon",
        ),
        (
            "select * from Invoice where DueDate in ('2026-01-01', '')",
            "Invalid date format for property DueDate: ",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_the_recorded_words(
    us: Company, statement: str, detail: str
) -> None:
    with pytest.raises(Fault) as problem:
        us.query(statement)
    assert (problem.value.code, problem.value.detail) == (
        "4001",
        f"QueryValidationError: {detail}",
    )


def test_an_empty_id_is_no_id(us: Company) -> None:
    with pytest.raises(Fault, match=r"^2030 "):
        us.query("select * from Customer where Id = ''")


def test_rows_come_with_their_page(four: Company) -> None:
    found = four.query("select * from Customer startposition 2 maxresults 1")
    assert (found["startPosition"], found["maxResults"]) == (2, 1)
    assert "totalCount" not in found
    assert four.query("select * from Customer startposition 9") == {}
    assert four.query("select count(*) from Customer") == {"totalCount": 3}
    assert len(four.query("select * from Customer startposition 0")["Customer"]) == 3


def test_names_are_ordered_by_their_bytes_and_the_inactive_left_out(
    four: Company,
) -> None:
    assert names(four) == ["Amy's Bird Sanctuary", "PG&E", "Pam Seitz"]
    assert names(four, "where Active = false") == ["Gone (deleted)"]
    assert len(names(four, "where Active in (true, false)")) == 4


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (r"where DisplayName = 'Amy\'s Bird Sanctuary'", ["Amy's Bird Sanctuary"]),
        ("where DisplayName like 'P%'", ["PG&E", "Pam Seitz"]),
        ("where DisplayName like '%_E'", []),
        ("where Id in ('1', '4') orderby Id", ["PG&E", "Amy's Bird Sanctuary"]),
        ("where Balance > '0'", ["Amy's Bird Sanctuary"]),
        ("where Balance = '12.50'", ["Amy's Bird Sanctuary"]),
        ("where PrimaryEmailAddr = 'pge@x.example'", ["PG&E"]),
        ("where GivenName = 'Pam' and Active = true", ["Pam Seitz"]),
        (
            "where MetaData.CreateTime >= '2026-03-10T18:33:00Z'",
            ["Amy's Bird Sanctuary"],
        ),
        ("where Metadata.CreateTime < '2026-03-10T11:31:00-07:00'", ["PG&E"]),
        ("where MetaData.CreateTime < '2026-03-10T11:31:00'", ["PG&E"]),
        ("orderby MetaData.CreateTime desc maxresults 1", ["Amy's Bird Sanctuary"]),
    ],
)
def test_conditions_select_the_rows_that_fulfil_them(
    four: Company, where: str, expected: list[str]
) -> None:
    assert names(four, where) == expected


def test_columns_give_sparse_objects_with_the_id(four: Company) -> None:
    found = four.query(
        "select DisplayName, MetaData.LastUpdatedTime from Customer where Id = '2'"
    )
    assert found["Customer"] == [
        {
            "sparse": True,
            "Id": "2",
            "DisplayName": "Pam Seitz",
            "MetaData": {"LastUpdatedTime": "2026-03-10T11:31:00-07:00"},
        }
    ]


def test_invoices_come_newest_change_first_and_count_themselves(
    us: Company, now: datetime
) -> None:
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    line = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    for minute in range(3):
        body = {"CustomerRef": {"value": "1"}, "Line": [line]}
        us.create("Invoice", body, now=now + timedelta(minutes=minute))
    wish = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    us.update("Invoice", wish, now=now + timedelta(hours=1))
    found = us.query("select Id from Invoice")
    assert [each["Id"] for each in found["Invoice"]] == ["1", "3", "2"]
    assert found["totalCount"] == 3
    assert us.query(
        "select * from Invoice where CustomerRef = '1' and DueDate > '2020-01-01'"
    )
    late = "where MetaData.CreateTime > '2026-03-10' orderby DueDate desc, TotalAmt"
    found = us.query(f"select Id from Invoice {late}")  # noqa: S608
    assert found["maxResults"] == 3
    assert us.query(
        "select * from Invoice where TxnDate = '2026-03-10' and TotalAmt = '1.00'"
    )


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("select * from Customer where Id = '99999999999999999999999'", {}),
        ("select * from Invoice where CustomerRef = '99999999999999999999999'", {}),
        ("select * from Customer startposition 99999999999999999999999", {}),
    ],
)
def test_numbers_beyond_all_bounds_find_nothing(
    four: Company, statement: str, found: Body
) -> None:
    assert four.query(statement) == found


def test_a_long_list_of_ids_is_one_query_and_a_longer_one_is_refused(
    four: Company,
) -> None:
    ids = [f"'{number}'" for number in range(1, 1002)]
    head = "select count(*) from Customer where Active in (true, false) and Id in "
    assert four.query(f"{head}({', '.join(ids[:1000])})") == {"totalCount": 4}
    with pytest.raises(Fault, match=r"^4001 "):
        four.query(f"{head}({', '.join(ids)})")


@given(
    entity=st.sampled_from(ALL),
    operator=st.sampled_from(["=", "<", ">", "<=", ">=", "like", "in"]),
    value=st.one_of(
        st.text(max_size=10),
        st.integers().map(str),
        st.floats().map(str),
        st.dates().map(str),
    ),
    place=st.integers(0, 60),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_condition_is_answered_or_refused(
    companies: list[Company], entity: Kind, operator: str, value: str, place: int
) -> None:
    names = [*entity.fields, "Id", "MetaData.CreateTime", "MetaData.LastUpdatedTime"]
    name = names[place % len(names)]
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    given_value = f"('{escaped}')" if operator == "in" else f"'{escaped}'"
    head = f"select Id, {name} from {entity.entity}"  # noqa: S608
    with suppress(Fault):
        companies[0].query(f"{head} where {name} {operator} {given_value}")
    with suppress(Fault):
        companies[1].query(f"{head} orderby {name} desc")


def test_the_feed_lists_changes_oldest_first_and_deletions_last(
    us: Company, now: datetime
) -> None:
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    line = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    body = {"CustomerRef": {"value": "1"}, "Line": [line]}
    for minute in range(3):
        us.create("Invoice", body, now=now + timedelta(minutes=minute))
    us.delete("Invoice", {"Id": "1", "SyncToken": "0"}, now=now + timedelta(minutes=1))
    feed = us.changes(["invoice", "Vendor", "Customer"], now + timedelta(minutes=1))
    invoices, vendors, customers = feed["QueryResponse"]
    assert [each["Id"] for each in invoices["Invoice"]] == ["2", "3", "1"]
    assert invoices["Invoice"][2]["status"] == "Deleted"
    assert (vendors, customers["maxResults"]) == ({}, 1)
