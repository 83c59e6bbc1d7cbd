"""Checks of what every answer has: heads, faults, ids, tokens, headers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import (
    DifferenceError,
    Evidence,
    check,
    expect,
    expect_keys,
    expect_that,
    expect_values,
)

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Service

SECONDS = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00"
MILLISECONDS = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,3}-0[78]:00"


def expect_match(what: str, pattern: str, seen: object) -> None:
    """Raise a difference unless the whole text has this form."""
    if not re.fullmatch(pattern, str(seen), re.DOTALL):
        raise DifferenceError(f"{what}: {seen!r} is not of the form {pattern}")


def _customer(service: Service, name: str) -> dict[str, object]:
    return service.create("Customer", {"DisplayName": f"{service.mark} {name}"})


@check(
    "envelope.head",
    'Every entity has domain "QBO", sparse false, Id and SyncToken as strings and '
    "MetaData in whole seconds with a Pacific offset; SyncToken starts at 0",
    Evidence.RECORDED,
    "VCR create/customer",
)
def head(service: Service) -> None:
    held = _customer(service, "head")
    expect("domain", "QBO", held["domain"])
    expect_values(held, sparse=False)
    expect("SyncToken", "0", held["SyncToken"])
    expect_match("Id", r"\d+", held["Id"])
    for name, at in held["MetaData"].items():  # type: ignore[attr-defined]
        if name != "LastModifiedByRef":
            expect_match(name, SECONDS, at)


@check(
    "envelope.time",
    "An answer has the time of the answer in milliseconds with a Pacific offset",
    Evidence.RECORDED,
    "VCR create/invoice",
)
def time_of_answer(service: Service) -> None:
    answer = service.query("select * from CompanyInfo")
    expect_match("time", MILLISECONDS, answer.body["time"])


@check(
    "envelope.tid",
    "Every answer has the header intuit_tid, refusals included",
    Evidence.RECORDED,
    "VCR, all",
)
def tid(service: Service) -> None:
    for answer in (
        service.query("select * from CompanyInfo"),
        service.query("select * from Custmoer"),
    ):
        expect_match("intuit_tid", r".{10,}", answer.headers.get("intuit_tid", ""))


@check(
    "envelope.company-header",
    "Only answers that are no fault have Qbo-Version and Service-Time",
    Evidence.RECORDED,
    "VCR",
)
def service_headers(service: Service) -> None:
    good = service.query("select * from CompanyInfo").headers
    expect_that("qbo-version", "qbo-version" in good)
    bad = service.query("select * from Custmoer").headers
    expect_that("no qbo-version on a fault", "qbo-version" not in bad)


@check(
    "envelope.no-op",
    "An update that changes nothing leaves SyncToken and LastUpdatedTime",
    Evidence.RECORDED,
    "VCR deactivate",
)
def no_op(service: Service) -> None:
    held = _customer(service, "no-op")
    again = service.create(
        "Customer",
        {
            "Id": held["Id"],
            "SyncToken": held["SyncToken"],
            "sparse": True,
            "DisplayName": held["DisplayName"],
        },
    )
    expect("SyncToken", held["SyncToken"], again["SyncToken"])
    expect("MetaData", held["MetaData"], again["MetaData"])


@check(
    "envelope.stale",
    "An update with an old SyncToken is refused with 5010",
    Evidence.RECORDED,
    "VCR batch",
)
def stale(service: Service) -> None:
    held = _customer(service, "stale")
    body = {"Id": held["Id"], "SyncToken": "0", "sparse": True}
    service.create("Customer", {**body, "Notes": "one"})
    answer = service.post("Customer", {**body, "Notes": "two"})
    expect("status", 400, answer.status)
    expect("code", "5010", answer.fault["code"])
    expect("Message", "Stale Object Error", answer.fault["Message"])


@check(
    "envelope.unknown-property",
    "A property that no schema knows is refused with 2010 and named",
    Evidence.RECORDED,
    "VCR error/500",
)
def unknown_property(service: Service) -> None:
    answer = service.post("Invoice", {"BadJson": "x"})
    expect("code", "2010", answer.fault["code"])
    expect(
        "Message",
        "Request has invalid or unsupported property",
        answer.fault["Message"],
    )
    expect_match(
        "Detail",
        r'Property Name:Unrecognized field "BadJson".*',
        answer.fault["Detail"],
    )


@check(
    "envelope.read-only-echo",
    "Read-only properties sent back are ignored",
    Evidence.REPORTED,
    "python-quickbooks",
)
def echo(service: Service) -> None:
    held = _customer(service, "echo")
    saved = service.create("Customer", {**held, "Notes": "kept", "Balance": 999})
    expect("Notes", "kept", saved["Notes"])
    expect("Balance", 0, saved["Balance"])


@check(
    "envelope.fault",
    "A fault is HTTP 400 with Fault.Error[].Message, Detail and code as a string, and "
    "the type ValidationFault",
    Evidence.RECORDED,
    "VCR error",
)
def fault(service: Service) -> None:
    answer = service.post("Customer", {"DisplayName": "a:b"})
    expect("status", 400, answer.status)
    expect("type", "ValidationFault", answer.body["Fault"]["type"])
    expect_keys("error", "Message Detail code", answer.fault)
    expect("type of code", str, type(answer.fault["code"]))


@check(
    "envelope.bad-id",
    "An id that is no whole number is refused with 2030",
    Evidence.RECORDED,
    "VCR error; FLOW",
)
def bad_id(service: Service) -> None:
    answer = service.ask("GET", "customer/1.5")
    expect("code", "2030", answer.fault["code"])
    expect(
        "Detail",
        "Id should be a valid number. Supplied value:1.5",
        answer.fault["Detail"],
    )


@check(
    "envelope.gone",
    "Reading an id that does not exist is HTTP 400 with 610",
    Evidence.RECORDED,
    "VCR batch",
)
def gone(service: Service) -> None:
    answer = service.ask("GET", "invoice/999999999")
    expect("status", 400, answer.status)
    expect("code", "610", answer.fault["code"])


@check(
    "envelope.requestid",
    "A create repeated with the same requestid gives the first answer again",
    Evidence.RECORDED,
    "python-quickbooks test_create_idempotence",
    switch="requestid",
)
def requestid(service: Service) -> None:
    body = {"DisplayName": f"{service.mark} requestid"}
    key = service.mark.replace(" ", "-")
    first = service.create("Customer", body, requestid=key)
    again = service.create("Customer", body, requestid=key)
    expect("Id", first["Id"], again["Id"])
