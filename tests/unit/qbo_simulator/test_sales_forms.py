"""Estimates, receipts, credit memos and refunds: what each does beside an invoice."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
RECEIVABLE, UNDEPOSITED, CHECKING, INCOME = 84, 4, 35, 1
ADDRESS = {
    "Line1": "19 Main St.",
    "City": "Middlefield",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94303",
}


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def line(amount: Any = 100, **more: Any) -> Body:
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        **more,
    }


def linked(kind: str, form: Body, **more: Any) -> Body:
    return {"TxnId": form["Id"], "TxnType": kind, **more}


def applied(kind: str, form: Body, amount: Any) -> Body:
    return {"Amount": amount, "LinkedTxn": [linked(kind, form)]}


def sparse(body: Body, **more: Any) -> Body:
    return {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True, **more}


def prefer(company: Company, now: datetime, **preferences: Any) -> None:
    held = company.read("Preferences", "1")
    body = sparse(held, SalesFormsPrefs=preferences)
    company.update("Preferences", body, now=now)


class Desk:
    """A bookkeeper with one customer, who only says what differs."""

    def __init__(self, company: Company, now: datetime) -> None:
        self.company, self.now = company, now
        ada = {
            "DisplayName": "Barnett Design",
            "CompanyName": "Barnett Design",
            "GivenName": "Shara",
            "FamilyName": "Barnett",
            "BillAddr": ADDRESS,
        }
        self.customer = company.create("Customer", ada, now=now)

    def make(self, kind: str, *lines: Body, **more: Any) -> Body:
        body = {
            "CustomerRef": {"value": self.customer["Id"]},
            "Line": list(lines) or [line()],
            **more,
        }
        return self.company.create(kind, body, now=self.now)

    def pay(self, total: Any, *lines: Body, **more: Any) -> Body:
        return self.make("Payment", TotalAmt=total, Line=list(lines), **more)

    def again(self, kind: str, form: Body) -> Body:
        return self.company.read(kind, form["Id"])

    def account(self, number: int) -> Any:
        return self.company.trial_balance().get(number, Decimal(0))

    def customer_balance(self) -> Any:
        return self.again("Customer", self.customer)["Balance"]


@pytest.fixture
def desk(us: Company, now: datetime) -> Desk:
    return Desk(us, now)


def test_an_estimate_posts_nothing_and_waits(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    assert estimate["TxnStatus"] == "Pending"
    assert estimate["TotalAmt"] == 100
    assert "Balance" not in estimate
    assert "LinkedTxn" not in estimate
    assert desk.company.ledger_of("Estimate", estimate["Id"]) == []
    assert desk.customer_balance() == 0


def test_an_estimate_is_accepted_by_somebody_on_a_day(desk: Desk) -> None:
    estimate = desk.make("Estimate", ExpirationDate="2026-04-01")
    wish = sparse(
        estimate, TxnStatus="Accepted", AcceptedBy="Shara", AcceptedDate="2026-03-11"
    )
    accepted = desk.company.update("Estimate", wish, now=desk.now)
    assert accepted["TxnStatus"] == "Accepted"
    assert accepted["AcceptedBy"] == "Shara"
    with refused("2170"):
        desk.company.update(
            "Estimate", sparse(accepted, TxnStatus="Maybe"), now=desk.now
        )


def test_an_invoice_closes_its_estimate_without_raising_its_token(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    desk.now += timedelta(minutes=5)
    invoice = desk.make("Invoice", LinkedTxn=[linked("Estimate", estimate)])
    closed = desk.again("Estimate", estimate)
    assert invoice["LinkedTxn"] == [linked("Estimate", estimate)]
    assert closed["LinkedTxn"] == [linked("Invoice", invoice)]
    assert closed["TxnStatus"] == "Closed"
    assert closed["SyncToken"] == "0"
    assert closed["MetaData"]["LastUpdatedTime"] == invoice["MetaData"]["CreateTime"]


def test_a_line_that_names_an_estimate_links_the_whole_invoice(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    mark = [linked("Estimate", estimate, TxnLineId="1")]
    invoice = desk.make("Invoice", line(LinkedTxn=mark))
    assert invoice["Line"][0]["LinkedTxn"] == mark
    assert invoice["LinkedTxn"] == [linked("Estimate", estimate)]
    assert desk.again("Estimate", estimate)["TxnStatus"] == "Closed"


@pytest.mark.parametrize("act", ["delete", "void"])
def test_without_its_invoice_an_estimate_is_open_again(desk: Desk, act: str) -> None:
    estimate = desk.make("Estimate", TxnStatus="Accepted", AcceptedDate="2026-03-01")
    invoice = desk.make("Invoice", LinkedTxn=[linked("Estimate", estimate)])
    getattr(desk.company, act)("Invoice", invoice, now=desk.now)
    reopened = desk.again("Estimate", estimate)
    assert reopened["TxnStatus"] == "Accepted"
    assert "LinkedTxn" not in reopened


def test_an_invoice_may_let_go_of_its_estimate(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    invoice = desk.make("Invoice", LinkedTxn=[linked("Estimate", estimate)])
    kept = desk.company.update(
        "Invoice", sparse(invoice, PrivateNote="still"), now=desk.now
    )
    assert kept["LinkedTxn"] == invoice["LinkedTxn"]
    freed = desk.company.update("Invoice", sparse(kept, LinkedTxn=[]), now=desk.now)
    assert freed["LinkedTxn"] == []
    assert desk.again("Estimate", estimate)["TxnStatus"] == "Pending"


def test_an_estimate_that_is_not_there_cannot_be_linked(desk: Desk) -> None:
    with pytest.raises(Fault) as caught:
        desk.make("Invoice", LinkedTxn=[{"TxnId": "75", "TxnType": "Estimate"}])
    assert caught.value.code == "6000"
    assert caught.value.detail == (
        "Business Validation Error: The entity Estimate 75 that you are trying to link "
        "does not exist. Estimate 75"
    )


def test_an_estimate_is_invoiced_once_but_for_progress_invoicing(
    desk: Desk, us: Company, now: datetime
) -> None:
    estimate = desk.make("Estimate")
    link = [linked("Estimate", estimate)]
    desk.make("Invoice", LinkedTxn=link)
    with refused("620"):
        desk.make("Invoice", LinkedTxn=link)
    prefer(us, now, UsingProgressInvoicing=True)
    second = desk.make("Estimate")
    link = [linked("Estimate", second)]
    first_part = desk.make("Invoice", line(60), LinkedTxn=link)
    assert desk.again("Estimate", second)["TxnStatus"] == "Pending"
    desk.make("Invoice", line(40), LinkedTxn=link)
    assert desk.again("Estimate", second)["TxnStatus"] == "Closed"
    us.delete("Invoice", first_part, now=now)
    assert desk.again("Estimate", second)["TxnStatus"] == "Accepted"


def test_an_estimate_that_was_invoiced_cannot_be_deleted(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    invoice = desk.make("Invoice", LinkedTxn=[linked("Estimate", estimate)])
    closed = desk.again("Estimate", estimate)
    with refused("6000"):
        desk.company.delete("Estimate", closed, now=desk.now)
    desk.company.delete("Invoice", invoice, now=desk.now)
    desk.company.delete("Estimate", closed, now=desk.now)


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
