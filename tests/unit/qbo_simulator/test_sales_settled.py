"""How sales are settled: by payments, by credits, and by credits that apply themselves."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.selling import (
    INCOME,
    RECEIVABLE,
    UNDEPOSITED,
    Desk,
    applied,
    line,
    linked,
    prefer,
    refused,
    sparse,
)

from qbo_simulator.company import Company


def test_a_credit_memo_lowers_what_a_customer_owes(desk: Desk) -> None:
    desk.make("Invoice")
    credit = desk.make("CreditMemo", line(30))
    assert (credit["Balance"], credit["RemainingCredit"]) == (30, 30)
    assert desk.customer_balance() == 70
    assert desk.account(RECEIVABLE) == 70


def test_a_payment_of_nothing_applies_a_credit_to_an_invoice(desk: Desk) -> None:
    invoice, credit = desk.make("Invoice"), desk.make("CreditMemo", line(30))
    payment = desk.pay(
        0, applied("Invoice", invoice, 30), applied("CreditMemo", credit, 30)
    )
    assert (payment["TotalAmt"], payment["UnappliedAmt"]) == (0, 0)
    assert desk.again("Invoice", invoice)["Balance"] == 70
    used = desk.again("CreditMemo", credit)
    assert (used["Balance"], used["RemainingCredit"]) == (0, 0)
    assert used["LinkedTxn"] == [linked("Payment", payment)]
    assert desk.customer_balance() == 70
    with refused("6000"):
        desk.company.delete("CreditMemo", used, now=desk.now)


def test_a_payment_may_be_stretched_by_a_credit(desk: Desk) -> None:
    invoice, credit = desk.make("Invoice"), desk.make("CreditMemo", line(30))
    payment = desk.pay(
        80, applied("Invoice", invoice, 100), applied("CreditMemo", credit, 30)
    )
    assert payment["UnappliedAmt"] == 10
    assert desk.again("Invoice", invoice)["Balance"] == 0
    assert desk.customer_balance() == -10


@pytest.mark.parametrize(("paid", "credited"), [(101, 30), (20, 30), (30, 31)])
def test_credits_and_payments_cover_each_other_or_are_refused(
    desk: Desk, paid: int, credited: int
) -> None:
    invoice, credit = desk.make("Invoice"), desk.make("CreditMemo", line(30))
    with refused("6000"):
        desk.pay(
            0,
            applied("Invoice", invoice, paid),
            applied("CreditMemo", credit, credited),
        )


def test_a_smaller_invoice_gives_the_credit_back_that_paid_it(desk: Desk) -> None:
    invoice, credit = desk.make("Invoice"), desk.make("CreditMemo", line(30))
    payment = desk.pay(
        0, applied("Invoice", invoice, 30), applied("CreditMemo", credit, 30)
    )
    current = desk.again("Invoice", invoice)
    desk.company.update("Invoice", sparse(current, Line=[line(20)]), now=desk.now)
    assert desk.again("CreditMemo", credit)["Balance"] == 10
    after = desk.again("Payment", payment)
    assert [each["Amount"] for each in after["Line"]] == [20, 20]
    assert after["UnappliedAmt"] == 0


def test_a_smaller_credit_memo_leaves_more_of_the_invoice_open(desk: Desk) -> None:
    invoice, credit = desk.make("Invoice"), desk.make("CreditMemo", line(30))
    desk.pay(0, applied("Invoice", invoice, 30), applied("CreditMemo", credit, 30))
    current = desk.again("CreditMemo", credit)
    desk.company.update("CreditMemo", sparse(current, Line=[line(5)]), now=desk.now)
    assert desk.again("Invoice", invoice)["Balance"] == 95
    assert desk.customer_balance() == 95


def test_credits_apply_themselves_to_the_oldest_invoices_if_so_preferred(
    desk: Desk, us: Company, now: datetime
) -> None:
    old = desk.make("Invoice", line(20), TxnDate="2026-01-01")
    new = desk.make("Invoice", line(50), TxnDate="2026-02-01")
    prefer(us, now, AutoApplyCredit=True)
    credit = desk.make("CreditMemo", line(30))
    assert credit["RemainingCredit"] == 0
    assert desk.again("Invoice", old)["Balance"] == 0
    assert desk.again("Invoice", new)["Balance"] == 40
    payments = us.query("select * from Payment")["Payment"]
    assert [each["TotalAmt"] for each in payments] == [0]
    desk.make("CreditMemo", line(60))
    assert desk.make("Invoice", line(15))["Balance"] == 0


def test_payments_apply_themselves_if_so_preferred(
    desk: Desk, us: Company, now: datetime
) -> None:
    invoice = desk.make("Invoice", line(20))
    customer = {"CustomerRef": {"value": desk.customer["Id"]}}
    left = us.create("Payment", {**customer, "TotalAmt": 5}, now=now)
    assert (left["UnappliedAmt"], left["Line"]) == (5, [])
    prefer(us, now, AutoApplyPayments=True)
    used = us.create("Payment", {**customer, "TotalAmt": 25}, now=now)
    assert (used["UnappliedAmt"], used["Line"][0]["Amount"]) == (5, 20)
    assert desk.again("Invoice", invoice)["Balance"] == 0


def test_a_deposit_lowers_the_balance_and_reaches_the_bank(
    desk: Desk, us: Company, now: datetime
) -> None:
    with refused("5030"):
        desk.make("Invoice", Deposit=40)
    prefer(us, now, AllowDeposit=True)
    invoice = desk.make("Invoice", Deposit=40)
    assert (invoice["Balance"], invoice["Deposit"]) == (60, 40)
    assert invoice["DepositToAccountRef"]["name"] == "Undeposited Funds"
    assert (desk.account(UNDEPOSITED), desk.account(RECEIVABLE)) == (40, 60)
    with refused("6000"):
        desk.pay(61, applied("Invoice", invoice, 61))
    desk.pay(60, applied("Invoice", invoice, 60))
    paid = desk.again("Invoice", invoice)
    assert paid["Balance"] == 0
    voided = us.void("Invoice", paid, now=now)
    assert (voided["Balance"], desk.account(UNDEPOSITED)) == (0, 60)
    with refused("6000"):
        desk.make("Invoice", Deposit=101)


def test_a_credit_in_a_journal_entry_pays_an_invoice(
    desk: Desk, us: Company, now: datetime
) -> None:
    invoice = desk.make("Invoice")
    detail = {"AccountRef": {"value": str(RECEIVABLE)}, "PostingType": "Credit"}
    party = {"Type": "Customer", "EntityRef": {"value": desk.customer["Id"]}}
    sides = [
        {**detail, "Entity": party},
        {"AccountRef": {"value": str(INCOME)}, "PostingType": "Debit"},
    ]
    entry = us.create(
        "JournalEntry",
        {
            "Line": [
                {
                    "Amount": 25,
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": side,
                }
                for side in sides
            ]
        },
        now=now,
    )
    payment = desk.pay(
        75, applied("Invoice", invoice, 100), applied("JournalEntry", entry, 25)
    )
    assert payment["UnappliedAmt"] == 0
    assert desk.again("Invoice", invoice)["Balance"] == 0
    assert desk.customer_balance() == 0
    assert desk.account(RECEIVABLE) == 0


def test_a_parent_pays_for_its_jobs_and_uses_their_credits(
    desk: Desk, us: Company, now: datetime
) -> None:
    job = us.create(
        "Customer",
        {"DisplayName": "Kitchen", "ParentRef": {"value": desk.customer["Id"]}},
        now=now,
    )
    ref = {"value": job["Id"]}
    invoice = desk.make("Invoice", CustomerRef=ref)
    credit = desk.make("CreditMemo", line(40), CustomerRef=ref)
    desk.pay(60, applied("Invoice", invoice, 100), applied("CreditMemo", credit, 40))
    assert us.read("Customer", job["Id"])["Balance"] == 0
    assert desk.again("Customer", desk.customer)["BalanceWithJobs"] == 0
    other = us.create("Customer", {"DisplayName": "Stranger"}, now=now)
    second = desk.make("Invoice", CustomerRef=ref)
    with refused("6000"):
        desk.pay(
            100, applied("Invoice", second, 100), CustomerRef={"value": other["Id"]}
        )


def test_a_payment_is_looked_up_by_its_reference(desk: Desk, us: Company) -> None:
    payment = desk.pay(5, PaymentRefNum="10264", PaymentMethodRef={"value": "2"})
    found = us.query("select * from Payment where PaymentRefNum = '10264'")
    assert [each["Id"] for each in found["Payment"]] == [payment["Id"]]


def test_lines_of_a_payment_are_replaced_whole(desk: Desk, us: Company) -> None:
    first, second = desk.make("Invoice"), desk.make("Invoice", line(50))
    payment = desk.pay(60, applied("Invoice", first, 60))
    wish = sparse(payment, Line=[applied("Invoice", second, 50)])
    moved = us.update("Payment", wish, now=desk.now)
    assert moved["UnappliedAmt"] == 10
    assert desk.again("Invoice", first)["Balance"] == 100
    assert desk.again("Invoice", second)["Balance"] == 0
    freed = us.update("Payment", sparse(moved, Line=[]), now=desk.now)
    assert (freed["UnappliedAmt"], freed["Line"]) == (60, [])
