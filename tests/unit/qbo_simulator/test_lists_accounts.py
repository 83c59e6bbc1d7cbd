"""The chart of accounts: types and subtypes, parents, numbers, currencies, balances."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.kinds.accounts import CLASSIFICATION
from qbo_simulator.kinds.subtypes import SUBTYPES, USUAL

Body = dict[str, Any]


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def make(company: Company, now: datetime, **wish: Any) -> Body:
    return company.create("Account", {"Name": "Till", **wish}, now=now)


def change(company: Company, now: datetime, body: Body, **more: Any) -> Body:
    head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
    return company.update("Account", {**head, **more}, now=now)


def test_every_type_has_subtypes_and_the_usual_one_is_among_them() -> None:
    assert set(SUBTYPES) == set(CLASSIFICATION)
    assert all(USUAL[type_] in SUBTYPES[type_] for type_ in SUBTYPES)


def test_a_subtype_alone_says_the_type(us: Company, now: datetime) -> None:
    body = make(us, now, AccountSubType="CashOnHand")
    assert (body["AccountType"], body["Classification"]) == ("Bank", "Asset")
    assert make(us, now, Name="Loan", AccountType="Long Term Liability")[
        "AccountSubType"
    ] == ("OtherLongTermLiabilities")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({}, "6010"),
        ({"AccountType": "Bank", "AccountSubType": "Inventory"}, "6010"),
        ({"AccountType": "Bank", "AccountSubType": "Mattress"}, "2170"),
        ({"AccountType": "Mattress"}, "2170"),
        ({"AccountType": "Bank", "Name": 'a"b'}, "2040"),
        ({"AccountType": "Bank", "Name": "x" * 101}, "2050"),
        ({"AccountType": "Bank", "AcctNum": "12345678"}, "2050"),
        ({"AccountType": "Bank", "AcctNum": "1:2"}, "2040"),
        ({"AccountType": "Bank", "CurrencyRef": {"value": "EUR"}}, "6000"),
        ({"AccountType": "Bank", "ParentRef": {"value": "79"}}, "6000"),
        ({"AccountType": "Bank", "SubAccount": True}, "6150"),
        ({"AccountType": "Income", "OpeningBalance": 5}, "6000"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    us: Company, now: datetime, wish: Body, code: str
) -> None:
    with refused(code):
        make(us, now, **wish)


def test_an_account_number_belongs_to_one_account(us: Company, now: datetime) -> None:
    body = make(us, now, AccountType="Bank", AcctNum="1001")
    with refused("6000"):
        make(us, now, Name="Other", AccountType="Bank", AcctNum="1001")
    assert change(us, now, body, AcctNum="1001") == body


def test_a_parent_shows_what_its_sub_accounts_hold(us: Company, now: datetime) -> None:
    top = make(us, now, AccountType="Bank", OpeningBalance=10)
    low = make(
        us,
        now,
        Name="Drawer",
        AccountType="Bank",
        ParentRef={"value": top["Id"]},
        OpeningBalance=5,
        OpeningBalanceDate="2026-01-01",
    )
    assert (low["SubAccount"], low["FullyQualifiedName"]) == (True, "Till:Drawer")
    held = us.read("Account", top["Id"])
    assert held["CurrentBalance"] == 10
    assert held["CurrentBalanceWithSubAccounts"] == 15
    low = us.read("Account", low["Id"])
    change(us, now, low, SubAccount=False)
    assert us.read("Account", top["Id"])["CurrentBalanceWithSubAccounts"] == 10
    assert sum(us.trial_balance().values()) == 0


def test_a_liability_opens_on_the_other_side(us: Company, now: datetime) -> None:
    card = make(us, now, AccountType="Credit Card", OpeningBalance=30)
    assert us.read("Account", card["Id"])["CurrentBalance"] == 30
    assert us.trial_balance()[int(card["Id"])] == -30


def test_an_account_with_a_balance_or_a_task_stays_active(
    us: Company, now: datetime
) -> None:
    body = make(us, now, AccountType="Bank", OpeningBalance=10)
    with refused("6220"):
        change(us, now, us.read("Account", body["Id"]), Active=False)
    with refused("6000"):
        change(us, now, us.read("Account", "84"), Active=False)
    gone = change(us, now, us.read("Account", "8"), Active=False)
    assert gone["Name"] == gone["FullyQualifiedName"] == "Bank Charges (deleted)"


def test_the_type_of_an_account_changes_only_alone(us: Company, now: datetime) -> None:
    top = make(us, now, AccountType="Bank")
    make(us, now, Name="Drawer", AccountType="Bank", ParentRef={"value": top["Id"]})
    with refused("6000"):
        change(us, now, top, AccountType="Fixed Asset")
    lone = make(us, now, Name="Lone", AccountType="Bank")
    moved = change(us, now, lone, AccountType="Fixed Asset")
    assert moved["AccountSubType"] == "OtherFixedAssets"
