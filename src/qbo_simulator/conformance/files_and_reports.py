"""Checks of attachments, reports and XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import (
    Evidence,
    check,
    expect,
    expect_keys,
    expect_that,
)
from qbo_simulator.conformance.sales import form

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Service

BOUNDARY = "conformance-boundary"
NAMESPACE = "http://schema.intuit.com/finance/v3"


@check(
    "attachments.note",
    "A note is attached by AttachableRef and found by what it is attached to",
    Evidence.REPORTED,
    "LAF",
)
def note(service: Service) -> None:
    held = form(service, "Invoice", "note")
    ref = {"EntityRef": {"type": "Invoice", "value": held["Id"]}}
    noted = service.create("Attachable", {"Note": service.mark, "AttachableRef": [ref]})
    found = service.rows(
        "Attachable",
        "where AttachableRef.EntityRef.Type = 'Invoice' and "
        f"AttachableRef.EntityRef.value = '{held['Id']}'",
    )
    expect("found", [noted["Id"]], [each["Id"] for each in found])


@check(
    "attachments.upload",
    "A file is uploaded with its metadata and answered with a place to fetch it from",
    Evidence.RECORDED,
    "VCR attachment",
)
def upload(service: Service) -> None:
    parts = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file_metadata_01"\r\n'
        "Content-Type: application/json\r\n\r\n"
        '{"FileName": "receipt.txt", "ContentType": "text/plain"}\r\n'
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file_content_01"; '
        'filename="receipt.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
        "twelve loaves\r\n"
        f"--{BOUNDARY}--\r\n"
    )
    answer = service.ask(
        "POST",
        "upload",
        body=parts,
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )
    expect("status", 200, answer.status)
    held = answer.body["AttachableResponse"][0]["Attachable"]
    expect_keys("attachable", "FileName TempDownloadUri FileAccessUri Size Id", held)
    expect("Size", 13, held["Size"])


@check(
    "reports.trial-balance",
    "A trial balance has the columns account, debit and credit, which add up alike",
    Evidence.DOCUMENTED,
    "TrialBalance",
)
def trial_balance(service: Service) -> None:
    form(service, "Invoice", "report")
    held = service.ask("GET", "reports/TrialBalance").body
    expect_keys("report", "Header Columns Rows", held)
    expect("columns", 3, len(held["Columns"]["Column"]))
    total = held["Rows"]["Row"][-1]["Summary"]["ColData"]
    expect("totals", total[1]["value"], total[2]["value"])


@check(
    "reports.profit-and-loss",
    "Profit and loss has its name, basis, period and currency in the header",
    Evidence.DOCUMENTED,
    "ProfitAndLoss",
)
def profit_and_loss(service: Service) -> None:
    held = service.ask("GET", "reports/ProfitAndLoss").body
    wanted = "ReportName ReportBasis StartPeriod EndPeriod Currency Time Option"
    expect_keys("header", wanted, held["Header"])
    expect("ReportName", "ProfitAndLoss", held["Header"]["ReportName"])


@check(
    "xml.answer",
    "XML is answered to a client that accepts it, in the schema's namespace",
    Evidence.RECORDED,
    "FLOW; RUBY",
)
def xml(service: Service) -> None:
    answer = service.ask(
        "GET",
        "query",
        params={"query": "select * from CompanyInfo"},
        headers={"Accept": "application/xml"},
    )
    expect_that("XML", "xml" in answer.headers["content-type"])
    expect_that("IntuitResponse", b"<IntuitResponse" in answer.raw)
    expect_that("namespace", NAMESPACE.encode() in answer.raw)


@check(
    "xml.request",
    "XML is taken from a client that sends it",
    Evidence.RECORDED,
    "FLOW; RUBY",
)
def xml_request(service: Service) -> None:
    name = f"{service.mark} xml"
    answer = service.ask(
        "POST",
        "customer",
        body=f'<Customer xmlns="{NAMESPACE}"><DisplayName>{name}</DisplayName></Customer>',
        headers={"Content-Type": "application/xml", "Accept": "application/json"},
    )
    expect("status", 200, answer.status)
    expect("name", name, answer.body["Customer"]["DisplayName"])
