"""Checks of the query language, the change feed and batches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import (
    DifferenceError,
    Evidence,
    check,
    expect,
    expect_that,
)
from qbo_simulator.conformance.names import customer

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Service


def _refused(service: Service, statement: str, code: str, detail: str) -> None:
    answer = service.query(statement)
    expect("status", 400, answer.status)
    expect("code", code, answer.fault["code"])
    if not answer.fault["Detail"].startswith(detail):
        raise DifferenceError(
            f"Detail: expected {detail!r}…, got {answer.fault['Detail']!r}"
        )


@check(
    "queries.rows",
    "Rows come with startPosition and the number of rows as maxResults",
    Evidence.RECORDED,
    "VCR all",
)
def rows(service: Service) -> None:
    customer(service, "rows")
    answer = service.query("select * from Customer startposition 1 maxresults 1")
    found = answer.body["QueryResponse"]
    expect("startPosition", 1, found["startPosition"])
    expect("maxResults", 1, found["maxResults"])
    expect("rows", 1, len(found["Customer"]))


@check(
    "queries.empty",
    "No rows are an empty QueryResponse",
    Evidence.RECORDED,
    "VCR",
)
def empty(service: Service) -> None:
    answer = service.query("select * from Customer where DisplayName = 'no such name'")
    expect("QueryResponse", {}, answer.body["QueryResponse"])


@check(
    "queries.count",
    "count(*) answers totalCount only",
    Evidence.RECORDED,
    "VCR",
)
def count(service: Service) -> None:
    answer = service.query("select count(*) from Customer")
    expect("keys", ["totalCount"], sorted(answer.body["QueryResponse"]))


@check(
    "queries.columns",
    "Chosen columns come with Id, sparse true and nothing else",
    Evidence.RECORDED,
    "FLOW",
)
def columns(service: Service) -> None:
    held = customer(service, "columns")
    found = service.rows("Customer", f"where Id = '{held['Id']}'", "DisplayName")
    wanted = {"Id": held["Id"], "DisplayName": held["DisplayName"], "sparse": True}
    shown = {key: value for key, value in found[0].items() if key != "domain"}
    expect("row", wanted, shown)


@check(
    "queries.escape",
    "An apostrophe is written as \\' in a value",
    Evidence.RECORDED,
    "VCR get/display_name; FLOW",
)
def escape(service: Service) -> None:
    held = customer(service, "O'Neil")
    name = held["DisplayName"].replace("'", "\\'")
    found = service.rows("Customer", f"where DisplayName = '{name}'")
    expect("rows", [held["Id"]], [each["Id"] for each in found])


@check(
    "queries.like",
    "LIKE matches with %",
    Evidence.DOCUMENTED,
    "Query operations",
)
def like(service: Service) -> None:
    held = customer(service, "like")
    found = service.rows(
        "Customer",
        f"where DisplayName like '{service.mark} lik%'",
    )
    expect("rows", [held["Id"]], [each["Id"] for each in found])


@check(
    "queries.unknown-entity",
    "An unknown entity is 4001, invalid context declaration",
    Evidence.RECORDED,
    "VCR",
)
def unknown_entity(service: Service) -> None:
    _refused(
        service,
        "select * from Custmoer",
        "4001",
        "QueryValidationError: invalid context declaration: Custmoer",
    )


@check(
    "queries.unknown-property",
    "An unknown property is 4001 and named with its entity",
    Evidence.RECORDED,
    "FLOW",
)
def unknown_property(service: Service) -> None:
    _refused(
        service,
        "select * from Customer where EmailAddress = 'x'",
        "4001",
        "QueryValidationError: Property EmailAddress not found for Entity Customer",
    )


@check(
    "queries.not-queryable",
    "A property that cannot be asked for is 4001, not queryable",
    Evidence.RECORDED,
    "FLOW",
)
def not_queryable(service: Service) -> None:
    _refused(
        service,
        "select * from Vendor where PrimaryEmailAddr = 'x'",
        "4001",
        "QueryValidationError: property 'PrimaryEmailAddr' is not queryable",
    )


@check(
    "queries.parser",
    "What cannot be parsed is 4000 with the place of the error",
    Evidence.RECORDED,
    "FLOW",
)
def parser(service: Service) -> None:
    _refused(
        service,
        "select * from Customer where DisplayName <> 'x'",
        "4000",
        "QueryParserError: Encountered",
    )


@check(
    "queries.too-many",
    "MAXRESULTS over 1000 is 4001 with the largest value allowed",
    Evidence.RECORDED,
    "RUBY",
)
def too_many(service: Service) -> None:
    _refused(
        service,
        "select * from Customer maxresults 1500",
        "4001",
        "QueryValidationError: value 1500 is too large. Max allowed value is 1000",
    )


@check(
    "queries.post",
    "A statement may be posted as application/text",
    Evidence.RECORDED,
    "python-quickbooks",
)
def posted(service: Service) -> None:
    answer = service.ask(
        "POST",
        "query",
        body="select count(*) from Customer",
        headers={"Content-Type": "application/text"},
    )
    expect("keys", ["totalCount"], sorted(answer.body["QueryResponse"]))


@check(
    "cdc.shape",
    "The change feed has one QueryResponse per entity asked for, {} where nothing changed",
    Evidence.RECORDED,
    "VCR cdc/basic",
)
def cdc(service: Service) -> None:
    held = customer(service, "cdc")
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")  # noqa: TID251 - the edge
    answer = service.ask(
        "GET", "cdc", params={"entities": "Customer,Department", "changedSince": since}
    )
    found = answer.body["CDCResponse"][0]["QueryResponse"]
    expect("responses", 2, len(found))
    ids = [each["Id"] for part in found for each in part.get("Customer", [])]
    expect_that("the new customer is in it", held["Id"] in ids)


@check(
    "batch.shape",
    "A batch answers each item under its bId, a refused one with its Fault, with HTTP 200",
    Evidence.RECORDED,
    "VCR batch",
)
def batch(service: Service) -> None:
    name = f"{service.mark} batch"
    answer = service.ask(
        "POST",
        "batch",
        body={
            "BatchItemRequest": [
                {"bId": "1", "operation": "create", "Customer": {"DisplayName": name}},
                {"bId": "2", "operation": "create", "Customer": {"DisplayName": "a:b"}},
                {"bId": "3", "Query": "select count(*) from Customer"},
            ]
        },
    )
    expect("status", 200, answer.status)
    parts = {each["bId"]: each for each in answer.body["BatchItemResponse"]}
    expect("created", name, parts["1"]["Customer"]["DisplayName"])
    expect("refused", "ValidationFault", parts["2"]["Fault"]["type"])
    expect("queried", ["totalCount"], sorted(parts["3"]["QueryResponse"]))
