"""How bills are paid: by check or card, with credits, voided and deleted."""

from __future__ import annotations

import pytest
from support.buying import (
    ADVERTISING,
    CHECKING,
    PAYABLE,
    VISA,
    Body,
    Clerk,
    paying,
    refusal,
    spent,
)


def test_a_payment_settles_the_bill_and_bumps_it(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100))
    payment = clerk.pay(40, paying(40, "Bill", bill))
    after = clerk.read("Bill", bill)
    assert (after["Balance"], after["SyncToken"]) == (60, "1")
    assert after["LinkedTxn"] == [
        {"TxnId": payment["Id"], "TxnType": "BillPaymentCheck"}
    ]
    assert "DocNumber" not in payment
    assert payment["CheckPayment"] == {
        "BankAccountRef": {"value": "35", "name": "Checking"},
        "PrintStatus": "NotSet",
    }
    assert clerk.balance(CHECKING) == -40
    assert clerk.owed() == 60


def test_a_payment_by_card_is_called_so_on_the_bill(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100))
    clerk.pay(
        100,
        paying(100, "Bill", bill),
        PayType="CreditCard",
        CreditCardPayment={"CCAccountRef": {"value": VISA}},
    )
    links = clerk.read("Bill", bill)["LinkedTxn"]
    assert links[0]["TxnType"] == "BillPaymentCreditCard"
    assert clerk.balance(VISA) == -100


@pytest.mark.parametrize(
    ("way", "part", "element"),
    [
        (
            "Check",
            {"CheckPayment": {"BankAccountRef": {"value": VISA}}},
            "BankAccountRef",
        ),
        (
            "CreditCard",
            {"CreditCardPayment": {"CCAccountRef": {"value": CHECKING}}},
            "CCAccountRef",
        ),
    ],
)
def test_a_payment_from_an_account_of_the_wrong_type_is_refused(
    clerk: Clerk, way: str, part: Body, element: str
) -> None:
    bill = clerk.bill(spent(10))
    line = paying(10, "Bill", bill)
    assert refusal(clerk.pay, 10, line, PayType=way, **part) == ("6430", element)


def test_a_payment_uses_a_credit_for_the_rest_of_the_bill(clerk: Clerk) -> None:
    bill, credit = clerk.bill(spent(100)), clerk.credit(spent(30))
    assert clerk.owed() == 70
    clerk.pay(70, paying(100, "Bill", bill), paying(30, "VendorCredit", credit))
    assert clerk.read("Bill", bill)["Balance"] == 0
    assert clerk.read("VendorCredit", credit)["Balance"] == 0
    assert (clerk.owed(), clerk.balance(PAYABLE)) == (0, 0)


def test_a_payment_of_nothing_applies_a_credit(clerk: Clerk) -> None:
    bill, credit = clerk.bill(spent(100)), clerk.credit(spent(30))
    clerk.pay(0, paying(30, "Bill", bill), paying(30, "VendorCredit", credit))
    assert clerk.read("Bill", bill)["Balance"] == 70
    assert clerk.balance(CHECKING) == 0


def test_more_than_the_payment_cannot_be_applied_nor_more_than_is_open(
    clerk: Clerk,
) -> None:
    bill = clerk.bill(spent(100))
    assert refusal(clerk.pay, 40, paying(50, "Bill", bill))[0] == "6000"
    assert refusal(clerk.pay, 140, paying(140, "Bill", bill))[0] == "6000"
    assert clerk.read("Bill", bill) == bill


def test_paying_what_is_paid_already_makes_a_voided_payment(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100))
    clerk.pay(100, paying(100, "Bill", bill))
    again = clerk.pay(100, paying(100, "Bill", bill))
    assert (again["TotalAmt"], again["Line"]) == (0, [])
    assert again["PrivateNote"] == "Voided"
    assert clerk.balance(CHECKING) == -100


def test_a_bill_of_another_vendor_cannot_be_paid(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100))
    clerk.vendor = clerk.enter("Vendor", DisplayName="Somebody Else")["Id"]
    assert refusal(clerk.pay, 10, paying(10, "Bill", bill))[0] == "6000"


def test_what_does_not_exist_or_cannot_be_linked_is_refused(clerk: Clerk) -> None:
    gone = {"Id": "999"}
    assert refusal(clerk.pay, 10, paying(10, "Bill", gone))[0] == "6000"
    assert refusal(clerk.pay, 10, paying(10, "Estimate", gone))[0] == "620"


def test_voiding_a_payment_opens_the_bill_again(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100))
    payment = clerk.pay(100, paying(100, "Bill", bill))
    head = {"Id": payment["Id"], "SyncToken": payment["SyncToken"]}
    voided = clerk.books.void("BillPayment", head, now=clerk.now)
    assert (voided["TotalAmt"], voided["Line"], voided["SyncToken"]) == (0, [], "1")
    after = clerk.read("Bill", bill)
    assert (after["Balance"], after["SyncToken"]) == (100, "2")
    assert "LinkedTxn" not in after
    assert clerk.balance(CHECKING) == 0


def test_deleting_a_payment_opens_the_bill_again(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100))
    payment = clerk.pay(100, paying(100, "Bill", bill))
    clerk.delete("BillPayment", payment)
    assert clerk.read("Bill", bill)["Balance"] == 100
    assert clerk.owed() == 100


def test_a_sparse_update_of_a_bill_payment_has_to_give_the_lines_too(
    clerk: Clerk,
) -> None:
    bill = clerk.bill(spent(10))
    payment = clerk.pay(10, paying(10, "Bill", bill))
    wish = {"PrivateNote": "x"}
    assert refusal(clerk.change, "BillPayment", payment, **wish) == ("2020", "Line")
    after = clerk.change("BillPayment", payment, Line=payment["Line"], **wish)
    assert after["Line"] == payment["Line"]


def test_a_payment_of_a_journal_entry_settles_what_it_owes(clerk: Clerk) -> None:
    entity = {"Type": "Vendor", "EntityRef": {"value": clerk.vendor}}
    sides: tuple[tuple[str, str, Body], ...] = (
        ("Credit", PAYABLE, {"Entity": entity}),
        ("Debit", ADVERTISING, {}),
    )
    journal = clerk.enter(
        "JournalEntry",
        Line=[
            {
                "Amount": 80,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": side,
                    "AccountRef": {"value": account},
                    **more,
                },
            }
            for side, account, more in sides
        ],
    )
    assert clerk.owed() == 80
    payment = clerk.pay(80, paying(80, "JournalEntry", journal))
    assert clerk.owed() == 0
    assert payment["Line"][0]["LinkedTxn"][0]["TxnType"] == "JournalEntry"
