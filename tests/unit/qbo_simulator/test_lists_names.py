"""Customers, vendors and employees: numbers masked, opening balances, who stands where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def make(
    company: Company, now: datetime, name: str, kind: str = "Customer", **more: Any
) -> Body:
    return company.create(kind, {"DisplayName": name, **more}, now=now)


def change(company: Company, now: datetime, kind: str, body: Body, **more: Any) -> Body:
    head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
    return company.update(kind, {**head, **more}, now=now)


def test_an_opening_balance_is_an_invoice_against_opening_balance_equity(
    us: Company, now: datetime
) -> None:
    body = make(us, now, "Debtor", Balance=25.5, OpenBalanceDate="2026-01-05")
    assert (body["Balance"], body["SyncToken"]) == (25.5, "0")
    assert "OpenBalanceDate" not in body
    (invoice,) = us.query("select * from Invoice")["Invoice"]
    assert (invoice["TxnDate"], invoice["TotalAmt"]) == ("2026-01-05", 25.5)
    assert invoice["Line"][0]["Description"] == "Opening Balance"
    balances = {k: v for k, v in us.trial_balance().items() if v}
    assert balances == {34: -25.5, 84: 25.5}


def test_a_vendors_opening_balance_is_a_bill(us: Company, now: datetime) -> None:
    body = make(us, now, "Lender", "Vendor", Balance=40)
    assert body["Balance"] == 40
    (bill,) = us.query("select * from Bill")["Bill"]
    assert (bill["VendorRef"]["name"], bill["Balance"]) == ("Lender", 40)
    assert {k: v for k, v in us.trial_balance().items() if v} == {33: -40, 34: 40}


def test_an_opening_balance_is_not_negative_and_not_changed_by_an_update(
    us: Company, now: datetime
) -> None:
    with refused("2290"):
        make(us, now, "Creditor", Balance=-1)
    with refused("2060"):
        make(us, now, "Creditor", Balance=1, OpenBalanceDate="soon")
    body = make(us, now, "Debtor", Balance=10)
    assert change(us, now, "Customer", body, Balance=99) == body


def test_tax_numbers_are_masked(us: Company, now: datetime) -> None:
    vendor = make(us, now, "V", "Vendor", TaxIdentifier="123-45-6789")
    assert vendor["TaxIdentifier"] == "XXXXXXX6789"
    assert change(us, now, "Vendor", vendor, TaxIdentifier="XXXXXXX6789") == vendor
    customer = make(us, now, "C", PrimaryTaxIdentifier="123-45-6789")
    assert customer["PrimaryTaxIdentifier"] == "XXXXXX-6789"
    employee = us.create("Employee", {"GivenName": "E", "SSN": "123-45-6789"}, now=now)
    assert employee["SSN"] == "XXX-XX-XXXX"


def test_a_job_that_bills_its_parent_must_have_one(us: Company, now: datetime) -> None:
    for name in ("Job", "BillWithParent"):
        with refused("6150"):
            us.create("Customer", {"DisplayName": "Job", name: True}, now=now)
    top = make(us, now, "Top")
    with refused("6150"):
        make(
            us,
            now,
            "Job",
            Job=False,
            BillWithParent=True,
            ParentRef={"value": top["Id"]},
        )
    job = make(
        us, now, "Job", Job=True, BillWithParent=True, ParentRef={"value": top["Id"]}
    )
    assert (job["Job"], job["BillWithParent"], job["Level"]) == (True, True, 1)


def test_a_job_made_a_customer_of_its_own_stands_on_top(
    us: Company, now: datetime
) -> None:
    top = make(us, now, "Top")
    job = make(us, now, "Job", ParentRef={"value": top["Id"]}, Balance=10)
    assert us.read("Customer", top["Id"])["BalanceWithJobs"] == 10
    own = change(us, now, "Customer", job, Job=False)
    assert not {"ParentRef", "Level"} & set(own)
    assert own["FullyQualifiedName"] == "Job"
    assert us.read("Customer", top["Id"])["BalanceWithJobs"] == 0


def test_a_whole_branch_may_not_be_moved_too_deep(us: Company, now: datetime) -> None:
    deep = make(us, now, "Level 0")
    for level in range(1, 4):
        deep = make(us, now, f"Level {level}", ParentRef={"value": deep["Id"]})
    branch = make(us, now, "Branch")
    make(us, now, "Twig", ParentRef={"value": branch["Id"]})
    with refused("6180"):
        change(us, now, "Customer", branch, ParentRef={"value": deep["Id"]})
    with refused("900"):
        change(us, now, "Customer", branch, ParentRef={"value": branch["Id"]})


def test_a_vendor_who_is_owed_cannot_be_deactivated_unless_switched(
    us: Company, now: datetime
) -> None:
    body = make(us, now, "Lender", "Vendor", Balance=40)
    with pytest.raises(Fault) as told:
        change(us, now, "Vendor", body, Active=False)
    assert told.value.code == "6220"
    assert "This vendor cannot be deleted" in told.value.detail
    us.switches.deactivate_with_balance = True
    gone = change(us, now, "Vendor", body, Active=False)
    assert gone["DisplayName"] == "Lender (deleted)"


def test_documents_of_every_kind_show_a_vendors_new_name(
    us: Company, now: datetime
) -> None:
    body = make(us, now, "Lender", "Vendor", Balance=40)
    change(us, now, "Vendor", body, DisplayName="Lender & Sons")
    (bill,) = us.query("select * from Bill")["Bill"]
    assert bill["VendorRef"]["name"] == "Lender & Sons"
    assert bill["SyncToken"] == "0"


def test_an_employee_is_named_after_its_parts(us: Company, now: datetime) -> None:
    with refused("6080"):
        make(us, now, "Nobody", "Employee")
    body = us.create("Employee", {"GivenName": "Ada", "FamilyName": "Byron"}, now=now)
    assert (body["DisplayName"], body["BillableTime"]) == ("Ada Byron", False)
    wed = change(us, now, "Employee", body, FamilyName="Lovelace")
    assert wed["DisplayName"] == wed["PrintOnCheckName"] == "Ada Lovelace"
    with refused("6240"):
        make(us, now, "ada lovelace")


@pytest.mark.parametrize(
    ("kind", "wish", "code"),
    [
        ("Customer", {"Notes": "x" * 2001}, "2050"),
        ("Customer", {"ResaleNum": "x" * 17}, "2050"),
        ("Customer", {"Title": "x" * 17}, "2050"),
        ("Customer", {"PrintOnCheckName": "x" * 111}, "2050"),
        ("Customer", {"CompanyName": "x" * 101}, "2050"),
        ("Customer", {"WebAddr": {"URI": "x" * 1001}}, "2050"),
        ("Customer", {"PrimaryPhone": {"FreeFormNumber": "1" * 31}}, "2050"),
        ("Customer", {"BillAddr": {"PostalCode": "1" * 31}}, "2050"),
        ("Customer", {"TaxExemptionReasonId": 16}, "2090"),
        ("Customer", {"CustomerTypeRef": {"value": "9"}}, "2500"),
        ("Customer", {"ParentRef": {"value": "999"}}, "2500"),
        ("Vendor", {"AcctNum": "x" * 101}, "2050"),
        ("Vendor", {"TaxIdentifier": "x" * 21}, "2050"),
        ("Vendor", {"TermRef": {"value": "999"}}, "2500"),
        ("Vendor", {"APAccountRef": {"value": "999"}}, "2500"),
    ],
)
def test_what_does_not_fit_a_name_is_refused(
    us: Company, now: datetime, kind: str, wish: Body, code: str
) -> None:
    with refused(code):
        make(us, now, "Jack", kind, **wish)


def test_a_vendors_terms_are_kept_when_it_is_created_unless_switched(
    us: Company, now: datetime
) -> None:
    terms = {"value": "3"}
    assert make(us, now, "A", "Vendor", TermRef=terms)["TermRef"] == terms
    us.switches.vendor_terms_on_create = False
    body = make(us, now, "B", "Vendor", TermRef=terms)
    assert "TermRef" not in body
    assert change(us, now, "Vendor", body, TermRef=terms)["TermRef"] == terms


def test_with_payroll_an_employee_is_always_named_after_its_parts(
    us: Company, now: datetime
) -> None:
    wish = {"GivenName": "Ada", "DisplayName": "The boss"}
    body = us.create("Employee", wish, now=now)
    assert body["DisplayName"] == "The boss"
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        info = work.fetch("CompanyInfo", 1) or {}
        info["NameValue"] = [{"Name": "PayrollFeature", "Value": "true"}]
        work.reword(KINDS["CompanyInfo"], info)
    renamed = change(us, now, "Employee", body, DisplayName="Chief", FamilyName="L")
    assert renamed["DisplayName"] == "Ada L"


def test_an_opening_balance_stays_one_when_its_invoice_is_changed(
    us: Company, now: datetime
) -> None:
    make(us, now, "Debtor", Balance=25.5)
    (invoice,) = us.query("select * from Invoice")["Invoice"]
    line = {**invoice["Line"][0], "Amount": 30}
    wish = {**invoice, "Line": [line], "PrivateNote": "by mistake"}
    assert us.update("Invoice", wish, now=now)["TotalAmt"] == 30
    assert {k: v for k, v in us.trial_balance().items() if v} == {34: -30, 84: 30}


def test_a_line_keeps_the_account_it_was_booked_on_while_it_sells_the_same(
    us: Company, now: datetime
) -> None:
    make(us, now, "Buyer")
    (customer,) = us.query("select * from Customer")["Customer"]
    sold = {"Amount": 9, "DetailType": "SalesItemLineDetail"}
    detail = {"SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    wish = {"CustomerRef": {"value": customer["Id"]}, "Line": [{**sold, **detail}]}
    invoice = us.create("Invoice", wish, now=now)
    item = us.read("Item", "1")
    change(us, now, "Item", item, IncomeAccountRef={"value": "79"})
    changed = change(us, now, "Invoice", invoice, Line=[*invoice["Line"], sold])
    accounts = [
        line["SalesItemLineDetail"]["ItemAccountRef"]["value"]
        for line in changed["Line"]
        if "SalesItemLineDetail" in line
    ]
    assert accounts == ["1", "79"]
