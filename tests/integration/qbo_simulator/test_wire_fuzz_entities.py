"""Real entities, broken at random: refused or taken, never a failure of the service."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.edge import Edge

from qbo_simulator.catalogue import KINDS
from qbo_simulator.faults import Fault

Body = dict[str, Any]
JSON = {"Accept": "application/json", "Content-Type": "application/json"}
HEAD = ("Id", "SyncToken", "MetaData")
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 0.005, 1e15, "", "x", "1", "999999", "2026-02-30"),
    *("a" * 5000, [], {}, [{}], {"value": "1"}, {"value": "zz"}, {"value": None}),
    *([None], "\x00", "TAX", "2", "-5.5", {"Address": "x"}, [[1]], {"value": {}}),
)
OPERATIONS = ("create", "update", "sparse", "delete", "void")
WORDS = (
    *("select", "*", "count(*)", "from", "where", "orderby", "startposition", "1"),
    *("maxresults", "and", "in", "like", "=", ">", "(", ")", ",", "'%a%'", "'1'"),
    *("Invoice", "Customer", "Item", "Id", "DisplayName", "TotalAmt", "true", "desc"),
    *("Metadata.LastUpdatedTime", "'2026-01-01'", "Active", "'", "\\"),
)


@pytest.fixture(scope="module", params=["us-ast", "multi", "fr"])
def edge(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("simulator")
    found = Edge(folder, empty=False, profiles=[request.param])
    yield found
    found.store.close()


@pytest.fixture(scope="module")
def rows(edge: Edge) -> dict[str, list[Body]]:
    """What the books began with, so that what is drawn depends on nothing else."""
    found = {}
    for kind in sorted(KINDS):
        page = edge.company.query(f"select * from {kind} maxresults 20")  # noqa: S608
        if page:
            found[kind] = json.loads(json.dumps(page[kind], default=float))
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every part of a body."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, part in value.items():
            yield from places(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, (*path, number))


def broken(data: st.DataObject, body: Body) -> Body:
    """A copy with a few parts taken out, or put in the place of others."""
    for _ in range(data.draw(st.integers(0, 3), "how often")):
        paths = list(places(body))
        if not paths:
            break
        *above, last = data.draw(st.sampled_from(paths), "place")
        holder: Any = body
        for step in above:
            holder = holder[step]
        value = data.draw(st.sampled_from([*VALUES, KeyError]), "value")
        if value is KeyError:
            holder.pop(last)
        else:
            holder[last] = copy.deepcopy(value)
    return body


def inner(kind: str, body: Body) -> Body:
    """The transaction within a recurring one, and anything else as it is."""
    found = next(iter(body.values()), {}) if kind == "RecurringTransaction" else body
    return found if isinstance(found, dict) else {}


def current_token(edge: Edge, kind: str, body: Body) -> str:
    try:
        held = edge.company.read(kind, str(body.get("Id", "1")))
    except Fault:
        return "0"
    return str(inner(kind, held).get("SyncToken", "0"))


@settings(
    max_examples=600,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_entity_that_is_broken_breaks_the_service(
    edge: Edge, rows: dict[str, list[Body]], data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(sorted(rows)), "kind")
    row = data.draw(st.sampled_from(rows[kind]), "row")
    body = broken(data, copy.deepcopy(row))
    operation = data.draw(st.sampled_from(OPERATIONS), "operation")
    own = inner(kind, body)
    if operation == "create":
        for name in HEAD:
            own.pop(name, None)
    else:
        own["SyncToken"] = current_token(edge, kind, own)
        own["sparse"] = operation == "sparse"
    params = {"operation": operation} if operation in ("delete", "void") else {}
    answer = edge.ask("POST", kind.lower(), json=body, params=params, headers=JSON)
    assert answer.status_code in {200, 400}, answer.text
    assert ("Fault" in answer.json()) is (answer.status_code == 400)


@settings(
    max_examples=600,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
def test_no_statement_breaks_the_service(edge: Edge, words: list[str]) -> None:
    statement = " ".join(
        ["select * from Customer where"[: 7 * (len(words) % 5)], *words]
    )
    answer = edge.ask("POST", "query", content=statement.encode(), headers=JSON)
    assert answer.status_code in {200, 400}, answer.text
    if answer.status_code == 400:
        assert answer.json()["Fault"]["Error"][0]["code"] in {"4000", "4001", "2030"}


def test_after_all_of_it_the_books_are_in_balance_and_no_id_came_twice(
    edge: Edge,
) -> None:
    assert sum(edge.company.trial_balance().values()) == 0
    with edge.store.read() as db:
        made = db.execute(
            "SELECT entity, id FROM accepted WHERE operation = 'create'"
        ).fetchall()
    ids = [(row["entity"], row["id"]) for row in made]
    assert len(ids) == len(set(ids))
    for report in ("BalanceSheet", "ProfitAndLoss", "AgedReceivables", "GeneralLedger"):
        answer = edge.ask("GET", f"reports/{report}", headers=JSON)
        assert answer.status_code == 200, answer.text
