"""Checks of deposits, transfers, journal entries and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import (
    Evidence,
    check,
    expect,
    expect_keys,
    expect_that,
)
from qbo_simulator.conformance.payments import pay
from qbo_simulator.conformance.purchases import account
from qbo_simulator.conformance.sales import form

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Body, Service


@check(
    "banking.deposit",
    "A deposit's linked line has neither Id nor DetailType, and the payment then shows "
    "the deposit in its LinkedTxn",
    Evidence.RECORDED,
    "AIR 62, 102, 121",
)
def deposit(service: Service) -> None:
    paid = pay(service, form(service, "Invoice", "banked"))
    link = {"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    held = service.create(
        "Deposit",
        {
            "DepositToAccountRef": account(service, "Bank"),
            "Line": [{"Amount": paid["TotalAmt"], "LinkedTxn": [link]}],
        },
    )
    first = held["Line"][0]
    expect_that("no Id", "Id" not in first and "DetailType" not in first)
    after = service.read("Payment", paid["Id"])
    wanted = [{"TxnId": held["Id"], "TxnType": "Deposit"}]
    expect("LinkedTxn", wanted, after["LinkedTxn"])


@check(
    "banking.direct-deposit",
    "A deposit of a direct line is a DepositLineDetail with the account named",
    Evidence.RECORDED,
    "AIR",
)
def direct(service: Service) -> None:
    line = {
        "Amount": 12,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": account(service, "Income")},
    }
    held = service.create(
        "Deposit",
        {"DepositToAccountRef": account(service, "Bank"), "Line": [line]},
    )
    expect("TotalAmt", 12, held["TotalAmt"])
    detail = held["Line"][0]["DepositLineDetail"]
    expect_keys("account", "value name", detail["AccountRef"])


@check(
    "banking.transfer",
    "A transfer moves an amount between two accounts and has no lines",
    Evidence.RECORDED,
    "AIR",
)
def transfer(service: Service) -> None:
    held = service.create(
        "Transfer",
        {
            "FromAccountRef": account(service, "Bank"),
            "ToAccountRef": account(service, "Equity"),
            "Amount": 7.5,
        },
    )
    expect_keys("transfer", "FromAccountRef ToAccountRef Amount TxnDate", held)
    expect_that("no Line", "Line" not in held)


@check(
    "banking.card-payment",
    "A card is paid by creditcardpayment, which is answered as CreditCardPaymentTxn",
    Evidence.DOCUMENTED,
    "",
)
def card_payment(service: Service) -> None:
    body = {
        "BankAccountRef": account(service, "Bank"),
        "CreditCardAccountRef": account(service, "Credit Card"),
        "Amount": 12.5,
        "PrivateNote": service.mark,
    }
    answer = service.post("creditcardpayment", body)
    expect("HTTP status", 200, answer.status)
    held = answer.body["CreditCardPaymentTxn"]
    expect_keys("payment", "BankAccountRef CreditCardAccountRef TxnDate", held)
    where = f"where Id = '{held['Id']}'"
    found = service.query(f"select * from creditcardpayment {where}")  # noqa: S608
    (row,) = found.body["QueryResponse"]["CreditCardPaymentTxn"]
    expect("Amount", 12.5, row["Amount"])


def _entry(posting: str, amount: float, ref: Body) -> Body:
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": posting, "AccountRef": ref},
    }


@check(
    "banking.journal",
    "A journal entry has Adjustment false and its lines' accounts named",
    Evidence.RECORDED,
    "AIR",
)
def journal(service: Service) -> None:
    held = service.create(
        "JournalEntry",
        {
            "Line": [
                _entry("Debit", 10, account(service, "Expense")),
                _entry("Credit", 10, account(service, "Bank")),
            ]
        },
    )
    expect("Adjustment", "False", str(held["Adjustment"]))
    detail = held["Line"][0]["JournalEntryLineDetail"]
    expect_keys("account", "value name", detail["AccountRef"])


@check(
    "banking.unbalanced",
    "A journal entry whose debits are not its credits is refused",
    Evidence.DOCUMENTED,
    "error code 2300",
)
def unbalanced(service: Service) -> None:
    answer = service.post(
        "JournalEntry",
        {
            "Line": [
                _entry("Debit", 10, account(service, "Expense")),
                _entry("Credit", 9, account(service, "Bank")),
            ]
        },
    )
    expect_that("refused", answer.fault["code"] in {"2300", "6000"})


@check(
    "banking.time",
    "Time worked is by an employee or a vendor, with hours and minutes",
    Evidence.RECORDED,
    "AIR",
)
def time_worked(service: Service) -> None:
    worker = service.create(
        "Employee", {"GivenName": "Cy", "FamilyName": f"T{service.mark.split()[1]}"}
    )
    held = service.create(
        "TimeActivity",
        {
            "NameOf": "Employee",
            "EmployeeRef": {"value": worker["Id"]},
            "Hours": 2,
            "Minutes": 30,
        },
    )
    expect("Hours", 2, held["Hours"])
    expect("NameOf", "Employee", held["NameOf"])
