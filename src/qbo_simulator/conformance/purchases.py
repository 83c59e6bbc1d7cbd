"""Checks of the purchase side: expenses, bills, their payments, credits, orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import (
    Evidence,
    check,
    expect,
    expect_keys,
    expect_that,
)
from qbo_simulator.conformance.sales import is_us

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Body, Service


def vendor(service: Service, name: str) -> Body:
    """A vendor of this run."""
    return service.create("Vendor", {"DisplayName": f"{service.mark} {name}"})


def account(service: Service, type_: str) -> Body:
    """The first account of a type; a reference to it."""
    found = service.rows("Account", f"where AccountType = '{type_}'")
    return {"value": found[0]["Id"]}


def expense_line(service: Service, amount: float = 40) -> Body:
    """A line on the first expense account."""
    detail: Body = {"AccountRef": account(service, "Expense")}
    if not is_us(service):
        codes = service.rows("TaxCode")
        detail["TaxCodeRef"] = {"value": codes[0]["Id"]}
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }


def bill(service: Service, name: str) -> Body:
    """A bill of one line from a new vendor."""
    owed = vendor(service, name)
    return service.create(
        "Bill",
        {"VendorRef": {"value": owed["Id"]}, "Line": [expense_line(service)]},
    )


@check(
    "purchases.expense",
    "An expense adds its lines up, says how it was paid, and shows its type in PurchaseEx",
    Evidence.RECORDED,
    "AIR 140-144",
)
def expense(service: Service) -> None:
    held = service.create(
        "Purchase",
        {
            "PaymentType": "Cash",
            "AccountRef": account(service, "Bank"),
            "Line": [expense_line(service), expense_line(service, 2.5)],
        },
    )
    expect_keys("purchase", "AccountRef PaymentType TotalAmt PurchaseEx", held)
    expect_keys("account", "value name", held["AccountRef"])
    expect_that("no LineNum", "LineNum" not in held["Line"][0])


@check(
    "purchases.payment-type",
    "A purchase without PaymentType is refused with 2020",
    Evidence.REPORTED,
    "LAF",
)
def payment_type(service: Service) -> None:
    answer = service.post(
        "Purchase",
        {"AccountRef": account(service, "Bank"), "Line": [expense_line(service)]},
    )
    expect("code", "2020", answer.fault["code"])


@check(
    "purchases.bill",
    "A bill is due, owes its total, and is posted to accounts payable",
    Evidence.RECORDED,
    "AIR",
)
def billed(service: Service) -> None:
    held = bill(service, "bill")
    expect_keys("bill", "DueDate APAccountRef VendorRef Balance", held)
    expect("Balance", held["TotalAmt"], held["Balance"])


@check(
    "purchases.paid-bill",
    "A bill payment takes the bill's Balance down, bumps its SyncToken, and is linked as "
    "BillPaymentCheck",
    Evidence.RECORDED,
    "AIR",
)
def paid(service: Service) -> None:
    held = bill(service, "paid bill")
    service.create(
        "BillPayment",
        {
            "VendorRef": held["VendorRef"],
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": account(service, "Bank")},
            "TotalAmt": held["TotalAmt"],
            "Line": [
                {
                    "Amount": held["TotalAmt"],
                    "LinkedTxn": [{"TxnId": held["Id"], "TxnType": "Bill"}],
                }
            ],
        },
    )
    after = service.read("Bill", held["Id"])
    expect("Balance", 0, after["Balance"])
    expect("SyncToken", "1", after["SyncToken"])
    expect("TxnType", "BillPaymentCheck", after["LinkedTxn"][0]["TxnType"])


@check(
    "purchases.order",
    "A purchase order is Open, posts nothing, and needs a vendor",
    Evidence.RECORDED,
    "FLOW; AIR",
)
def order(service: Service) -> None:
    seller = vendor(service, "order")
    held = service.create(
        "PurchaseOrder",
        {
            "VendorRef": {"value": seller["Id"]},
            "APAccountRef": account(service, "Accounts Payable"),
            "Line": [expense_line(service)],
        },
    )
    expect("POStatus", "Open", held["POStatus"])
    after = service.read("Vendor", seller["Id"])
    expect("the vendor's balance", 0, after["Balance"])


@check(
    "purchases.vendor-credit",
    "A vendor credit lowers what is owed to the vendor",
    Evidence.DOCUMENTED,
    "VendorCredit",
)
def vendor_credit(service: Service) -> None:
    seller = vendor(service, "vendor credit")
    held = service.create(
        "VendorCredit",
        {"VendorRef": {"value": seller["Id"]}, "Line": [expense_line(service)]},
    )
    after = service.read("Vendor", seller["Id"])
    expect("the vendor's balance", -held["TotalAmt"], after["Balance"])
