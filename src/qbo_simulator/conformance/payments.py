"""Checks of payments: applied, unapplied, voided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import (
    Evidence,
    check,
    expect,
    expect_that,
    expect_values,
)
from qbo_simulator.conformance.names import customer
from qbo_simulator.conformance.sales import form

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Body, Service


def pay(service: Service, *invoices: Body, amount: object = None) -> Body:
    """A payment that pays these invoices in whole, or as much as `amount`."""
    return service.create(
        "Payment",
        {
            "CustomerRef": invoices[0]["CustomerRef"],
            "TotalAmt": float(
                amount or sum(each["TotalAmt"] for each in invoices)  # type: ignore[arg-type]
            ),
            "Line": [
                {
                    "Amount": float(each["TotalAmt"]),
                    "LinkedTxn": [{"TxnId": each["Id"], "TxnType": "Invoice"}],
                }
                for each in invoices
            ],
        },
    )


@check(
    "payments.unapplied",
    "A payment without lines is unapplied and goes to Undeposited Funds, without a name",
    Evidence.DOCUMENTED,
    "Payment",
)
def unapplied(service: Service) -> None:
    payer = customer(service, "payer")
    held = service.create(
        "Payment", {"CustomerRef": {"value": payer["Id"]}, "TotalAmt": 25}
    )
    expect("UnappliedAmt", 25, held["UnappliedAmt"])
    expect("Line", [], held["Line"])
    expect_values(held, ProcessPayment=False)
    expect("keys", ["value"], sorted(held["DepositToAccountRef"]))


@check(
    "payments.applied",
    "A payment bumps the SyncToken of the invoice, takes its Balance down, and shows "
    "in its LinkedTxn",
    Evidence.RECORDED,
    "AIR invoices 12, 96",
)
def applied(service: Service) -> None:
    billed = form(service, "Invoice", "paid")
    paid = pay(service, billed)
    after = service.read("Invoice", billed["Id"])
    expect("Balance", 0, after["Balance"])
    expect("SyncToken", "1", after["SyncToken"])
    link = {"TxnId": paid["Id"], "TxnType": "Payment"}
    expect("LinkedTxn", [link], after["LinkedTxn"])


@check(
    "payments.balance",
    "The customer's balance follows its transactions, and its SyncToken stays",
    Evidence.RECORDED,
    "VCR customer 1; AIR",
)
def balance(service: Service) -> None:
    billed = form(service, "Invoice", "balance")
    held = service.read("Customer", billed["CustomerRef"]["value"])
    expect("Balance", billed["TotalAmt"], held["Balance"])
    expect("SyncToken", "0", held["SyncToken"])


@check(
    "payments.void",
    "A voided payment has amount 0, no lines, and frees its invoices",
    Evidence.DOCUMENTED,
    "Payment",
)
def void(service: Service) -> None:
    billed = form(service, "Invoice", "payment void")
    paid = pay(service, billed)
    gone = service.create(
        "Payment",
        {"Id": paid["Id"], "SyncToken": paid["SyncToken"], "sparse": True},
        operation="update",
        include="void",
    )
    expect("TotalAmt", 0, gone["TotalAmt"])
    expect("Line", [], gone["Line"])
    after = service.read("Invoice", billed["Id"])
    expect("Balance", billed["TotalAmt"], after["Balance"])


@check(
    "payments.too-much",
    "Lines that add up to more than the payment are refused with 6000",
    Evidence.DOCUMENTED,
    "Payment",
)
def too_much(service: Service) -> None:
    billed = form(service, "Invoice", "too much")
    answer = service.post(
        "Payment",
        {
            "CustomerRef": billed["CustomerRef"],
            "TotalAmt": 1,
            "Line": [
                {
                    "Amount": float(billed["TotalAmt"]),
                    "LinkedTxn": [{"TxnId": billed["Id"], "TxnType": "Invoice"}],
                }
            ],
        },
    )
    expect("code", "6000", answer.fault["code"])


@check(
    "payments.deposited",
    "What a deposit contains cannot be changed; 6540 or 6450",
    Evidence.DOCUMENTED,
    "error codes",
)
def deposited(service: Service) -> None:
    billed = form(service, "Invoice", "deposited")
    paid = pay(service, billed)
    bank = service.rows("Account", "where AccountType = 'Bank'")
    service.create(
        "Deposit",
        {
            "DepositToAccountRef": {"value": bank[0]["Id"]},
            "Line": [
                {
                    "Amount": float(paid["TotalAmt"]),
                    "LinkedTxn": [
                        {"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}
                    ],
                }
            ],
        },
    )
    now = service.read("Payment", paid["Id"])
    answer = service.post(
        "Payment",
        {"Id": now["Id"], "SyncToken": now["SyncToken"]},
        operation="delete",
    )
    expect_that("refused", answer.fault["code"] in {"6540", "6450"})
