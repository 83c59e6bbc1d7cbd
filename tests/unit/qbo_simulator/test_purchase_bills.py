"""Bills and vendor credits, as a client of the books sees them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.buying import (
    ADVERTISING,
    CHECKING,
    PAYABLE,
    Body,
    Clerk,
    paying,
    refusal,
    spent,
)


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


def test_an_update_that_changes_nothing_leaves_the_token_alone(clerk: Clerk) -> None:
    bill = clerk.bill(spent(10), DocNumber="A-1", PrivateNote="x")
    assert clerk.books.update("Bill", bill, now=clerk.now) == bill


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
