"""Bills, their payments and vendor credits, as a client of the books sees them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

CHECKING, VISA, PAYABLE, ADVERTISING = "35", "42", "33", "7"
Body = dict[str, Any]


def spent(amount: str | int, account: str = ADVERTISING, **detail: Any) -> Body:
    return {
        "Amount": Decimal(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}, **detail},
    }


def paying(amount: str | int, kind: str, txn: Body) -> Body:
    return {
        "Amount": Decimal(amount),
        "LinkedTxn": [{"TxnId": txn["Id"], "TxnType": kind}],
    }


class Clerk:
    """Enters bills and pays them, each a second after the last."""

    def __init__(self, books: Company, now: datetime) -> None:
        self.books = books
        self.now = now
        self.vendor = self.enter("Vendor", DisplayName="Norton Lumber")["Id"]

    def enter(self, entity: str, **body: Any) -> Body:
        self.now += timedelta(seconds=1)
        return self.books.create(entity, body, now=self.now)

    def change(self, entity: str, body: Body, **wish: Any) -> Body:
        self.now += timedelta(seconds=1)
        head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
        return self.books.update(entity, {**head, **wish}, now=self.now)

    def delete(self, entity: str, body: Body) -> Body:
        head = {"Id": body["Id"], "SyncToken": body["SyncToken"]}
        return self.books.delete(entity, head, now=self.now)

    def bill(self, *lines: Body, **more: Any) -> Body:
        body = {"VendorRef": {"value": self.vendor}, "Line": list(lines), **more}
        return self.enter("Bill", **body)

    def credit(self, *lines: Body) -> Body:
        return self.enter(
            "VendorCredit", VendorRef={"value": self.vendor}, Line=list(lines)
        )

    def pay(self, total: str | int, *lines: Body, **more: Any) -> Body:
        body = {
            "VendorRef": {"value": self.vendor},
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": CHECKING}},
            "TotalAmt": Decimal(total),
            "Line": list(lines),
            **more,
        }
        return self.enter("BillPayment", **body)

    def read(self, entity: str, body: Body) -> Body:
        return self.books.read(entity, body["Id"])

    def owed(self) -> Decimal | int:
        held = self.books.read("Vendor", self.vendor)["Balance"]
        return Decimal(held)

    def balance(self, account: str) -> Decimal | int:
        return self.books.trial_balance().get(int(account), Decimal(0))


@pytest.fixture
def clerk(us: Company, now: datetime) -> Clerk:
    return Clerk(us, now)


def refusal(act: Any, *args: Any, **more: Any) -> tuple[str, str | None]:
    with pytest.raises(Fault) as refused:
        act(*args, **more)
    return refused.value.code, refused.value.element


def test_a_bill_is_owed_to_its_vendor_and_spent_on_its_accounts(clerk: Clerk) -> None:
    bill = clerk.bill(spent("103.55"), spent(20, "13"))
    assert (bill["TotalAmt"], bill["Balance"]) == (Decimal("123.55"),) * 2
    assert bill["APAccountRef"] == {"value": "33", "name": "Accounts Payable (A/P)"}
    assert clerk.owed() == Decimal("123.55")
    assert clerk.balance(PAYABLE) == Decimal("-123.55")
    assert clerk.balance(ADVERTISING) == Decimal("103.55")
    assert clerk.books.read("Account", PAYABLE)["CurrentBalance"] == Decimal("123.55")


def test_a_bill_without_terms_is_due_at_once_and_else_by_its_terms(
    clerk: Clerk,
) -> None:
    at_once = clerk.bill(spent(1), TxnDate="2026-03-01")
    in_a_month = clerk.bill(spent(1), TxnDate="2026-03-01", SalesTermRef={"value": "3"})
    assert at_once["DueDate"] == "2026-03-01"
    assert in_a_month["DueDate"] == "2026-03-31"
    assert in_a_month["SalesTermRef"] == {"value": "3"}


def test_a_bill_takes_the_terms_of_its_vendor_and_loses_them_in_a_full_update(
    clerk: Clerk,
) -> None:
    vendor = clerk.books.read("Vendor", clerk.vendor)
    clerk.change("Vendor", vendor, TermRef={"value": "2"})
    bill = clerk.bill(spent(1), TxnDate="2026-03-01")
    assert bill["DueDate"] == "2026-03-16"
    whole = {name: bill[name] for name in ("Id", "SyncToken", "VendorRef", "Line")}
    after = clerk.books.update(
        "Bill", {**whole, "TxnDate": "2026-03-01"}, now=clerk.now
    )
    assert "SalesTermRef" not in after
    assert after["DueDate"] == "2026-03-01"


@pytest.mark.parametrize(
    ("entity", "missing"),
    [
        ("Bill", "VendorRef"),
        ("Bill", "Line"),
        ("VendorCredit", "VendorRef"),
        ("VendorCredit", "Line"),
        ("BillPayment", "VendorRef"),
        ("BillPayment", "PayType"),
        ("BillPayment", "TotalAmt"),
        ("BillPayment", "Line"),
        ("BillPayment", "CheckPayment"),
    ],
)
def test_what_is_required_is_named_when_it_is_missing(
    clerk: Clerk, entity: str, missing: str
) -> None:
    bill = clerk.bill(spent(10))
    lines = [paying(10, "Bill", bill)] if entity == "BillPayment" else [spent(10)]
    body = {
        "VendorRef": {"value": clerk.vendor},
        "Line": lines,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": CHECKING}},
        "TotalAmt": 10,
    }
    known = {*clerk.books.kind(entity).fields} - {missing}
    sent = {name: part for name, part in body.items() if name in known}
    assert refusal(clerk.enter, entity, **sent) == ("2020", missing)


def test_a_sparse_update_of_a_bill_has_to_name_the_vendor_too(clerk: Clerk) -> None:
    bill = clerk.bill(spent(10))
    wish = {"PrivateNote": "x"}
    assert refusal(clerk.change, "Bill", bill, **wish) == ("2020", "VendorRef")
    after = clerk.change("Bill", bill, VendorRef=bill["VendorRef"], **wish)
    assert (after["SyncToken"], after["Line"]) == ("1", bill["Line"])


def test_a_sparse_update_of_a_bill_payment_has_to_give_the_lines_too(
    clerk: Clerk,
) -> None:
    bill = clerk.bill(spent(10))
    payment = clerk.pay(10, paying(10, "Bill", bill))
    wish = {"PrivateNote": "x"}
    assert refusal(clerk.change, "BillPayment", payment, **wish) == ("2020", "Line")
    after = clerk.change("BillPayment", payment, Line=payment["Line"], **wish)
    assert after["Line"] == payment["Line"]


def test_an_update_that_changes_nothing_leaves_the_token_alone(clerk: Clerk) -> None:
    bill = clerk.bill(spent(10), DocNumber="A-1", PrivateNote="x")
    assert clerk.books.update("Bill", bill, now=clerk.now) == bill


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


def test_a_bill_cannot_be_voided(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100))
    assert refusal(clerk.books.void, "Bill", bill, now=clerk.now)[0] == "500"


@pytest.mark.parametrize("entity", ["Bill", "VendorCredit"])
def test_what_is_paid_can_be_deleted_only_after_unlinking(
    clerk: Clerk, entity: str
) -> None:
    bill, credit = clerk.bill(spent(100)), clerk.credit(spent(100))
    payment = clerk.pay(
        0, paying(100, "Bill", bill), paying(100, "VendorCredit", credit)
    )
    body = clerk.read(entity, bill if entity == "Bill" else credit)
    assert refusal(clerk.delete, entity, body)[0] == "6000"
    clerk.delete("BillPayment", payment)
    clerk.delete(entity, clerk.read(entity, body))
    assert refusal(clerk.read, entity, body)[0] == "610"


def test_the_vendor_of_a_paid_bill_stays(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100))
    clerk.pay(100, paying(100, "Bill", bill))
    other = clerk.enter("Vendor", DisplayName="Somebody Else")["Id"]
    wish = {"VendorRef": {"value": other}}
    assert refusal(clerk.change, "Bill", clerk.read("Bill", bill), **wish)[0] == "6000"


def test_a_bill_that_shrinks_gives_the_credit_back_that_paid_it(clerk: Clerk) -> None:
    bill, credit = clerk.bill(spent(100)), clerk.credit(spent(90))
    payment = clerk.pay(
        10, paying(100, "Bill", bill), paying(90, "VendorCredit", credit)
    )
    clerk.change(
        "Bill",
        clerk.read("Bill", bill),
        VendorRef=bill["VendorRef"],
        Line=[spent(50)],
    )
    assert clerk.read("Bill", bill)["Balance"] == 0
    assert clerk.read("VendorCredit", credit)["Balance"] == 40
    amounts = [line["Amount"] for line in clerk.read("BillPayment", payment)["Line"]]
    assert amounts == [50, 50]
    assert clerk.owed() == 50 - 90 - 10


def test_a_credit_that_shrinks_leaves_the_rest_of_the_bill_open(clerk: Clerk) -> None:
    bill, credit = clerk.bill(spent(100)), clerk.credit(spent(90))
    clerk.pay(10, paying(100, "Bill", bill), paying(90, "VendorCredit", credit))
    clerk.change("VendorCredit", clerk.read("VendorCredit", credit), Line=[spent(60)])
    assert clerk.read("VendorCredit", credit)["Balance"] == 0
    assert clerk.read("Bill", bill)["Balance"] == 30
    assert clerk.owed() == 30


def test_the_lines_are_replaced_whole_and_keep_their_ids_where_they_are_named(
    clerk: Clerk,
) -> None:
    bill = clerk.bill(spent(10), spent(20))
    kept = {**bill["Line"][1], "Amount": 25}
    after = clerk.change(
        "Bill", bill, VendorRef=bill["VendorRef"], Line=[spent(5), kept]
    )
    assert [line["Id"] for line in after["Line"]] == ["3", "2"]
    assert [line["LineNum"] for line in after["Line"]] == [1, 2]
    assert after["TotalAmt"] == 30
    assert clerk.owed() == 30


def test_a_billable_line_needs_a_customer(clerk: Clerk) -> None:
    line = spent(10, BillableStatus="Billable")
    assert refusal(clerk.bill, line) == ("6310", "CustomerRef")
    customer = clerk.enter("Customer", DisplayName="Ada")["Id"]
    line = spent(10, BillableStatus="Billable", CustomerRef={"value": customer})
    detail = clerk.bill(line)["Line"][0]["AccountBasedExpenseLineDetail"]
    assert detail["CustomerRef"] == {"value": customer, "name": "Ada"}
    assert detail["BillableStatus"] == "Billable"


@pytest.mark.parametrize(
    ("line", "code", "element"),
    [
        (spent(10, "84"), "6430", "AccountRef"),
        (spent(10, "33"), "6430", "AccountRef"),
        (spent(10, "999"), "2500", "AccountRef"),
        (spent(10, CustomerRef={"value": "999"}), "2500", "CustomerRef"),
        (spent(10, BillableStatus="Maybe"), "2170", "BillableStatus"),
        (spent(10, Colour="red"), "2010", None),
        ({"DetailType": "AccountBasedExpenseLineDetail"}, "2020", "Amount"),
        (
            {"Amount": 1, "DetailType": "AccountBasedExpenseLineDetail"},
            "2020",
            "AccountRef",
        ),
        ({"Amount": 1, "DetailType": "ItemBasedExpenseLineDetail"}, "2020", "ItemRef"),
        ({"Amount": 1, "DetailType": "SalesItemLineDetail"}, "2170", "DetailType"),
        ({"Amount": 1}, "2020", "DetailType"),
        ({**spent(1), "LinkedTxn": [{"TxnId": "1"}]}, "2020", "TxnType"),
        (spent(-1), "6000", None),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(
    clerk: Clerk, line: Body, code: str, element: str | None
) -> None:
    assert refusal(clerk.bill, line) == (code, element)


def test_quantity_times_price_has_to_be_the_amount(clerk: Clerk) -> None:
    item = clerk.enter(
        "Item",
        Name="Planks",
        Type="NonInventory",
        ExpenseAccountRef={"value": "20"},
    )["Id"]
    line = {
        "Amount": 30,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": item},
            "Qty": 3,
            "UnitPrice": 11,
        },
    }
    assert refusal(clerk.bill, line) == ("6070", "Amount")
    bill = clerk.bill({**line, "Amount": 33})
    assert bill["Line"][0]["ItemBasedExpenseLineDetail"] == {
        "BillableStatus": "NotBillable",
        "ItemRef": {"value": item, "name": "Planks"},
        "UnitPrice": 11,
        "Qty": 3,
        "TaxCodeRef": {"value": "NON"},
    }
    assert clerk.balance("20") == 33


def test_a_number_used_before_is_refused_only_where_the_company_warns_of_it(
    clerk: Clerk,
) -> None:
    clerk.bill(spent(1), DocNumber="7")
    clerk.bill(spent(1), DocNumber="7")
    preferences = clerk.books.read("Preferences", "1")
    pairs = preferences["OtherPrefs"]["NameValue"]
    warned = [*pairs, {"Name": "WarnDuplicateBillNumber", "Value": "true"}]
    clerk.change("Preferences", preferences, OtherPrefs={"NameValue": warned})
    assert refusal(clerk.bill, spent(1), DocNumber="7") == ("6140", "DocNumber")
    body = {
        "VendorRef": {"value": clerk.vendor},
        "Line": [spent(1)],
        "DocNumber": "7",
    }
    bypass = frozenset({"allowduplicatedocnum"})
    assert clerk.books.create("Bill", body, now=clerk.now, include=bypass)


def test_closed_books_keep_bills_and_payments_out(clerk: Clerk) -> None:
    bill = clerk.bill(spent(10), TxnDate="2026-01-10")
    preferences = clerk.books.read("Preferences", "1")
    closed = {**preferences["AccountingInfoPrefs"], "BookCloseDate": "2026-01-31"}
    clerk.change("Preferences", preferences, AccountingInfoPrefs=closed)
    assert refusal(clerk.bill, spent(10), TxnDate="2026-01-20")[0] == "6210"
    assert refusal(clerk.delete, "Bill", bill)[0] == "6210"
    line = paying(10, "Bill", bill)
    assert refusal(clerk.pay, 10, line, TxnDate="2026-01-20")[0] == "6210"


def test_a_bill_may_be_kept_on_a_payable_account_of_its_own(clerk: Clerk) -> None:
    other = clerk.enter(
        "Account", Name="Payables of the shop", AccountType="Accounts Payable"
    )["Id"]
    bill = clerk.bill(spent(100), APAccountRef={"value": other})
    assert clerk.balance(other) == -100
    assert clerk.owed() == 100
    clerk.pay(100, paying(100, "Bill", bill))
    assert (clerk.balance(other), clerk.owed()) == (0, 0)
    assert refusal(clerk.bill, spent(1), APAccountRef={"value": CHECKING}) == (
        "6430",
        "APAccountRef",
    )


def test_a_vendor_credit_gives_the_cost_back(clerk: Clerk) -> None:
    clerk.bill(spent(100))
    credit = clerk.credit(spent(30))
    assert (credit["TotalAmt"], credit["Balance"]) == (30, 30)
    assert clerk.balance(ADVERTISING) == 70


def test_bills_are_found_by_vendor_balance_and_number(clerk: Clerk) -> None:
    bill = clerk.bill(spent(100), DocNumber="B-7")
    clerk.bill(spent(5))
    for where in (
        f"where VendorRef = '{clerk.vendor}' AND Balance > '50'",
        "where DocNumber = 'B-7'",
        "where TotalAmt = '100'",
    ):
        statement = f"select * from Bill {where}"  # noqa: S608
        found = clerk.books.query(statement)["Bill"]
        assert [each["Id"] for each in found] == [bill["Id"]]


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
