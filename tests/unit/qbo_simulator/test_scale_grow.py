"""A company made large: what it holds is what its books would have made of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.scaling import growing as scale
from qbo_simulator.scaling.growing import Wanted, grow
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

WANTED = Wanted(customers=60, vendors=7, items=12, invoices=90)
TABLES = [
    f"SELECT * FROM {table}"  # noqa: S608
    for table in ("entity", "posting", "application", "account_balance", "sequence")
]
Body = dict[str, Any]


def rows(company: Company, entity: str) -> list[Body]:
    found: list[Body] = []
    while True:
        page = company.query(
            f"select * from {entity} where Active in (true, false) orderby Id "  # noqa: S608
            f"startposition {len(found) + 1} maxresults 1000"
            if company.kind(entity).is_name_list
            else f"select * from {entity} orderby Id startposition {len(found) + 1} "  # noqa: S608
            "maxresults 1000"
        )
        if not page:
            return found
        found += page[entity]


@pytest.fixture(params=[False, True], ids=["with indexes", "indexes made anew"])
def grown(
    request: pytest.FixtureRequest,
    us: Company,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> Company:
    monkeypatch.setattr(scale, "LARGE", 1 if request.param else 10**9)
    grow(us, WANTED, now=now)
    return us


def test_it_holds_as_many_as_were_asked_for(grown: Company) -> None:
    assert len(rows(grown, "Customer")) == 60
    assert len(rows(grown, "Vendor")) == 7
    assert len(rows(grown, "Item")) == 12 + 2
    assert len(rows(grown, "Invoice")) == 90
    assert len(rows(grown, "Payment")) == 54


def test_the_books_are_in_balance_and_show_what_is_owed(grown: Company) -> None:
    trial = grown.trial_balance()
    assert sum(trial.values()) == 0
    invoices, customers = rows(grown, "Invoice"), rows(grown, "Customer")
    owed = sum(Decimal(each["Balance"]) for each in invoices)
    accounts = {each["Id"]: each for each in rows(grown, "Account")}
    [receivable] = [
        each
        for each in accounts.values()
        if each["AccountType"] == "Accounts Receivable"
    ]
    assert owed > 0
    assert owed == sum(Decimal(each["Balance"]) for each in customers)
    assert owed == Decimal(receivable["CurrentBalance"]) == trial[int(receivable["Id"])]
    for customer in customers:
        own = [
            Decimal(each["Balance"])
            for each in invoices
            if each["CustomerRef"]["value"] == customer["Id"]
        ]
        assert sum(own) == customer["Balance"] == customer["BalanceWithJobs"]
    for number, balance in trial.items():
        account = accounts[str(number)]
        sign = 1 if account["Classification"] in {"Asset", "Expense"} else -1
        assert sign * balance == account["CurrentBalance"], account["Name"]


def test_every_number_is_given_once_and_the_next_ones_follow(
    grown: Company, now: datetime
) -> None:
    numbers = [each["DocNumber"] for each in rows(grown, "Invoice")]
    assert len(set(numbers)) == 90
    names = [
        each["Id"] for name in ("Customer", "Vendor") for each in rows(grown, name)
    ]
    assert len(set(names)) == 67
    body = grown.create("Customer", {"DisplayName": "Ada"}, now=now)
    assert body["Id"] not in names
    line = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    made = grown.create(
        "Invoice", {"CustomerRef": {"value": body["Id"]}, "Line": [line]}, now=now
    )
    assert int(made["DocNumber"]) == max(map(int, numbers)) + 1


def test_a_copied_invoice_behaves_as_one_that_was_entered(
    grown: Company, now: datetime
) -> None:
    found = grown.query("select * from Invoice where Balance > '0' maxresults 1")
    invoice = found["Invoice"][0]
    customer = grown.read("Customer", invoice["CustomerRef"]["value"])
    link = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    payment = {
        "CustomerRef": invoice["CustomerRef"],
        "TotalAmt": invoice["Balance"],
        "Line": [{"Amount": invoice["Balance"], "LinkedTxn": link}],
    }
    grown.create("Payment", payment, now=now)
    after = grown.read("Invoice", invoice["Id"])
    assert (after["Balance"], after["SyncToken"]) == (0, "1")
    owing = Decimal(customer["Balance"]) - Decimal(invoice["Balance"])
    assert grown.read("Customer", customer["Id"])["Balance"] == owing
    touched = {
        "Id": after["Id"],
        "SyncToken": "1",
        "sparse": True,
        "PrivateNote": "checked",
    }
    assert grown.update("Invoice", touched, now=now)["TotalAmt"] == invoice["TotalAmt"]
    assert sum(grown.trial_balance().values()) == 0


def test_a_copied_payment_can_be_deleted_and_its_invoice_is_open_again(
    grown: Company, now: datetime
) -> None:
    payment = rows(grown, "Payment")[20]
    invoice_id = payment["Line"][0]["LinkedTxn"][0]["TxnId"]
    paid = grown.read("Invoice", invoice_id)
    assert paid["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    named = {
        each["value"]["Name"]: each["value"]["Value"]
        for each in payment["Line"][0]["LineEx"]["any"]
    }
    assert named["txnId"] == invoice_id
    assert named["txnReferenceNumber"] == paid["DocNumber"]
    assert payment["TotalAmt"] == paid["TotalAmt"]
    assert payment["CustomerRef"] == paid["CustomerRef"]
    token = {"Id": payment["Id"], "SyncToken": payment["SyncToken"]}
    grown.delete("Payment", token, now=now)
    assert grown.read("Invoice", invoice_id)["Balance"] == paid["TotalAmt"]
    grown.void("Invoice", {"Id": paid["Id"], "SyncToken": "2"}, now=now)
    assert sum(grown.trial_balance().values()) == 0


def test_a_copied_customer_is_found_and_its_name_is_taken(
    grown: Company, now: datetime
) -> None:
    customer = rows(grown, "Customer")[30]
    name = customer["DisplayName"]
    email = customer["PrimaryEmailAddr"]["Address"]
    for where in (f"DisplayName = '{name}'", f"PrimaryEmailAddr = '{email}'"):
        found = grown.query(f"select Id from Customer where {where}")  # noqa: S608
        assert [each["Id"] for each in found["Customer"]] == [customer["Id"]]
    with pytest.raises(Exception, match=r"^6240 "):
        grown.create("Vendor", {"DisplayName": name.upper()}, now=now)


def test_nothing_tells_of_it(grown: Company) -> None:
    db = grown.store.connection
    for table in ("change", "accepted"):
        assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == 0  # noqa: S608


def test_it_can_be_made_larger_again_and_for_those_who_are_there(
    grown: Company, now: datetime
) -> None:
    grow(grown, Wanted(customers=20, items=3), now=now)
    grow(grown, Wanted(invoices=30, payments=10), now=now + timedelta(days=1))
    names = [each["DisplayName"] for each in rows(grown, "Customer")]
    assert len(names) == len(set(names)) == 80
    assert len(rows(grown, "Payment")) == 64
    test_the_books_are_in_balance_and_show_what_is_owed(grown)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, now: datetime) -> None:
    held = []
    for number in range(2):
        store = Store(tmp_path / f"{number}.sqlite3")
        company = seed(store, now=now, empty=True)[0]
        grow(company, WANTED, now=now)
        db = store.connection
        held.append([list(map(tuple, db.execute(sql))) for sql in TABLES])
        store.close()
    assert held[0] == held[1]


def test_forms_for_nobody_are_refused(us: Company, now: datetime) -> None:
    with pytest.raises(Exception, match="no customers to invoice"):
        grow(us, Wanted(invoices=1), now=now)
    assert rows(us, "Invoice") == []


def test_a_company_abroad_grows_too(uk: Company, now: datetime) -> None:
    grow(uk, Wanted(customers=5, items=3, invoices=10), now=now)
    invoices = rows(uk, "Invoice")
    assert {each["CurrencyRef"]["value"] for each in invoices} == {"GBP"}
    assert all(each["TxnTaxDetail"]["TotalTax"] for each in invoices)
    assert sum(uk.trial_balance().values()) == 0
