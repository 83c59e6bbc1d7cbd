"""Checks of sales tax; those that do not fit the company's country hold trivially."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import Evidence, check, expect, expect_that
from qbo_simulator.conformance.names import customer
from qbo_simulator.conformance.sales import is_us, line

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Body, Service


def _manual(service: Service) -> bool:
    return (
        is_us(service) and "PartnerTaxEnabled" not in service.preferences()["TaxPrefs"]
    )


def is_own(code: Body) -> bool:
    """Whether a code is one of rates the company has entered, and no name for others."""
    return bool(code.get("TaxGroup")) and str(code["Id"]).isdecimal()


def _invoice(service: Service, name: str, **values: object) -> Body:
    buyer = customer(service, name, Taxable=True)
    return service.create("Invoice", {"CustomerRef": {"value": buyer["Id"]}, **values})


@check(
    "taxes.pseudo-codes",
    "A US company's tax codes include TAX and NON, whose ids are these words",
    Evidence.DOCUMENTED,
    "TaxCode",
)
def pseudo_codes(service: Service) -> None:
    if not is_us(service):
        return
    ids = {each["Id"] for each in service.rows("TaxCode")}
    expect_that("TAX and NON", {"TAX", "NON"} <= ids)


@check(
    "taxes.no-code",
    "Taxable lines without a TxnTaxCodeRef bear no tax where tax is set up by hand",
    Evidence.RECORDED,
    "AIR invoice 129",
)
def no_code(service: Service) -> None:
    if not _manual(service):
        return
    taxed = line(service, TaxCodeRef={"value": "TAX"})
    held = _invoice(service, "untaxed", Line=[taxed])
    expect("TotalTax", 0, held["TxnTaxDetail"]["TotalTax"])


@check(
    "taxes.manual",
    "A code on the invoice taxes its TAX lines, a tax line per rate",
    Evidence.RECORDED,
    "AIR invoice 119",
)
def manual(service: Service) -> None:
    if not _manual(service):
        return
    codes = [each for each in service.rows("TaxCode") if is_own(each)]
    held = _invoice(
        service,
        "taxed",
        Line=[line(service, TaxCodeRef={"value": "TAX"})],
        TxnTaxDetail={"TxnTaxCodeRef": {"value": codes[0]["Id"]}},
    )
    detail = held["TxnTaxDetail"]
    parts = sum(Decimal(each["Amount"]) for each in detail["TaxLine"])
    expect("TotalTax", parts, Decimal(detail["TotalTax"]))
    expect("TotalAmt", Decimal(100) + parts, Decimal(held["TotalAmt"]))
    rate = detail["TaxLine"][0]["TaxLineDetail"]
    expect("base", Decimal(100), Decimal(rate["NetAmountTaxable"]))


@check(
    "taxes.code-required",
    "Outside the US a line without a tax code is refused with 6000",
    Evidence.REPORTED,
    "integrators",
)
def code_required(service: Service) -> None:
    if is_us(service):
        return
    bare = line(service)
    del bare["SalesItemLineDetail"]["TaxCodeRef"]
    buyer = customer(service, "no code")
    answer = service.post(
        "Invoice", {"CustomerRef": {"value": buyer["Id"]}, "Line": [bare]}
    )
    expect("code", "6000", answer.fault["code"])
