"""Pages, counts and places stay true whatever is done to the books, and by whom."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.scaling.growing import Wanted, grow
from qbo_simulator.storage import export
from qbo_simulator.storage.store import Store

STATEMENTS = (
    "select {} from Customer {}",
    "select {} from Customer orderby Id {}",
    "select {} from Customer orderby Id desc {}",
    "select {} from Customer orderby DisplayName desc {}",
    "select {} from Customer where Active in (true, false) orderby DisplayName {}",
    "select {} from Customer where Active = false {}",
    "select {} from Customer where Balance >= '0' orderby MetaData.CreateTime {}",
    "select {} from Customer where MetaData.LastUpdatedTime >= '2026-03-11' "
    "orderby MetaData.LastUpdatedTime desc {}",
    "select {} from Customer where MetaData.LastUpdatedTime < '2026-03-13' "
    "orderby MetaData.LastUpdatedTime {}",
    "select {} from Customer where PrintOnCheckName like '%m%' orderby Id {}",
)


class UndoneError(Exception):
    """Thrown into a write so that it is undone."""


class Books:
    """One company in the hands of this process and of another one."""

    def __init__(self, ours: Company, theirs: Company, now: datetime) -> None:
        self.ours, self.theirs, self.now = ours, theirs, now
        self.chance = random.Random(7)  # noqa: S311 - repeatable
        self.count = 0

    def customer(self, company: Company) -> None:
        """One more, anywhere in the order of names; some with another above it."""
        self.count += 1
        name = f"{self.chance.choice('aBcÄZ')}{self.count}"
        company.create("Customer", {"DisplayName": name}, now=self.now)

    def changed(self, company: Company) -> None:
        """One of them renamed, retired, woken, or noted upon."""
        db = company.store.connection
        rows = db.execute(
            "SELECT id FROM entity WHERE realm = ? AND kind = 'Customer'",
            (company.realm,),
        ).fetchall()
        body = company.read("Customer", str(self.chance.choice(rows)[0]))
        self.count += 1
        wishes: list[dict[str, Any]] = [
            {"DisplayName": f"m{self.count}"},
            {"Active": False},
            {"Active": True},
        ]
        more = {"sparse": True, "Id": body["Id"], "SyncToken": body["SyncToken"]}
        wish = {**more, **self.chance.choice(wishes)}
        company.update("Customer", wish, now=self.now)

    def undone(self, company: Company) -> None:
        """Both, and then as if they had never been."""
        with suppress(UndoneError), company.store.write():
            self.customer(company)
            self.changed(company)
            # Asked for amid a write that will not be kept.
            company.query("select * from Customer orderby Id startposition 3")
            raise UndoneError

    def grown(self, company: Company) -> None:
        """Many at once, past the kinds' own verbs."""
        grow(company, Wanted(customers=3), now=self.now)

    def gone(self, company: Company) -> None:
        """A row taken out of the table, as a reset takes out all."""
        with company.store.write() as db:
            db.execute(
                "DELETE FROM entity WHERE rowid = (SELECT MAX(rowid) FROM entity "
                "WHERE realm = ? AND kind = 'Customer')",
                (company.realm,),
            )


@pytest.fixture
def books(us: Company, books_store: Store, now: datetime) -> Iterator[Books]:
    other = Store(books_store.path)
    yield Books(us, Company(other, us.realm), now)
    other.close()


def ids(company: Company, statement: str, paging: str) -> list[str]:
    found = company.query(statement.format("*", paging))
    return [each["Id"] for each in found.get("Customer", [])]


def told(company: Company, statement: str, paging: str) -> Any:
    """A page, and how many there are."""
    counted = company.query(statement.format("count(*)", ""))
    return ids(company, statement, paging), counted


def told_afresh(company: Company, statement: str, paging: str) -> Any:
    """What somebody is told who remembers nothing."""
    connection = company.store.connection
    remembered, connection.ranks = connection.ranks, None
    try:
        return told(company, statement, paging)
    finally:
        connection.ranks = remembered


def test_pages_are_those_of_somebody_who_remembers_nothing(books: Books) -> None:
    for _ in range(12):
        books.customer(books.ours)
    acts = (
        [books.customer] * 4
        + [books.changed] * 6
        + [books.undone, books.grown, books.gone]
    )
    for turn in range(120):
        books.now += timedelta(hours=books.chance.randrange(3))
        who = books.theirs if books.chance.random() < 0.1 else books.ours
        books.chance.choice(acts)(who)
        for statement in books.chance.sample(STATEMENTS, 4):
            start = books.chance.randrange(1, 30)
            paging = f"startposition {start} maxresults {books.chance.randrange(1, 9)}"
            right = told_afresh(books.ours, statement, paging)
            for company in (books.ours, books.theirs):
                assert told(company, statement, paging) == right, (turn, statement)


def test_pages_are_true_after_a_company_is_taken_in_where_one_stood(
    books: Books,
) -> None:
    statement = "select {} from Customer orderby Id {}"
    for _ in range(20):
        books.customer(books.ours)
    lines = list(export.lines_of(books.ours.store, books.ours.realm))
    for _ in range(20):
        books.customer(books.ours)
    ids(books.ours, statement, "startposition 1 maxresults 30")
    store = books.ours.store
    with store.write() as db:
        for table in export.tables_of(db):
            db.execute(f"DELETE FROM {table} WHERE realm = ?", (books.ours.realm,))  # noqa: S608
        db.execute("DELETE FROM setting")
    export.take_in(store, lines)
    assert len(ids(books.ours, statement, "startposition 11 maxresults 30")) == 10
    assert ids(books.ours, statement, "startposition 31 maxresults 30") == []
