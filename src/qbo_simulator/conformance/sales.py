"""Checks of sales forms: totals, links, voids, deletions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import (
    Evidence,
    check,
    expect,
    expect_keys,
    expect_that,
    expect_values,
)
from qbo_simulator.conformance.names import customer

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Body, Service


def line(service: Service, amount: str = "100.00", **detail: object) -> Body:
    """A line that sells the company's first service."""
    return {
        "Amount": float(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": service_item(service)["Id"]},
            **tax_of_line(service),
            **detail,
        },
    }


def service_item(service: Service) -> Body:
    """The first service item of the company."""
    return service.rows("Item", "where Type = 'Service'")[0]


def tax_of_line(service: Service) -> Body:
    """The tax code a line needs where the company is outside the US."""
    if "PartnerTaxEnabled" in service.preferences()["TaxPrefs"] or is_us(service):
        return {}
    codes = service.rows("TaxCode")
    return {"TaxCodeRef": {"value": codes[0]["Id"]}}


def is_us(service: Service) -> bool:
    """Whether it is a company of the United States."""
    info = service.rows("CompanyInfo")[0]
    return bool(info["Country"] in {"US", "USA"})


def form(service: Service, entity: str, name: str, **values: object) -> Body:
    """A sales form of one line for a new customer."""
    buyer = customer(service, name)
    return service.create(
        entity,
        {"CustomerRef": {"value": buyer["Id"]}, "Line": [line(service)], **values},
    )


@check(
    "sales.minimal-invoice",
    "A minimal invoice has its customer's name, a due date, NeedToPrint, NotSet, a "
    "subtotal line, Balance equal to TotalAmt, and no online payment",
    Evidence.RECORDED,
    "VCR create/invoice",
)
def minimal(service: Service) -> None:
    held = form(service, "Invoice", "invoice")
    expect("name", f"{service.mark} invoice", held["CustomerRef"]["name"])
    expect_keys("invoice", "DueDate TxnDate CurrencyRef LinkedTxn TxnTaxDetail", held)
    expect("PrintStatus", "NeedToPrint", held["PrintStatus"])
    expect("EmailStatus", "NotSet", held["EmailStatus"])
    expect_values(held, AllowIPNPayment=False)
    expect("Balance", held["TotalAmt"], held["Balance"])
    expect("last line", "SubTotalLineDetail", held["Line"][-1]["DetailType"])
    expect_that("the subtotal has no Id", "Id" not in held["Line"][-1])


@check(
    "sales.line-ids",
    "A line keeps its id when it is sent with it and gets a new one when not",
    Evidence.RECORDED,
    "VCR update/sales_receipt",
)
def line_ids(service: Service) -> None:
    held = form(service, "Invoice", "line ids")
    kept = held["Line"][0]
    saved = service.create(
        "Invoice",
        {
            "Id": held["Id"],
            "SyncToken": held["SyncToken"],
            "sparse": True,
            "Line": [kept, line(service, "5.00")],
        },
    )
    expect("first", kept["Id"], saved["Line"][0]["Id"])
    expect_that("second is new", saved["Line"][1]["Id"] != kept["Id"])


@check(
    "sales.amount",
    "Amount that is not the product of Qty and UnitPrice is refused with 6070",
    Evidence.DOCUMENTED,
    "error codes",
)
def amount(service: Service) -> None:
    buyer = customer(service, "amount")
    answer = service.post(
        "Invoice",
        {
            "CustomerRef": {"value": buyer["Id"]},
            "Line": [line(service, "10.00", Qty=2, UnitPrice=4)],
        },
    )
    expect("code", "6070", answer.fault["code"])


@check(
    "sales.percent-discount",
    "A discount by percent is a line after the subtotal with a positive amount that is "
    "taken off the total",
    Evidence.RECORDED,
    "AIR sales receipt 38",
)
def discount(service: Service) -> None:
    less = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    mode = {} if is_us(service) else {"GlobalTaxCalculation": "TaxExcluded"}
    lines = [line(service), less]
    held = form(service, "Invoice", "discount", Line=lines, **mode)
    expect("last line", "DiscountLineDetail", held["Line"][-1]["DetailType"])
    expect("Amount", Decimal("10.0"), held["Line"][-1]["Amount"])
    before_tax = Decimal(held["TotalAmt"]) - Decimal(held["TxnTaxDetail"]["TotalTax"])
    expect("total", Decimal(90), before_tax)


