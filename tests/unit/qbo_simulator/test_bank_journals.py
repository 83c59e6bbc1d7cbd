"""Journal entries: balanced, on customers and vendors, paid, taxed, numbered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
CHECKING, PAYABLE, SALES, RECEIVABLE, RENT = "35", "33", "79", "84", "17"


def refused(code: str, words: str = "") -> Any:
    return pytest.raises(Fault, match=rf"(?s)^{code} .*{words}")


def line(posting: str, account: str, amount: Any, **more: Any) -> Body:
    detail = {"PostingType": posting, "AccountRef": {"value": account}, **more}
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": detail,
    }


def on(entity: str, id: str) -> Body:  # noqa: A002
    return {"Type": entity, "EntityRef": {"value": id}}


def journal(us: Company, now: datetime, *lines: Body, **more: Any) -> Body:
    return us.create("JournalEntry", {"Line": list(lines), **more}, now=now)


@pytest.fixture
def mill(us: Company, now: datetime) -> str:
    return str(us.create("Vendor", {"DisplayName": "Mill"}, now=now)["Id"])


def test_a_journal_entry_is_served_as_recorded(us: Company, now: datetime) -> None:
    rent = {**line("Debit", RENT, 100), "Description": "March"}
    body = journal(us, now, rent, line("Credit", CHECKING, 100))
    assert list(body) == [
        "Adjustment",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
        "TxnDate",
        "CurrencyRef",
        "Line",
        "TxnTaxDetail",
    ]
    assert body["Line"][0] == {
        "Id": "0",
        "Description": "March",
        "Amount": 100,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {
            "PostingType": "Debit",
            "AccountRef": {"value": RENT, "name": "Rent or Lease"},
        },
    }
    assert body["Line"][1]["Id"] == "1"
    assert (body["Adjustment"], body["TxnTaxDetail"]) == (False, {})


def test_debits_and_credits_must_balance(us: Company, now: datetime) -> None:
    with refused("2300", "balance your debits and credits"):
        journal(us, now, line("Debit", RENT, 100), line("Credit", CHECKING, 99.99))
    assert us.trial_balance() == {}


def test_a_line_needs_its_side_its_account_and_its_amount(
    us: Company, now: datetime
) -> None:
    other = line("Credit", CHECKING, 5)
    cases = {
        "2260": {"JournalEntryLineDetail": {"AccountRef": {"value": RENT}}},
        "2020": {"JournalEntryLineDetail": {"PostingType": "Debit"}},
        "2290": {"Amount": -5},
        "2170": {
            "JournalEntryLineDetail": {
                "PostingType": "Left",
                "AccountRef": {"value": RENT},
            }
        },
    }
    for code, change in cases.items():
        with refused(code):
            journal(us, now, {**line("Debit", RENT, 5), **change}, other)
    with refused("2020", "Line"):
        us.create("JournalEntry", {}, now=now)
    with refused("2250"):
        journal(us, now, {"DetailType": "DescriptionOnly", "Description": "Nothing"})


def test_receivables_want_a_customer_and_payables_a_vendor(
    us: Company, now: datetime, ada: str, mill: str
) -> None:
    with refused("6000", "you must choose a customer"):
        journal(us, now, line("Debit", RECEIVABLE, 5), line("Credit", SALES, 5))
    with refused("6000", "you must choose a customer"):
        wrong = line("Debit", RECEIVABLE, 5, Entity=on("Vendor", mill))
        journal(us, now, wrong, line("Credit", SALES, 5))
    with refused("6000", "you must choose a vendor"):
        wrong = line("Credit", PAYABLE, 5, Entity=on("Customer", ada))
        journal(us, now, line("Debit", RENT, 5), wrong)


def test_a_journal_entry_moves_what_customers_owe_and_vendors_are_owed(
    us: Company, now: datetime, ada: str, mill: str
) -> None:
    body = journal(
        us,
        now,
        line("Debit", RECEIVABLE, 70, Entity=on("Customer", ada)),
        line("Credit", PAYABLE, 30, Entity=on("Vendor", mill)),
        line("Credit", SALES, 40),
    )
    detail = body["Line"][0]["JournalEntryLineDetail"]
    assert detail["Entity"] == {
        "Type": "Customer",
        "EntityRef": {"value": ada, "name": "Ada"},
    }
    assert us.read("Customer", ada)["Balance"] == 70
    assert us.read("Vendor", mill)["Balance"] == 30
    us.delete("JournalEntry", body, now=now)
    assert us.read("Customer", ada)["Balance"] == 0
    assert us.read("Vendor", mill)["Balance"] == 0
    assert set(us.trial_balance().values()) == {0}


def settled(id: str, amount: Any) -> Body:  # noqa: A002
    return {"Amount": amount, "LinkedTxn": [{"TxnId": id, "TxnType": "JournalEntry"}]}


def test_a_payment_settles_what_a_journal_entry_says_is_owed(
    us: Company, now: datetime, ada: str
) -> None:
    body = journal(
        us,
        now,
        line("Debit", RECEIVABLE, 70, Entity=on("Customer", ada)),
        line("Credit", SALES, 70),
    )
    payment = us.create(
        "Payment",
        {
            "CustomerRef": {"value": ada},
            "TotalAmt": 50,
            "Line": [settled(body["Id"], 50)],
        },
        now=now,
    )
    assert payment["UnappliedAmt"] == 0
    shown = us.read("JournalEntry", body["Id"])
    assert shown["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert us.read("Customer", ada)["Balance"] == 20
    with refused("6000", "linked to others"):
        us.delete("JournalEntry", shown, now=now)


def test_a_journal_entry_on_two_customers_is_settled_by_its_first(
    us: Company, now: datetime, ada: str
) -> None:
    bo = us.create("Customer", {"DisplayName": "Bo"}, now=now)["Id"]
    body = journal(
        us,
        now,
        line("Debit", RECEIVABLE, 10, Entity=on("Customer", ada)),
        line("Debit", RECEIVABLE, 20, Entity=on("Customer", bo)),
        line("Credit", SALES, 30),
    )

    def pay(customer: str, amount: int) -> Body:
        return us.create(
            "Payment",
            {
                "CustomerRef": {"value": customer},
                "TotalAmt": amount,
                "Line": [settled(body["Id"], amount)],
            },
            now=now,
        )

    with refused("6000", "open balance is 10"):
        pay(ada, 30)
    pay(ada, 10)
    with refused("6000", "another customer"):
        pay(bo, 20)
    balances = [us.read("Customer", each)["Balance"] for each in (ada, bo)]
    assert balances == [0, 20]


def test_a_journal_entry_edited_below_what_was_paid_gives_the_rest_back(
    us: Company, now: datetime, ada: str
) -> None:
    owed = line("Debit", RECEIVABLE, 70, Entity=on("Customer", ada))
    body = journal(us, now, owed, line("Credit", SALES, 70))
    payment = us.create(
        "Payment",
        {
            "CustomerRef": {"value": ada},
            "TotalAmt": 50,
            "Line": [settled(body["Id"], 50)],
        },
        now=now,
    )
    less = [{**owed, "Amount": 20}, line("Credit", SALES, 20)]
    current = us.read("JournalEntry", body["Id"])
    us.update("JournalEntry", {**current, "Line": less}, now=now)
    assert us.read("Payment", payment["Id"])["UnappliedAmt"] == 30
    assert us.read("Customer", ada)["Balance"] == -30
    assert sum(us.trial_balance().values()) == 0


def test_a_bill_payment_settles_what_a_journal_entry_owes_a_vendor(
    us: Company, now: datetime, mill: str
) -> None:
    body = journal(
        us,
        now,
        line("Debit", RENT, 70),
        line("Credit", PAYABLE, 70, Entity=on("Vendor", mill)),
    )
    us.create(
        "BillPayment",
        {
            "VendorRef": {"value": mill},
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": CHECKING}},
            "TotalAmt": 70,
            "Line": [settled(body["Id"], 70)],
        },
        now=now,
    )
    assert us.read("Vendor", mill)["Balance"] == 0
    assert us.read("JournalEntry", body["Id"])["LinkedTxn"]


def test_lines_keep_their_ids_and_new_ones_get_new_ids(
    us: Company, now: datetime
) -> None:
    body = journal(us, now, line("Debit", RENT, 10), line("Credit", CHECKING, 10))
    lines = [
        body["Line"][1],
        {**line("Debit", RENT, 4), "Id": "77"},
        line("Debit", RENT, 6),
    ]
    body = us.update("JournalEntry", {**body, "Line": lines}, now=now)
    assert [each["Id"] for each in body["Line"]] == ["1", "2", "3"]
    again = us.update("JournalEntry", body, now=now)
    assert again["SyncToken"] == "1"


def test_a_number_in_use_is_refused_where_the_company_warns(
    us: Company, now: datetime
) -> None:
    lines = [line("Debit", RENT, 10), line("Credit", CHECKING, 10)]
    first = journal(us, now, *lines, DocNumber="ADJ1")
    assert "DocNumber" not in journal(us, now, *lines)
    with refused("6140", f"TxnId={first['Id']}"):
        journal(us, now, *lines, DocNumber="ADJ1")
    us.create(
        "JournalEntry",
        {"Line": lines, "DocNumber": "ADJ1"},
        now=now,
        include=frozenset({"allowduplicatedocnum"}),
    )


def test_tax_of_a_line_stands_beside_it(uk: Company, now: datetime) -> None:
    taxed = {"TaxCodeRef": {"value": "2"}, "TaxApplicableOn": "Purchase"}
    accounts = uk.query("select * from Account maxresults 1000")["Account"]
    by_type = {each["AccountType"]: each["Id"] for each in accounts}
    bank, cost = by_type["Bank"], by_type["Expense"]
    with refused("2270"):
        part = {"TaxCodeRef": {"value": "2"}, "TaxAmount": 20}
        journal(uk, now, line("Debit", cost, 100, **part), line("Credit", bank, 120))
    with refused("2280"):
        journal(uk, now, line("Debit", cost, 100, **taxed), line("Credit", bank, 120))
    body = journal(
        uk,
        now,
        line("Debit", cost, 100, **taxed, TaxAmount=20),
        line("Credit", bank, 120),
    )
    assert body["TxnTaxDetail"]["TotalTax"] == 20
    assert uk.read("Account", bank)["CurrentBalance"] == -120
    assert sum(uk.trial_balance().values()) == 0


def test_billable_needs_a_customer(us: Company, now: datetime, ada: str) -> None:
    bank = line("Credit", CHECKING, 10)
    with refused("6310"):
        journal(us, now, line("Debit", RENT, 10, BillableStatus="Billable"), bank)
    with refused("6320"):
        journal(us, now, line("Debit", RENT, 10, BillableStatus="HasBeenBilled"), bank)
    more = {"BillableStatus": "Billable", "Entity": on("Customer", ada)}
    body = journal(us, now, line("Debit", RENT, 10, **more), bank)
    detail = body["Line"][0]["JournalEntryLineDetail"]
    assert detail["BillableStatus"] == "Billable"


def test_class_and_department_are_named_and_kept_for_reports(
    us: Company, now: datetime
) -> None:
    bread = us.create("Class", {"Name": "Bread"}, now=now)["Id"]
    pier = us.create("Department", {"Name": "Pier"}, now=now)["Id"]
    more = {"ClassRef": {"value": bread}, "DepartmentRef": {"value": pier}}
    body = journal(
        us, now, line("Debit", RENT, 10, **more), line("Credit", CHECKING, 10)
    )
    detail = body["Line"][0]["JournalEntryLineDetail"]
    assert detail["ClassRef"] == {"value": bread, "name": "Bread"}
    assert detail["DepartmentRef"] == {"value": pier, "name": "Pier"}
    rows = [
        row
        for row in us.ledger_of("JournalEntry", body["Id"])
        if row["account"] == int(RENT)
    ]
    assert (rows[0]["tracking_class"], rows[0]["department"]) == (int(bread), int(pier))
