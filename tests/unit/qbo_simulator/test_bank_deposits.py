"""Deposits: of payments held in Undeposited Funds, of other money, with cash back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
FUNDS, CHECKING, SAVINGS, SALES, RECEIVABLE = "4", "35", "36", "79", "84"


def refused(code: str, words: str = "") -> Any:
    return pytest.raises(Fault, match=rf"(?s)^{code} .*{words}")


def paid(us: Company, now: datetime, amount: Any, **more: Any) -> str:
    body = {"CustomerRef": {"value": "1"}, "TotalAmt": amount, **more}
    return str(us.create("Payment", body, now=now)["Id"])


def linked(kind: str, id: str, amount: Any) -> Body:  # noqa: A002
    link = {"TxnId": id, "TxnType": kind, "TxnLineId": "0"}
    return {"Amount": amount, "LinkedTxn": [link]}


def direct(account: str, amount: Any, **more: Any) -> Body:
    detail = {"AccountRef": {"value": account}, **more}
    return {
        "Amount": amount,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": detail,
    }


def deposit(us: Company, now: datetime, *lines: Body, **more: Any) -> Body:
    body = {"DepositToAccountRef": {"value": CHECKING}, "Line": list(lines), **more}
    return us.create("Deposit", body, now=now)


def held(us: Company, account: str) -> Any:
    return us.read("Account", account)["CurrentBalance"]


def in_balance(us: Company) -> bool:
    return sum(us.trial_balance().values()) == 0


@pytest.mark.usefixtures("ada")
def test_a_deposit_brings_payments_from_undeposited_funds_to_the_bank(
    us: Company, now: datetime
) -> None:
    check = {"PaymentMethodRef": {"value": "2"}, "PaymentRefNum": "6552"}
    first, second = paid(us, now, 108, **check), paid(us, now, 300)
    assert held(us, FUNDS) == 408
    body = deposit(
        us, now, linked("Payment", first, 108), linked("Payment", second, 300)
    )
    assert body["TotalAmt"] == 408
    assert body["Line"] == [
        {
            "Amount": 108,
            "LinkedTxn": [{"TxnId": first, "TxnType": "Payment", "TxnLineId": "0"}],
            "DepositLineDetail": {
                "PaymentMethodRef": {"value": "2"},
                "CheckNum": "6552",
            },
        },
        linked("Payment", second, 300),
    ]
    assert (held(us, FUNDS), held(us, CHECKING)) == (0, 408)
    assert in_balance(us)


@pytest.mark.usefixtures("ada")
def test_a_deposited_payment_shows_its_deposit_and_counts_as_unchanged(
    us: Company, now: datetime
) -> None:
    payment = paid(us, now, 100)
    before = us.read("Payment", payment)
    body = deposit(us, now + timedelta(hours=1), linked("Payment", payment, 100))
    after = us.read("Payment", payment)
    assert after == {
        **before,
        "LinkedTxn": [{"TxnId": body["Id"], "TxnType": "Deposit"}],
    }


@pytest.mark.usefixtures("ada")
def test_a_deposited_payment_is_frozen_until_the_deposit_is_deleted(
    us: Company, now: datetime
) -> None:
    payment = paid(us, now, 100)
    body = deposit(us, now, linked("Payment", payment, 100))
    whole = us.read("Payment", payment)
    with refused("6540"):
        us.update("Payment", {**whole, "TotalAmt": 90}, now=now)
    with refused("6540"):
        us.void("Payment", whole, now=now)
    with refused("6540"):
        us.delete("Payment", whole, now=now)
    us.delete("Deposit", body, now=now)
    freed = us.read("Payment", payment)
    assert freed["LinkedTxn"] == []
    assert us.update("Payment", {**freed, "TotalAmt": 90}, now=now)["TotalAmt"] == 90
    assert (held(us, FUNDS), held(us, CHECKING)) == (90, 0)
    assert in_balance(us)


@pytest.mark.usefixtures("ada")
def test_a_payment_is_deposited_once(us: Company, now: datetime) -> None:
    payment = paid(us, now, 100)
    with refused("6000", "twice"):
        deposit(
            us, now, linked("Payment", payment, 100), linked("Payment", payment, 100)
        )
    deposit(us, now, linked("Payment", payment, 100))
    with refused("6000", "already been deposited"):
        deposit(us, now, linked("Payment", payment, 100))


@pytest.mark.usefixtures("ada")
def test_a_deposit_holds_the_whole_of_a_payment(us: Company, now: datetime) -> None:
    payment = paid(us, now, 100)
    with refused("6000", "must be 100.00"):
        deposit(us, now, linked("Payment", payment, 60))


@pytest.mark.usefixtures("ada")
def test_what_went_straight_to_the_bank_cannot_be_deposited(
    us: Company, now: datetime
) -> None:
    payment = paid(us, now, 100, DepositToAccountRef={"value": CHECKING})
    with refused("6000", "not in Undeposited Funds"):
        deposit(us, now, linked("Payment", payment, 100))


@pytest.mark.usefixtures("ada")
def test_what_does_not_exist_or_is_of_no_such_kind_cannot_be_deposited(
    us: Company, now: datetime
) -> None:
    with refused("6000", "Payment 999 that you are trying to link does not exist"):
        deposit(us, now, linked("Payment", "999", 100))
    with refused("620"):
        deposit(us, now, linked("Invoice", "1", 100))


def test_money_from_elsewhere_is_deposited_with_its_name_and_number(
    us: Company, now: datetime, ada: str
) -> None:
    line = direct(
        SALES,
        50,
        Entity={"value": ada},
        CheckNum="17",
        PaymentMethodRef={"value": "2"},
    )
    body = deposit(us, now, {**line, "Description": "Bread at the door"})
    assert body["Line"] == [
        {
            "Id": "1",
            "LineNum": 1,
            "Description": "Bread at the door",
            "Amount": 50,
            "DetailType": "DepositLineDetail",
            "DepositLineDetail": {
                "Entity": {"value": ada, "name": "Ada", "type": "CUSTOMER"},
                "AccountRef": {"value": SALES, "name": "Sales of Product Income"},
                "PaymentMethodRef": {"value": "2"},
                "CheckNum": "17",
            },
        }
    ]
    assert held(us, SALES) == 50


def test_a_line_on_receivables_needs_a_customer_and_lowers_what_is_owed(
    us: Company, now: datetime, ada: str
) -> None:
    with refused("6000", "you must choose a customer"):
        deposit(us, now, direct(RECEIVABLE, 50))
    deposit(us, now, direct(RECEIVABLE, 50, Entity={"value": ada, "type": "CUSTOMER"}))
    assert us.read("Customer", ada)["Balance"] == -50


def test_cash_back_is_taken_off_the_total(us: Company, now: datetime) -> None:
    back = {
        "AccountRef": {"value": SAVINGS},
        "Amount": 200,
        "Memo": "Money to savings",
    }
    body = deposit(us, now, direct(SALES, 1068.15), CashBack=back)
    assert str(body["TotalAmt"]) == "868.15"
    assert body["CashBack"]["AccountRef"] == {"value": SAVINGS, "name": "Savings"}
    assert held(us, SAVINGS) == 200
    assert str(held(us, CHECKING)) == "868.15"


def test_a_negative_line_is_a_fee_and_the_total_stays_above_zero(
    us: Company, now: datetime
) -> None:
    body = deposit(us, now, direct(SALES, 100), direct("8", -3))
    assert body["TotalAmt"] == 97
    assert held(us, "8") == 3
    with refused("6000", "0 or greater"):
        deposit(us, now, direct("8", -3))


@pytest.mark.usefixtures("ada")
def test_an_edit_replaces_the_lines_and_frees_what_it_leaves_out(
    us: Company, now: datetime
) -> None:
    first, second = paid(us, now, 10), paid(us, now, 20)
    body = deposit(
        us,
        now,
        linked("Payment", first, 10),
        direct(SALES, 5),
        direct(SALES, 6),
    )
    changed = us.update(
        "Deposit",
        {
            "Id": body["Id"],
            "SyncToken": "0",
            "sparse": True,
            "Line": [
                linked("Payment", second, 20),
                body["Line"][2],
                direct(SALES, 7),
            ],
        },
        now=now,
    )
    assert (changed["SyncToken"], changed["TotalAmt"]) == ("1", 33)
    assert [line.get("Id") for line in changed["Line"]] == [None, "2", "3"]
    assert us.read("Payment", first)["LinkedTxn"] == []
    assert us.read("Payment", second)["LinkedTxn"][0]["TxnId"] == body["Id"]
    assert (held(us, FUNDS), held(us, CHECKING)) == (10, 33)
    assert in_balance(us)


@pytest.mark.usefixtures("ada")
def test_sending_a_deposit_back_unchanged_changes_nothing(
    us: Company, now: datetime
) -> None:
    payment = paid(us, now, 10)
    body = deposit(us, now, linked("Payment", payment, 10), direct(SALES, 5))
    again = us.update("Deposit", body, now=now + timedelta(hours=1))
    assert again == body


def test_a_deposit_goes_to_a_bank_or_another_current_asset(
    us: Company, now: datetime
) -> None:
    for account in (SALES, RECEIVABLE, FUNDS):
        with refused("6430"):
            deposit(us, now, direct(SALES, 5), DepositToAccountRef={"value": account})


def test_a_deposit_tells_what_is_missing(us: Company, now: datetime) -> None:
    to = {"DepositToAccountRef": {"value": CHECKING}}
    with refused("2020", "DepositToAccountRef"):
        us.create("Deposit", {"Line": [direct(SALES, 5)]}, now=now)
    with refused("2020", "Line"):
        us.create("Deposit", to, now=now)
    with refused("2020", "AccountRef"):
        line = {"Amount": 5, "DetailType": "DepositLineDetail"}
        us.create("Deposit", {**to, "Line": [line]}, now=now)
    with refused("2500"):
        us.create("Deposit", {**to, "Line": [direct("999", 5)]}, now=now)


def test_closed_books_refuse_a_deposit_and_its_deletion(
    us: Company, now: datetime
) -> None:
    body = deposit(us, now, direct(SALES, 5), TxnDate="2026-01-31")
    preferences = us.read("Preferences", "1")
    preferences["AccountingInfoPrefs"]["BookCloseDate"] = "2026-01-31"
    us.update("Preferences", preferences, now=now)
    with refused("6210"):
        deposit(us, now, direct(SALES, 5), TxnDate="2026-01-31")
    with refused("6210"):
        us.delete("Deposit", body, now=now)


def test_a_journal_line_on_undeposited_funds_is_deposited_by_its_id(
    us: Company, now: datetime
) -> None:
    journal = us.create(
        "JournalEntry",
        {
            "Line": [
                journal_line("Debit", FUNDS, 30),
                journal_line("Debit", FUNDS, 12),
                journal_line("Credit", SALES, 42),
            ]
        },
        now=now,
    )
    link = {"TxnId": journal["Id"], "TxnType": "JournalEntry", "TxnLineId": "1"}
    deposit(us, now, {"Amount": 12, "LinkedTxn": [link]})
    assert held(us, FUNDS) == 30
    with refused("6540"):
        us.delete("JournalEntry", us.read("JournalEntry", journal["Id"]), now=now)
    deposit(us, now, {"Amount": 30, "LinkedTxn": [{**link, "TxnLineId": "0"}]})
    assert held(us, FUNDS) == 0
    assert in_balance(us)


def journal_line(posting: str, account: str, amount: Any) -> Body:
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {
            "PostingType": posting,
            "AccountRef": {"value": account},
        },
    }


@pytest.mark.parametrize(
    ("mode", "total", "net", "tax"),
    [("TaxExcluded", 120, 100, 20), ("TaxInclusive", 100, 83.33, 16.67)],
)
def test_a_taxed_line_brings_its_tax_along_outside_the_united_states(
    uk: Company, now: datetime, mode: str, total: Any, net: Any, tax: Any
) -> None:
    accounts = uk.query("select * from Account maxresults 1000")["Account"]
    by_type = {each["AccountType"]: each["Id"] for each in accounts}
    bank, income = by_type["Bank"], by_type["Income"]
    line = direct(income, 100, TaxCodeRef={"value": "2"}, TaxApplicableOn="Sales")
    body = uk.create(
        "Deposit",
        {
            "DepositToAccountRef": {"value": bank},
            "GlobalTaxCalculation": mode,
            "Line": [line],
        },
        now=now,
    )
    assert (body["TotalAmt"], held(uk, bank)) == (total, total)
    assert float(held(uk, income)) == net
    assert float(body["TxnTaxDetail"]["TotalTax"]) == tax
    assert in_balance(uk)
    assert uk.update("Deposit", body, now=now) == body
    with refused("2270"):
        part = direct(income, 100, TaxCodeRef={"value": "2"})
        uk.create(
            "Deposit",
            {"DepositToAccountRef": {"value": bank}, "Line": [part]},
            now=now,
        )


def test_in_the_united_states_tax_on_a_deposit_is_ignored(
    us: Company, now: datetime
) -> None:
    line = direct(SALES, 100, TaxCodeRef={"value": "2"})
    body = deposit(us, now, line, GlobalTaxCalculation="TaxExcluded")
    assert body["TotalAmt"] == 100
    assert not {"TxnTaxDetail", "GlobalTaxCalculation"} & body.keys()
