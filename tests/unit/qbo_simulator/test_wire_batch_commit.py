"""How often a batch reaches the disk: once, whatever becomes of its items."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.api import batch
from qbo_simulator.company import Company


@pytest.fixture
def commits(us: Company) -> list[str]:
    found: list[str] = []

    def note(statement: str) -> None:
        if statement == "COMMIT":
            found.append(statement)

    us.store.connection.set_trace_callback(note)
    return found


def run(us: Company, now: datetime, *items: dict[str, Any]) -> list[dict[str, Any]]:
    terms = batch.Terms(
        now=now, requestid=None, hidden_since=None, zero_start=True, most_objects=0
    )
    return batch.run(us, {"BatchItemRequest": list(items)}, terms)


def test_the_writes_of_a_batch_are_committed_together_and_fail_alone(
    us: Company, now: datetime, commits: list[str]
) -> None:
    names = ["Ada", "Bob", "Ada", "Cyd"]
    wishes = [{"bId": name, "Customer": {"DisplayName": name}} for name in names]
    query = {"Query": "select count(*) from Customer"}
    answers = run(us, now, *wishes, query)
    assert ["Fault" in each for each in answers] == [False, False, True, False, False]
    assert answers[-1]["QueryResponse"] == {"totalCount": 3}
    assert len(commits) == 1


def test_a_batch_that_only_reads_writes_nothing(
    us: Company, now: datetime, commits: list[str]
) -> None:
    run(us, now, {"Query": "select * from Item"}, {"Query": "select * from Term"})
    assert commits == []