@check(
    "sales.void",
    'A voided invoice keeps its lines with amounts 0, has "Voided" in its note, and '
    "SyncToken rises",
    Evidence.RECORDED,
    "VCR void/invoice",
)
def void(service: Service) -> None:
    held = form(service, "Invoice", "void")
    said = {"Id": held["Id"], "SyncToken": held["SyncToken"]}
    gone = service.create("Invoice", said, operation="void")
    expect("PrivateNote", "Voided", gone["PrivateNote"])
    expect("TotalAmt", 0, gone["TotalAmt"])
    expect("Balance", 0, gone["Balance"])
    expect("SyncToken", "1", gone["SyncToken"])
    expect("lines", len(held["Line"]), len(gone["Line"]))


@check(
    "sales.delete",
    "A deleted transaction answers its status and is 610 from then on",
    Evidence.RECORDED,
    "VCR delete/invoice",
)
def delete(service: Service) -> None:
    held = form(service, "Invoice", "delete")
    gone = service.delete("Invoice", held)
    wanted = {"domain": "QBO", "status": "Deleted", "Id": held["Id"]}
    expect("answer", wanted, gone)
    answer = service.ask("GET", f"invoice/{held['Id']}")
    expect("code", "610", answer.fault["code"])


@check(
    "sales.estimate-closed",
    "An estimate an invoice is linked to becomes Closed, its SyncToken stays",
    Evidence.RECORDED,
    "AIR estimates 41, 46, 48, 100",
)
def estimate_closed(service: Service) -> None:
    offered = form(service, "Estimate", "estimate")
    expect("TxnStatus", "Pending", offered["TxnStatus"])
    billed = service.create(
        "Invoice",
        {
            "CustomerRef": offered["CustomerRef"],
            "Line": [line(service)],
            "LinkedTxn": [{"TxnId": offered["Id"], "TxnType": "Estimate"}],
        },
    )
    closed = service.read("Estimate", offered["Id"])
    expect("TxnStatus", "Closed", closed["TxnStatus"])
    expect("SyncToken", offered["SyncToken"], closed["SyncToken"])
    link = {"TxnId": billed["Id"], "TxnType": "Invoice"}
    expect("LinkedTxn", [link], closed["LinkedTxn"])


@check(
    "sales.bad-link",
    "A link to an estimate that does not exist is refused with 6000",
    Evidence.RECORDED,
    "VCR",
)
def bad_link(service: Service) -> None:
    buyer = customer(service, "bad link")
    answer = service.post(
        "Invoice",
        {
            "CustomerRef": {"value": buyer["Id"]},
            "Line": [line(service)],
            "LinkedTxn": [{"TxnId": "99999999", "TxnType": "Estimate"}],
        },
    )
    expect("code", "6000", answer.fault["code"])


@check(
    "sales.receipt",
    "A sales receipt goes to Undeposited Funds unless told otherwise and owes nothing",
    Evidence.RECORDED,
    "AIR 11, 17, 38, 47",
)
def receipt(service: Service) -> None:
    held = form(service, "SalesReceipt", "receipt")
    expect_keys("DepositToAccountRef", "value name", held["DepositToAccountRef"])
    expect("Balance", 0, held["Balance"])


@check(
    "sales.refund-account",
    "A refund receipt needs the account the money is refunded from",
    Evidence.DOCUMENTED,
    "RefundReceipt",
)
def refund_account(service: Service) -> None:
    buyer = customer(service, "refund")
    answer = service.post(
        "RefundReceipt",
        {"CustomerRef": {"value": buyer["Id"]}, "Line": [line(service)]},
    )
    expect("code", "2020", answer.fault["code"])


@check(
    "sales.credit",
    "A credit memo has its whole amount as Balance and RemainingCredit",
    Evidence.DOCUMENTED,
    "CreditMemo",
)
def credit(service: Service) -> None:
    held = form(service, "CreditMemo", "credit")
    expect("RemainingCredit", held["TotalAmt"], held["RemainingCredit"])
    expect("Balance", held["TotalAmt"], held["Balance"])


@check(
    "sales.pdf",
    "A sales form is served as a PDF",
    Evidence.DOCUMENTED,
    "Invoice",
)
def pdf(service: Service) -> None:
    held = form(service, "Invoice", "pdf")
    answer = service.ask(
        "GET", f"invoice/{held['Id']}/pdf", headers={"Accept": "application/pdf"}
    )
    expect("type", "application/pdf", answer.headers["content-type"].split(";")[0])
    expect("head", b"%PDF", answer.raw[:4])
