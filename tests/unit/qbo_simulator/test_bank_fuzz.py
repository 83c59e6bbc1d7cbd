"""Any lines at all on deposits and journals, any schedule: refused, or in balance."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from qbo_simulator import recurring
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.forms.schedules import INTERVALS
from qbo_simulator.forms.undeposited import DEPOSITABLE
from qbo_simulator.kinds import deposit_slips, journals
from qbo_simulator.kinds.recurring import INFO, SCHEDULE
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

NOW = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
ACCOUNTS = ("35", "36", "79", "17") * 5 + ("4", "84", "33", "999")
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 99),
    st.sampled_from(["", "x", "0", "-1", "2026-03-12", "9" * 30, "Debit", "Billable"]),
    st.just({}),
    st.just([]),
    st.just([{}]),
    st.just({"value": "1"}),
    st.just({"value": "1", "type": "CUSTOMER"}),
)
account = st.sampled_from(ACCOUNTS).map(lambda each: {"value": each})
amounts = st.one_of(st.integers(-9, 50), st.sampled_from(["10", "0.005", 10.25]))


def part(
    names: Any, **usual: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """The usual parts; in one case of ten, something odd in the place of one."""
    strange = st.dictionaries(
        st.sampled_from(sorted(names)), odd, min_size=1, max_size=1
    )
    return st.builds(
        lambda some, more, chance: {**some, **(more if chance == 0 else {})},
        st.fixed_dictionaries(usual),
        strange,
        st.integers(0, 9),
    )


entity = st.sampled_from(["Customer"] * 8 + ["Vendor", "Cat"]).map(
    lambda kind: {"Type": kind, "EntityRef": {"value": "1"}}
)
links = st.builds(
    lambda kind, number: [{"TxnType": kind, "TxnId": str(number), "TxnLineId": "0"}],
    st.sampled_from([*DEPOSITABLE, "Invoice", ""]),
    st.integers(0, 90),
)
direct = part(
    deposit_slips.LINE,
    Amount=amounts,
    DetailType=st.just("DepositLineDetail"),
    DepositLineDetail=part(deposit_slips.DETAIL, AccountRef=account),
)
contained = part(deposit_slips.LINE, Amount=amounts, LinkedTxn=links)


def journal(side: str) -> st.SearchStrategy[dict[str, Any]]:
    detail = part(
        journals.DETAIL, AccountRef=account, PostingType=st.just(side), Entity=entity
    )
    return part(
        journals.LINE,
        Amount=st.sampled_from([10] * 8 + ["10.00", -10, 9]),
        DetailType=st.just("JournalEntryLineDetail"),
        JournalEntryLineDetail=detail,
    )


bodies = st.one_of(
    st.builds(
        lambda lines, to, back: (
            "Deposit",
            {"Line": lines, "DepositToAccountRef": to, "CashBack": back},
        ),
        st.lists(st.one_of(direct, direct, contained), min_size=1, max_size=3),
        account,
        st.one_of(
            st.none(), part(deposit_slips.CASH_BACK, AccountRef=account, Amount=amounts)
        ),
    ),
    st.builds(
        lambda left, right: ("JournalEntry", {"Line": [*left, *right]}),
        st.lists(journal("Debit"), min_size=1, max_size=2),
        st.lists(journal("Credit"), min_size=1, max_size=2),
    ),
    st.builds(
        lambda source, target, amount: (
            "Transfer",
            {"FromAccountRef": source, "ToAccountRef": target, "Amount": amount},
        ),
        account,
        account,
        st.one_of(amounts, odd),
    ),
)


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """The American company with its business, shared by all examples."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "books.sqlite3")
        yield seed(store, now=NOW)[0]
        store.close()


@settings(max_examples=250)
@given(wish=bodies, change=bodies)
def test_no_line_breaks_the_books(company: Company, wish: Any, change: Any) -> None:
    kind, body = wish
    # A refusal is well; anything else that is raised fails the test.
    with suppress(Fault):
        made = company.create(kind, body, now=NOW)
        if change[0] == kind:
            with suppress(Fault):
                head = {"Id": made["Id"], "SyncToken": "0"}
                company.update(kind, {**change[1], **head}, now=NOW)
        company.delete(kind, company.read(kind, made["Id"]), now=NOW)
    assert sum(company.trial_balance().values()) == 0


@settings(max_examples=150)
@given(
    info=part(INFO, Name=st.just("Bread")),
    schedule=part(
        SCHEDULE,
        IntervalType=st.sampled_from(INTERVALS),
        NumInterval=st.integers(1, 4),
        DayOfMonth=st.integers(1, 31),
        WeekOfMonth=st.integers(1, 5),
    ),
    days=st.integers(0, 70),
)
def test_no_schedule_breaks_the_books(
    company: Company, info: Any, schedule: Any, days: int
) -> None:
    transfer = {
        "FromAccountRef": {"value": "35"},
        "ToAccountRef": {"value": "36"},
        "Amount": 1,
        "RecurringInfo": {"ScheduleInfo": schedule, **info},
    }
    with suppress(Fault):
        body = company.create("RecurringTransaction", {"Transfer": transfer}, now=NOW)
        made = recurring.run(company, now=NOW + timedelta(days=days))
        assert len(made) <= days + 500
        company.delete(
            "RecurringTransaction",
            company.read("RecurringTransaction", body["Transfer"]["Id"]),
            now=NOW,
        )
    assert sum(company.trial_balance().values()) == 0
