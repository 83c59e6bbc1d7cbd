"""What random requests found: nobody's money ever lands where somebody owes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from support.casting import Cast
from support.fuzz_checks import check_books, check_open_balances, check_parties
from support.picks import LEAST_SALE, LEAST_SOLD, ref
from support.samples import FULL, LEAST

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

OWED = ("33", "84")


@pytest.fixture
def cast(us: Company, now: datetime) -> Cast:
    found = Cast(us)
    found.furnish(now)
    return found


@pytest.mark.parametrize("account", OWED)
def test_cash_back_does_not_come_out_of_what_somebody_owes(
    cast: Cast, now: datetime, account: str
) -> None:
    back = {"AccountRef": {"value": account}, "Amount": 3}
    with pytest.raises(Fault, match="you must choose a"):
        cast.enter("Deposit", {**FULL["Deposit"], "CashBack": back}, now)


@pytest.mark.parametrize("account", OWED)
def test_a_discount_is_not_booked_to_what_somebody_owes(
    cast: Cast, now: datetime, account: str
) -> None:
    detail = {"DiscountAccountRef": {"value": account}}
    discount = {
        "Amount": 10,
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": detail,
    }
    body = {**LEAST_SALE, "Line": [LEAST_SOLD, discount]}
    with pytest.raises(Fault) as refused:
        cast.enter("Invoice", body, now)
    assert (refused.value.code, refused.value.element) == ("6430", "DiscountAccountRef")


@pytest.mark.parametrize("account", [*OWED, "999"])
def test_shipping_is_income_though_the_settings_name_no_account_for_it(
    cast: Cast, now: datetime, account: str
) -> None:
    settings: dict[str, Any] = cast.company.read("Preferences", "1")
    wish = {"Id": "1", "SyncToken": settings["SyncToken"], "sparse": True}
    wish["SalesFormsPrefs"] = {"DefaultShippingAccount": account}
    cast.company.update("Preferences", wish, now=now)
    shipping = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
    }
    cast.enter("Invoice", {**LEAST_SALE, "Line": [LEAST_SOLD, shipping]}, now)
    for check in (check_books, check_open_balances, check_parties):
        check(cast.company)


@pytest.mark.parametrize("subtype", ["AccountsReceivable", "AccountsPayable"])
def test_an_account_that_is_used_does_not_become_one_in_which_somebody_owes(
    cast: Cast, now: datetime, subtype: str
) -> None:
    income = cast.enter("Account", LEAST["Account"], now)
    item = {**LEAST["Item"], "IncomeAccountRef": {"value": income["Id"]}}
    item = cast.enter("Item", item, now)
    head = {name: income[name] for name in ("Id", "SyncToken", "Name")}
    wish = {**head, "sparse": True, "AccountSubType": subtype}
    with pytest.raises(Fault, match="can't be changed"):
        cast.company.update("Account", wish, now=now)
    sale = {**LEAST_SOLD, "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}}}
    cast.enter("Invoice", {"CustomerRef": ref("Customer"), "Line": [sale]}, now)
    check_parties(cast.company)
