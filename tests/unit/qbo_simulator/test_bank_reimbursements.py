"""Billable lines of bills and expenses: what customers are to pay back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
RENT = "17"


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


@pytest.fixture(autouse=True)
def parties(us: Company, now: datetime) -> None:
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    us.create("Vendor", {"DisplayName": "Mill"}, now=now)


def bought(amount: Any, **more: Any) -> Body:
    detail = {
        "AccountRef": {"value": RENT},
        "CustomerRef": {"value": "1"},
        "BillableStatus": "Billable",
        **more,
    }
    return {
        "Amount": amount,
        "Description": "Oven hire",
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }


def bill(us: Company, now: datetime, *lines: Body) -> Body:
    body = {"VendorRef": {"value": "2"}, "Line": list(lines)}
    return us.create("Bill", body, now=now)


def charges(us: Company) -> list[Body]:
    found = us.query("select * from ReimburseCharge orderby TxnDate")
    return list(found.get("ReimburseCharge", []))


def status(us: Company, id: str) -> str:  # noqa: A002
    line = us.read("Bill", id)["Line"][0]
    return str(line["AccountBasedExpenseLineDetail"]["BillableStatus"])


def invoice(us: Company, now: datetime, charge: Body) -> Body:
    link = {"TxnId": charge["Id"], "TxnType": "ReimburseCharge"}
    line = {
        "Amount": charge["Amount"],
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
        "LinkedTxn": [link],
    }
    body = {"CustomerRef": {"value": "1"}, "Line": [line], "LinkedTxn": [link]}
    return us.create("Invoice", body, now=now)


def test_a_billable_line_charges_its_customer_with_the_markup(
    us: Company, now: datetime
) -> None:
    bill(
        us,
        now,
        bought(10, MarkupInfo={"Percent": 900}),
        bought(5, CustomerRef=None, BillableStatus="NotBillable"),
    )
    (charge,) = charges(us)
    assert charge["CustomerRef"] == {"value": "1", "name": "Ada"}
    assert (charge["Amount"], charge["HasBeenInvoiced"]) == (100, False)
    account = {"value": RENT, "name": "Rent or Lease"}
    base, markup = charge["Line"]
    assert base["Amount"] == 10
    assert base["ReimburseLineDetail"]["ItemAccountRef"] == account
    assert (markup["Description"], markup["Amount"]) == ("900% markup", 90)
    assert us.read("Customer", "1")["Balance"] == 0


def test_an_invoice_bills_the_charge_and_giving_it_up_frees_it(
    us: Company, now: datetime
) -> None:
    made = bill(us, now, bought(10))
    (charge,) = charges(us)
    billed = invoice(us, now, charge)
    (charge,) = charges(us)
    link = [{"TxnId": billed["Id"], "TxnType": "Invoice"}]
    assert charge["HasBeenInvoiced"] is True
    assert charge["LinkedTxn"] == charge["Line"][0]["LinkedTxn"] == link
    assert status(us, made["Id"]) == "HasBeenBilled"
    with refused("6400"):
        us.delete("Bill", us.read("Bill", made["Id"]), now=now)
    us.delete("Invoice", us.read("Invoice", billed["Id"]), now=now)
    (charge,) = charges(us)
    assert (charge["HasBeenInvoiced"], charge["LinkedTxn"]) == (False, [])
    assert status(us, made["Id"]) == "Billable"
    us.delete("Bill", us.read("Bill", made["Id"]), now=now)
    assert charges(us) == []


def test_a_charge_follows_its_line(us: Company, now: datetime) -> None:
    made = bill(us, now, bought(10))
    made["Line"][0]["Amount"] = 12
    made = us.update("Bill", made, now=now)
    (charge,) = charges(us)
    assert (charge["Amount"], charge["SyncToken"]) == (12, "1")
    detail = made["Line"][0]["AccountBasedExpenseLineDetail"]
    detail["BillableStatus"] = "NotBillable"
    us.update("Bill", made, now=now)
    assert charges(us) == []


def test_an_item_is_charged_to_its_income_by_quantity(
    us: Company, now: datetime
) -> None:
    line = {
        "Amount": 30,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": made_item(us, now)},
            "Qty": 3,
            "UnitPrice": 10,
            "CustomerRef": {"value": "1"},
            "BillableStatus": "Billable",
        },
    }
    body = {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [line]}
    us.create("Purchase", body, now=now)
    detail = charges(us)[0]["Line"][0]["ReimburseLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (3, 10)
    assert detail["ItemAccountRef"]["value"] == "79"


def made_item(us: Company, now: datetime) -> str:
    body = {
        "Name": "Yeast",
        "Type": "NonInventory",
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
    }
    return str(us.create("Item", body, now=now)["Id"])


def test_a_charge_is_never_written_through_the_api(us: Company, now: datetime) -> None:
    bill(us, now, bought(10))
    (charge,) = charges(us)
    assert us.read("ReimburseCharge", charge["Id"]) == charge
    for verb in (us.create, us.update, us.delete):
        with refused("500"):
            verb("ReimburseCharge", charge, now=now)
