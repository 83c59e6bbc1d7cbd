"""Customers, vendors, items and the small lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def customer(company: Company, now: datetime, name: str, **more: Any) -> Body:
    return company.create("Customer", {"DisplayName": name, **more}, now=now)


def change(
    company: Company, now: datetime, body: Body, entity: str = "Customer", **more: Any
) -> Body:
    head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
    return company.update(entity, {**head, **more}, now=now)


def test_a_minimal_customer_gets_the_recorded_defaults(
    us: Company, now: datetime
) -> None:
    body = customer(us, now, "Doe5, Jane")
    assert body["SyncToken"] == "0"
    assert body["MetaData"]["CreateTime"] == "2026-03-10T11:30:00-07:00"
    assert body["PrintOnCheckName"] == body["FullyQualifiedName"] == "Doe5, Jane"
    assert body["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}
    assert body["DefaultTaxCodeRef"] == {"value": "2"}
    flags = ("Taxable", "Job", "BillWithParent", "Active")
    assert [body[name] for name in flags] == [True, False, False, True]


def test_a_display_name_is_made_of_the_name_parts(us: Company, now: datetime) -> None:
    body = us.create("Customer", {"GivenName": "Ada", "FamilyName": "Byron"}, now=now)
    assert body["DisplayName"] == "Ada Byron"
    with refused("6080"):
        us.create("Customer", {"Notes": "nobody"}, now=now)


@pytest.mark.parametrize("name", ["a:b", "a\tb", "a\nb"])
def test_a_name_may_not_hold_a_colon_or_a_tab(
    us: Company, now: datetime, name: str
) -> None:
    with refused("2040"):
        customer(us, now, name)


def test_a_name_is_unique_among_customers_and_vendors(
    us: Company, now: datetime
) -> None:
    us.create("Vendor", {"DisplayName": "Mill"}, now=now)
    with refused("6240"):
        customer(us, now, "mill")
    customer(us, now, "Mill & Co")
    with refused("6240"):
        us.create("Vendor", {"DisplayName": "Mill & Co"}, now=now)


def test_sub_customers_of_different_parents_may_share_a_name(
    us: Company, now: datetime
) -> None:
    first, second = customer(us, now, "First"), customer(us, now, "Second")
    job = customer(us, now, "Kitchen", ParentRef={"value": first["Id"]})
    other = customer(us, now, "Kitchen", ParentRef={"value": second["Id"]})
    assert (job["FullyQualifiedName"], job["Level"], job["Job"]) == (
        "First:Kitchen",
        1,
        True,
    )
    assert other["FullyQualifiedName"] == "Second:Kitchen"
    with refused("6240"):
        customer(us, now, "Kitchen", ParentRef={"value": first["Id"]})


def test_renaming_a_parent_renames_the_whole_path(us: Company, now: datetime) -> None:
    top = customer(us, now, "Top")
    middle = customer(us, now, "Middle", ParentRef={"value": top["Id"]})
    low = customer(us, now, "Low", ParentRef={"value": middle["Id"]})
    change(us, now, top, DisplayName="Crown")
    assert us.read("Customer", low["Id"])["FullyQualifiedName"] == "Crown:Middle:Low"
    assert us.read("Customer", low["Id"])["SyncToken"] == "0"


def test_a_parent_cannot_become_its_own_descendant(us: Company, now: datetime) -> None:
    top = customer(us, now, "Top")
    low = customer(us, now, "Low", ParentRef={"value": top["Id"]})
    with refused("900"):
        change(us, now, top, ParentRef={"value": low["Id"]})


def test_jobs_go_four_levels_deep(us: Company, now: datetime) -> None:
    body = customer(us, now, "Level 0")
    for level in range(1, 5):
        body = customer(us, now, f"Level {level}", ParentRef={"value": body["Id"]})
    with refused("6180"):
        customer(us, now, "Level 5", ParentRef={"value": body["Id"]})


def test_a_full_update_empties_what_it_omits(us: Company, now: datetime) -> None:
    body = customer(
        us, now, "Jack", CompanyName="Jack Ltd", Notes="likes rye", GivenName="Jack"
    )
    wish = {"Id": body["Id"], "SyncToken": "0", "DisplayName": "Jack Moe"}
    updated = us.update("Customer", wish, now=now)
    assert updated["SyncToken"] == "1"
    assert not {"CompanyName", "Notes", "GivenName"} & set(updated)
    assert updated["FullyQualifiedName"] == "Jack Moe"
    assert updated["Active"] is True


def test_a_sparse_update_leaves_what_it_omits_and_clears_what_is_empty(
    us: Company, now: datetime
) -> None:
    body = customer(
        us, now, "Jack", Notes="likes rye", PrimaryPhone={"FreeFormNumber": "1"}
    )
    updated = change(us, now, body, Notes="", GivenName="Jack", PrimaryPhone=None)
    assert "Notes" not in updated
    assert (updated["GivenName"], updated["PrimaryPhone"]["FreeFormNumber"]) == (
        "Jack",
        "1",
    )


def test_an_update_that_changes_nothing_bumps_nothing(
    us: Company, now: datetime
) -> None:
    body = customer(us, now, "Jack", BillAddr={"Line1": "1 Pier"})
    again = change(
        us,
        now + timedelta(hours=1),
        body,
        DisplayName="Jack",
        BillAddr={"Line1": "1 Pier"},
    )
    assert again == body


def test_a_stale_token_is_refused(us: Company, now: datetime) -> None:
    body = customer(us, now, "Jack")
    change(us, now, body, Notes="one")
    with refused("5010"):
        change(us, now, body, Notes="two")
    with refused("2020"):
        us.update("Customer", {"Id": body["Id"], "DisplayName": "x"}, now=now)


def test_deactivation_renames_and_frees_the_name(us: Company, now: datetime) -> None:
    body = customer(us, now, "Emily Platt")
    gone = change(us, now, body, Active=False)
    assert gone["DisplayName"] == gone["FullyQualifiedName"] == "Emily Platt (deleted)"
    assert customer(us, now, "Emily Platt")["Id"] != body["Id"]
    assert us.read("Customer", body["Id"])["Active"] is False
    with refused("500"):
        us.delete("Customer", gone, now=now)


def test_the_same_name_may_be_deactivated_twice(us: Company, now: datetime) -> None:
    shown = []
    parent = customer(us, now, "Parent")
    jobs = []
    for _ in range(3):
        job = customer(us, now, "Job", ParentRef={"value": parent["Id"]})
        jobs.append(change(us, now, job, Active=False)["FullyQualifiedName"])
        body = customer(us, now, "Emily Platt")
        shown.append(change(us, now, body, Active=False)["DisplayName"])
    assert shown == [
        "Emily Platt (deleted)",
        "Emily Platt (deleted 1)",
        "Emily Platt (deleted 2)",
    ]
    assert jobs[2] == "Parent:Job (deleted 2)"


def test_documents_show_a_customers_new_name_unchanged_otherwise(
    us: Company, now: datetime
) -> None:
    body = customer(us, now, "Jack")
    line = {
        "Amount": 40,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }
    wish = {"CustomerRef": {"value": body["Id"]}, "Line": [line]}
    invoice = us.create("Invoice", wish, now=now)
    before = us.read("Invoice", invoice["Id"])
    held = us.read("Customer", body["Id"])
    change(us, now + timedelta(hours=1), held, DisplayName="Jack & Jill")
    after = us.read("Invoice", invoice["Id"])
    assert after["CustomerRef"]["name"] == "Jack & Jill"
    before["CustomerRef"]["name"] = "Jack & Jill"
    assert after == before
    assert b'"TotalAmt":40.0' in us.read_bytes("Invoice", invoice["Id"])


def test_a_customer_who_owes_cannot_be_deactivated(us: Company, now: datetime) -> None:
    body = customer(us, now, "Debtor", Balance=25, OpenBalanceDate="2026-01-01")
    held = us.read("Customer", body["Id"])
    assert body == held
    assert (held["Balance"], held["SyncToken"]) == (25, "0")
    assert sum(us.trial_balance().values()) == 0
    with refused("6220"):
        change(us, now, held, Active=False)


def test_unknown_properties_are_refused_and_read_only_ones_tolerated(
    us: Company, now: datetime
) -> None:
    with refused("2010"):
        customer(us, now, "Jack", BadJson=1)
    body = customer(us, now, "Jack", Level=7, FullyQualifiedName="x:y", IntuitId="z")
    assert "Level" not in body
    assert body["FullyQualifiedName"] == "Jack"
    assert us.update("Customer", {**body, "time": "x"}, now=now)["SyncToken"] == "0"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"DisplayName": "x" * 501}, "2050"),
        ({"PrimaryEmailAddr": {"Address": "nobody"}}, "2210"),
        ({"PreferredDeliveryMethod": "Pigeon"}, "2170"),
        ({"Taxable": "maybe"}, "2230"),
        ({"SalesTermRef": {"value": "99"}}, "2500"),
        ({"CurrencyRef": {"value": "EUR"}}, "6000"),
        ({"BillAddr": {"Street": "x"}}, "2010"),
        ({"PrimaryPhone": "555"}, "2120"),
    ],
)
def test_bad_values_are_refused_one_by_one(
    us: Company, now: datetime, wish: Body, code: str
) -> None:
    with refused(code):
        us.create("Customer", {"DisplayName": "Jack", **wish}, now=now)
    assert us.query("select count(*) from Customer") == {"totalCount": 0}


def test_an_item_needs_a_name_a_type_and_an_account(us: Company, now: datetime) -> None:
    whole = {"Name": "Loaf", "Type": "Service", "IncomeAccountRef": {"value": "79"}}
    for name in whole:
        with refused("2020"):
            us.create("Item", {k: v for k, v in whole.items() if k != name}, now=now)
    item = us.create("Item", {**whole, "UnitPrice": "6.50"}, now=now)
    assert item["UnitPrice"] == 6.5
    assert item["IncomeAccountRef"]["name"] == "Sales of Product Income"
    with refused("6240"):
        us.create("Item", whole, now=now)


def test_an_inventory_item_needs_its_stock(us: Company, now: datetime) -> None:
    body = {"Name": "Flour", "Type": "Inventory", "IncomeAccountRef": {"value": "79"}}
    with refused("2020"):
        us.create("Item", body, now=now)


def test_an_account_knows_its_classification(us: Company, now: datetime) -> None:
    body = us.create("Account", {"Name": "Petty cash", "AccountType": "Bank"}, now=now)
    assert (body["Classification"], body["CurrentBalance"]) == ("Asset", 0)
    sub = us.create(
        "Account",
        {"Name": "Till", "AccountType": "Bank", "ParentRef": {"value": body["Id"]}},
        now=now,
    )
    assert sub["FullyQualifiedName"] == "Petty cash:Till"
    with refused("6010"):
        us.create("Account", {"Name": "Nothing"}, now=now)


def test_preferences_change_only_where_they_are_named(
    us: Company, now: datetime
) -> None:
    before = us.read("Preferences", "1")
    wish = {
        "Id": "1",
        "SyncToken": before["SyncToken"],
        "SalesFormsPrefs": {"CustomTxnNumbers": True},
    }
    after = us.update("Preferences", wish, now=now)
    assert after["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert after["SalesFormsPrefs"]["AllowDiscount"] is True
    assert after["CurrencyPrefs"] == before["CurrencyPrefs"]


def test_merging_moves_invoices_and_removes_the_loser(
    us: Company, now: datetime
) -> None:
    keep, lose = customer(us, now, "Keep"), customer(us, now, "Lose")
    line = {
        "Amount": 40,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }
    body = {"CustomerRef": {"value": lose["Id"]}, "Line": [line]}
    invoice = us.create("Invoice", body, now=now)
    winner = us.merge("Customer", lose["Id"], keep["Id"], now=now)
    assert winner["Balance"] == 40
    assert us.read("Invoice", invoice["Id"])["CustomerRef"]["value"] == keep["Id"]
    with refused("610"):
        us.read("Customer", lose["Id"])
    assert sum(us.trial_balance().values()) == 0


def test_a_full_update_gives_the_usual_tax_code_anew(
    us: Company, now: datetime
) -> None:
    made = us.create("Customer", {"DisplayName": "Doe2, Jane"}, now=now)
    wish = {"DisplayName": "Jack Moe", "Id": made["Id"], "SyncToken": "0"}
    changed = us.update("Customer", wish, now=now)
    assert changed["DefaultTaxCodeRef"] == made["DefaultTaxCodeRef"] == {"value": "2"}


@pytest.mark.parametrize("entity", ["Customer", "Vendor"])
def test_a_sparse_update_cannot_remove_a_name(
    us: Company, now: datetime, entity: str
) -> None:
    body = {"DisplayName": "Ada & Co", "GivenName": "Ada", "PrintOnCheckName": "A. Co"}
    made = us.create(entity, body, now=now)
    wish = {"DisplayName": "", "PrintOnCheckName": "", "sparse": True}
    kept = us.update(entity, {**wish, "Id": made["Id"], "SyncToken": "0"}, now=now)
    assert kept == made


@pytest.mark.parametrize("entity", ["Customer", "Vendor"])
def test_a_full_update_makes_up_the_name_on_cheques_anew(
    us: Company, now: datetime, entity: str
) -> None:
    body = {"DisplayName": "Ada", "CompanyName": "Ada & Co"}
    made = us.create(entity, body, now=now)
    assert made["PrintOnCheckName"] == "Ada & Co"
    head = {"Id": made["Id"], "SyncToken": "0"}
    changed = us.update(entity, {**head, "DisplayName": "Bea"}, now=now)
    assert changed["PrintOnCheckName"] == "Bea"


def test_a_name_on_cheques_that_was_made_up_follows_the_companys(
    us: Company, now: datetime
) -> None:
    body = {"DisplayName": "Ada", "CompanyName": "Ada & Co"}
    made = us.create("Customer", body, now=now)
    head = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    changed = us.update("Customer", {**head, "CompanyName": "Bea & Co"}, now=now)
    assert changed["PrintOnCheckName"] == "Bea & Co"
