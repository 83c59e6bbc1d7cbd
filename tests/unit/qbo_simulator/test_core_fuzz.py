"""Any body at all: the simulator refuses it with a fault or keeps its books in order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from qbo_simulator.catalogue import ALL
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.fields import Field
from qbo_simulator.lines import (
    DISCOUNT_DETAIL,
    GROUP_DETAIL,
    LINE,
    SALES_DETAIL,
)
from qbo_simulator.seeds import seed
from qbo_simulator.sheets import READERS
from qbo_simulator.store import Store

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 200),
    st.integers(),
    st.just("9" * 40),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", " ", "0", "1", "2", "x", "TAX", "NON", "true", "2026-01-01", "a@b.example"]
    ),
    st.text(max_size=12),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "value",
                    "name",
                    "Address",
                    "Line1",
                    "TxnId",
                    "TxnType",
                    "Id",
                    "TotalTax",
                    "TxnTaxCodeRef",
                    "CustomField",
                    "DefinitionId",
                    "StringValue",
                    "HomeCurrency",
                ]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)
plausible_refs = st.builds(lambda n: {"value": str(n)}, st.integers(0, 6))


def mostly(names: Any, least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(
        st.sampled_from(sorted(names)),
        st.one_of(values, plausible_refs),
        min_size=least,
        max_size=6,
    )


lines = st.lists(
    st.builds(
        lambda whole, kind, sale, discount, group, amount: {
            **whole,
            "Amount": amount,
            "DetailType": kind,
            "SalesItemLineDetail": sale,
            "DiscountLineDetail": discount,
            "GroupLineDetail": group,
        },
        mostly(LINE),
        st.sampled_from(sorted(READERS)),
        st.one_of(mostly(SALES_DETAIL), values),
        st.one_of(mostly(DISCOUNT_DETAIL), values),
        st.one_of(mostly(GROUP_DETAIL), values),
        scalars,
    ),
    max_size=3,
)
links = st.lists(
    st.builds(
        lambda amount, txn: {
            "Amount": amount,
            "LinkedTxn": txn,
        },
        scalars,
        st.one_of(
            values,
            st.builds(lambda txn: [{"TxnId": txn, "TxnType": "Invoice"}], scalars),
        ),
    ),
    max_size=3,
)


def bodies(fields: dict[str, Field]) -> st.SearchStrategy[dict[str, Any]]:
    extra: dict[str, Any] = {}
    if "Line" in fields:
        extra["Line"] = st.one_of(lines, links)
        extra["CustomerRef"] = st.one_of(plausible_refs, values)
    return st.builds(
        lambda body, more: {**body, **more},
        mostly(fields),
        st.fixed_dictionaries({}, optional=extra),
    )


@pytest.fixture(scope="module")
def both() -> Iterator[list[Company]]:
    """Two companies with business in them, shared by all examples of a test."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "books.sqlite3")
        yield seed(store, now=datetime.fromisoformat("2026-03-10T18:30:00+00:00"))
        store.close()


CHANGEABLE = [kind for kind in ALL if kind.operations]


@pytest.mark.parametrize("kind", CHANGEABLE, ids=lambda kind: kind.entity)
def test_no_body_breaks_the_books(
    both: list[Company], kind: Any, now: datetime
) -> None:
    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        body=bodies(kind.fields),
        british=st.booleans(),
        sparse=st.booleans(),
        target=scalars,
    )
    def attempt(
        body: dict[str, Any], *, british: bool, sparse: bool, target: Any
    ) -> None:
        company = both[int(british)]
        operations = {
            "create": lambda: company.create(kind.entity, body, now=now),
            "update": lambda: company.update(
                kind.entity, current(company, target, body, sparse=sparse), now=now
            ),
            "void": lambda: company.void(
                kind.entity, current(company, target, {}, sparse=True), now=now
            ),
            "delete": lambda: company.delete(
                kind.entity, current(company, target, {}, sparse=True), now=now
            ),
        }
        for operation in sorted(kind.operations & set(operations)):
            # A refusal is well; anything else that is raised fails the test.
            with suppress(Fault):
                operations[operation]()
        assert sum(company.trial_balance().values()) == 0

    def current(
        company: Company, target: Any, body: dict[str, Any], *, sparse: bool
    ) -> dict[str, Any]:
        try:
            token = company.read(kind.entity, str(target))["SyncToken"]
        except Fault:
            token = "0"
        return {**body, "Id": target, "SyncToken": token, "sparse": sparse}

    attempt()
