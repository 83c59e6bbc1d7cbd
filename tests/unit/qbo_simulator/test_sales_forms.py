"""Receipts and refunds, and what all sales forms share beside their lines."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.selling import (
    ADDRESS,
    CHECKING,
    INCOME,
    RECEIVABLE,
    UNDEPOSITED,
    Desk,
    applied,
    line,
    linked,
    refused,
    sparse,
)

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault


def test_a_sales_receipt_needs_no_customer_and_names_its_account(desk: Desk) -> None:
    receipt = desk.company.create("SalesReceipt", {"Line": [line()]}, now=desk.now)
    assert receipt["DepositToAccountRef"] == {"value": "4", "name": "Undeposited Funds"}
    assert receipt["Balance"] == 0
    assert "CustomerRef" not in receipt
    assert "LinkedTxn" not in receipt
    assert (desk.account(UNDEPOSITED), desk.account(INCOME)) == (100, -100)


def test_a_voided_sales_receipt_moves_no_money_any_more(desk: Desk) -> None:
    receipt = desk.make("SalesReceipt", DepositToAccountRef={"value": str(CHECKING)})
    assert desk.account(CHECKING) == 100
    voided = desk.company.void("SalesReceipt", receipt, now=desk.now)
    assert (voided["TotalAmt"], voided["PrivateNote"]) == (0, "Voided")
    assert voided["Line"][0]["Amount"] == 0
    assert desk.account(CHECKING) == desk.account(INCOME) == 0


def test_a_receipt_says_how_it_was_paid(desk: Desk) -> None:
    receipt = desk.make(
        "SalesReceipt", PaymentMethodRef={"value": "2"}, PaymentRefNum="10264"
    )
    assert receipt["PaymentMethodRef"] == {"value": "2", "name": "Check"}
    assert receipt["PaymentRefNum"] == "10264"
    with refused("2050"):
        desk.make("SalesReceipt", PaymentRefNum="1" * 22)


def test_money_is_received_into_a_bank_not_into_income(desk: Desk) -> None:
    with refused("6430"):
        desk.make("SalesReceipt", DepositToAccountRef={"value": str(INCOME)})


def test_a_refund_says_from_where_the_money_goes(desk: Desk) -> None:
    with pytest.raises(Fault) as caught:
        desk.make("RefundReceipt")
    assert (caught.value.code, caught.value.element) == ("2020", "DepositToAccountRef")
    refund = desk.make("RefundReceipt", DepositToAccountRef={"value": str(CHECKING)})
    assert refund["DepositToAccountRef"]["name"] == "Checking"
    assert "EmailStatus" not in refund
    assert (desk.account(CHECKING), desk.account(INCOME)) == (-100, 100)
    desk.company.delete("RefundReceipt", refund, now=desk.now)
    assert desk.account(CHECKING) == 0


def test_an_address_changed_on_an_invoice_becomes_free_text(desk: Desk) -> None:
    invoice = desk.make("Invoice")
    assert invoice["BillAddr"]["City"] == "Middlefield"
    same = desk.company.update(
        "Invoice", sparse(invoice, BillAddr=ADDRESS), now=desk.now
    )
    assert same["SyncToken"] == "0"
    moved = {**ADDRESS, "Line1": "20 Main St."}
    edited = desk.company.update(
        "Invoice", sparse(invoice, BillAddr=moved), now=desk.now
    )
    assert {k: v for k, v in edited["BillAddr"].items() if k != "Id"} == {
        "Line1": "Shara Barnett",
        "Line2": "Barnett Design",
        "Line3": "20 Main St.",
        "Line4": "Middlefield, CA  94303",
    }
    again = desk.company.update("Invoice", sparse(edited, BillAddr=moved), now=desk.now)
    assert again["SyncToken"] == "1"


def test_forms_share_one_sequence_of_numbers(desk: Desk) -> None:
    numbers = [
        desk.make(kind, **more)["DocNumber"]
        for kind, more in (
            ("Estimate", {}),
            ("Invoice", {}),
            ("SalesReceipt", {}),
            ("CreditMemo", {}),
            ("RefundReceipt", {"DepositToAccountRef": {"value": "35"}}),
        )
    ]
    first = int(numbers[0])
    assert numbers == [str(first + step) for step in range(5)]


@pytest.mark.parametrize("kind", ["Estimate", "SalesReceipt", "CreditMemo"])
def test_forms_that_need_an_address_to_be_sent_to_are_refused_without(
    desk: Desk, kind: str
) -> None:
    with refused("6420"):
        desk.make(kind, EmailStatus="NeedToSend")
    with refused("2020"):
        desk.company.create(
            kind, {"CustomerRef": {"value": desk.customer["Id"]}}, now=desk.now
        )


def test_books_that_are_closed_stay_as_they_are(
    desk: Desk, us: Company, now: datetime
) -> None:
    receipt = desk.make("SalesReceipt", TxnDate="2026-01-05")
    held = us.read("Preferences", "1")
    us.update(
        "Preferences",
        sparse(held, AccountingInfoPrefs={"BookCloseDate": "2026-01-31"}),
        now=now,
    )
    with refused("6210"):
        us.void("SalesReceipt", receipt, now=now)
    with refused("6210"):
        us.delete("SalesReceipt", receipt, now=now)
    with refused("6210"):
        desk.make("CreditMemo", TxnDate="2026-01-31")


def test_time_that_is_invoiced_has_been_billed_until_the_invoice_goes(
    desk: Desk, us: Company, now: datetime
) -> None:
    worker = us.create("Employee", {"GivenName": "Em", "FamilyName": "Ploy"}, now=now)
    time = us.create(
        "TimeActivity",
        {
            "NameOf": "Employee",
            "EmployeeRef": {"value": worker["Id"]},
            "CustomerRef": {"value": desk.customer["Id"]},
            "BillableStatus": "Billable",
            "HourlyRate": 50,
            "Hours": 2,
            "Minutes": 0,
        },
        now=now,
    )
    invoice = desk.make("Invoice", LinkedTxn=[linked("TimeActivity", time)])
    assert desk.again("TimeActivity", time)["BillableStatus"] == "HasBeenBilled"
    us.delete("Invoice", invoice, now=now)
    assert desk.again("TimeActivity", time)["BillableStatus"] == "Billable"


def test_a_form_may_be_owed_on_another_receivable_account(
    desk: Desk, us: Company, now: datetime
) -> None:
    other = us.create(
        "Account", {"Name": "Old debts", "AccountType": "Accounts Receivable"}, now=now
    )
    ref = {"value": other["Id"]}
    invoice = desk.make("Invoice", ARAccountRef=ref)
    assert invoice["ARAccountRef"]["name"] == "Old debts"
    assert (desk.account(int(other["Id"])), desk.account(RECEIVABLE)) == (100, 0)
    assert desk.customer_balance() == 100
    desk.pay(100, applied("Invoice", invoice, 100))
    assert (desk.account(int(other["Id"])), desk.customer_balance()) == (0, 0)
    with refused("6430"):
        desk.make("CreditMemo", ARAccountRef={"value": str(CHECKING)})


def test_the_number_of_a_credit_card_is_kept_masked(desk: Desk) -> None:
    info = {
        "Number": "4111111111111111",
        "Type": "Visa",
        "NameOnAcct": "Shara Barnett",
        "CcExpiryMonth": 1,
        "CcExpiryYear": 2028,
        "ProcessPayment": False,
    }
    payment = desk.pay(5, CreditCardPayment={"CreditChargeInfo": info})
    charged = payment["CreditCardPayment"]["CreditChargeInfo"]
    assert charged == {**info, "Number": "xxxxxxxxxxxx1111"}
    receipt = desk.make("SalesReceipt", CreditCardPayment={"CreditChargeInfo": info})
    assert "4111111111111111" not in str(receipt)
