"""Whatever is sent to the edge, it answers in its own shapes and never fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.edge import Edge

ENTITIES = ("customer", "Invoice", "payment", "attachable", "item", "bill", "nonsense")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)
NAMES = st.sampled_from(
    [
        *("Id", "SyncToken", "sparse", "DisplayName", "Line", "Amount", "CustomerRef"),
        *(
            "value",
            "TotalAmt",
            "Note",
            "AttachableRef",
            "EntityRef",
            "BatchItemRequest",
        ),
        *("bId", "operation", "Query", "CDCQuery", "Customer", "Invoice", "Active"),
    ]
)
TREES = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=12,
)
BODIES = st.one_of(
    st.binary(max_size=80),
    TREES.map(lambda tree: json.dumps(tree).encode()),
    st.sampled_from(
        [
            b"<Customer><DisplayName>x</DisplayName></Customer>",
            b"<Invoice><Line><Amount>1</Amount></Line></Invoice>",
            b"<!DOCTYPE a><a/>",
            b"--x\r\nContent-Disposition: form-data; name=file_content_01\r\n\r\nx\r\n--x--",
        ]
    ),
)
PATHS = st.one_of(
    st.sampled_from(["query", "batch", "cdc", "upload", "reports/BalanceSheet", ""]),
    st.sampled_from(ENTITIES),
    st.tuples(
        st.sampled_from(ENTITIES),
        st.sampled_from(
            ["1", "0", "-1", "1.5", "x", "9" * 30, "%00", "1/send", "1/pdf"]
        ),
    ).map("/".join),
)
PARAMS = st.dictionaries(
    st.sampled_from(
        [
            *("operation", "include", "requestid", "minorversion", "format", "query"),
            *("entities", "changedSince", "sendTo", "start_date"),
        ]
    ),
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                *("delete", "void", "update", "json", "xml", "2026-01-01", "Customer"),
                *("select * from Customer", "select count(*) from Invoice"),
            ]
        ),
    ),
    max_size=3,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from(
            ["application/json", "application/xml", "*/*", "q=x"]
        ),
        "Content-Type": st.sampled_from(
            [
                *(
                    "application/json",
                    "application/xml",
                    "text/plain",
                    "application/text",
                ),
                *(
                    "multipart/form-data; boundary=x",
                    "application/json; charset=utf-16",
                ),
            ]
        ),
        "Content-Encoding": st.sampled_from(["gzip", "deflate", "br", "identity"]),
        "Accept-Encoding": st.sampled_from(["gzip", "deflate", "br;q=x", "*"]),
    },
)


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    found = Edge(tmp_path_factory.mktemp("simulator"))
    yield found
    found.store.close()


@settings(
    max_examples=250,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    method=st.sampled_from(["GET", "POST", "POST", "POST", "PUT", "DELETE"]),
    path=PATHS,
    params=PARAMS,
    headers=HEADERS,
    body=BODIES,
)
def test_nothing_that_is_sent_makes_it_fail(
    edge: Edge, method: str, path: str, **sent: Any
) -> None:
    answer = edge.ask(
        method,
        path,
        params=sent["params"],
        headers=sent["headers"],
        content=sent["body"],
    )
    assert answer.status_code in {200, 400, 403}, (answer.text, sent)
    kind = answer.headers["content-type"]
    if kind.startswith("application/json"):
        body = answer.json()
        refused = "Fault" in body or "fault" in body
        assert refused is (answer.status_code != 200)
    elif kind.startswith("application/xml"):
        root = ET.fromstring(answer.content)  # noqa: S314 - the simulator's own words
        assert root.tag.endswith(("IntuitResponse", "Report"))
    else:
        assert kind in {"application/pdf", "text/plain;charset=utf-8"}


def test_after_all_of_it_the_books_are_in_balance(edge: Edge) -> None:
    assert sum(edge.company.trial_balance().values()) == 0
