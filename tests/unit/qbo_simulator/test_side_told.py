"""Every act on every entity is logged once, in the word that webhooks tell it by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.webhooks.payloads import OPERATIONS, TOLD

Body = dict[str, Any]
ELSEWHERE = {
    *((kind, "Delete") for kind in ("Account", "Class", "Customer", "Employee")),
    *((kind, "Delete") for kind in ("Item", "Vendor", "CompanyCurrency")),
    *(("Budget", word) for word in ("Create", "Update")),
    *(("JournalCode", word) for word in ("Create", "Update")),
    *(("CompanyCurrency", word) for word in ("Create", "Update")),
    ("TaxAgency", "Update"),
}
"""What Intuit lists, but no company in the US of one currency does through the API:
lists are not deleted, budgets are read only, codes and currencies are others'."""


def ref(value: str) -> Body:
    return {"value": value}


SALE: Body = {
    "Amount": 10,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": ref("1")},
}
COST: Body = {
    "Amount": 10,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": ref("7")},
}
GOODS: Body = {
    "Amount": 10,
    "DetailType": "ItemBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail": {"ItemRef": ref("1")},
}
DIRECT: Body = {
    "Amount": 5,
    "DetailType": "DepositLineDetail",
    "DepositLineDetail": {"AccountRef": ref("1")},
}
LISTS: dict[str, Body] = {
    "Account": {"AccountType": "Bank"},
    "Class": {},
    "Customer": {},
    "Department": {},
    "Employee": {"GivenName": "Ada"},
    "Item": {"Type": "Service", "IncomeAccountRef": ref("1")},
    "PaymentMethod": {},
    "Term": {"DueDays": 3},
    "Vendor": {},
}


def entry(side: str, account: str) -> Body:
    detail = {"PostingType": side, "AccountRef": ref(account)}
    return {
        "Amount": 3,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": detail,
    }


class Told:
    """A company whose every act is followed by a look at what was logged of it."""

    def __init__(self, books: Company, now: datetime) -> None:
        self.books = books
        self.now = now
        self.words: set[tuple[str, str]] = set()
        self.look()

    def look(self) -> list[tuple[str, str, str, str | None]]:
        db = self.books.store.connection
        rows = db.execute("SELECT entity, id, operation, deleted_id FROM change")
        found = [tuple(row) for row in rows]
        db.execute("DELETE FROM change")
        return found

    def act(
        self, word: str, entity: str, deed: Callable[[], Body], loser: str | None = None
    ) -> Body:
        self.now += timedelta(minutes=1)
        body = deed()
        own = [each for each in self.look() if each[:2] == (entity, body["Id"])]
        assert own == [(entity, body["Id"], word, loser)]
        self.words.add((entity, word))
        return body

    def make(self, entity: str, **body: Any) -> Body:
        return self.act(
            "Create", entity, lambda: self.books.create(entity, body, now=self.now)
        )

    def change(self, entity: str, held: Body, **part: Any) -> None:
        now = self.books.read(entity, held["Id"])
        head = {"Id": now["Id"], "SyncToken": now["SyncToken"], "sparse": True}
        kept = {"Line": now["Line"]} if "Line" in now else {}
        needed = {
            name: now[name] for name in ("VendorRef", "PaymentType") if name in now
        }
        wish = {**head, **kept, **needed, **part}
        self.act(
            "Update", entity, lambda: self.books.update(entity, wish, now=self.now)
        )

    def finish(self, entity: str, held: Body) -> None:
        kind, books = KINDS[entity], self.books
        if "send" in kind.operations:
            self.act(
                "Emailed",
                entity,
                lambda: books.send(entity, held["Id"], now=self.now, to="a@b.co"),
            )
        if "void" in kind.operations | kind.by_hand:
            now = books.read(entity, held["Id"])
            self.act(
                "Void",
                entity,
                lambda: books.void(entity, now, now=self.now, by_hand=True),
            )
        if "delete" in kind.operations:
            last = books.read(entity, held["Id"])
            self.act("Delete", entity, lambda: books.delete(entity, last, now=self.now))


@pytest.fixture
def told(us: Company, now: datetime) -> Told:
    return Told(us, now)


def sell(told: Told) -> dict[str, Body]:
    customer = {"CustomerRef": ref(told.make("Customer", DisplayName="Buyer")["Id"])}
    made = {
        name: told.make(name, **customer, Line=[SALE])
        for name in ("Estimate", "Invoice", "SalesReceipt", "CreditMemo")
    }
    link = [{"TxnId": made["Invoice"]["Id"], "TxnType": "Invoice"}]
    made["RefundReceipt"] = told.make(
        "RefundReceipt", **customer, Line=[SALE], DepositToAccountRef=ref("35")
    )
    paid = [{"Amount": 5, "LinkedTxn": link}]
    made["Payment"] = told.make("Payment", **customer, TotalAmt=5, Line=paid)
    return made


def buy(told: Told) -> dict[str, Body]:
    vendor = {"VendorRef": ref(told.make("Vendor", DisplayName="Seller")["Id"])}
    made = {
        name: told.make(name, **vendor, Line=[COST])
        for name in ("Bill", "VendorCredit")
    }
    made["PurchaseOrder"] = told.make(
        "PurchaseOrder", **vendor, Line=[GOODS], APAccountRef=ref("33")
    )
    made["Purchase"] = told.make(
        "Purchase", PaymentType="Cash", AccountRef=ref("35"), Line=[COST]
    )
    link = [{"TxnId": made["Bill"]["Id"], "TxnType": "Bill"}]
    made["BillPayment"] = told.make(
        "BillPayment",
        **vendor,
        PayType="Check",
        CheckPayment={"BankAccountRef": ref("35")},
        TotalAmt=5,
        Line=[{"Amount": 5, "LinkedTxn": link}],
    )
    return made


def keep(told: Told) -> dict[str, Body]:
    worker = told.make("Employee", GivenName="Worker")
    return {
        "Deposit": told.make("Deposit", DepositToAccountRef=ref("35"), Line=[DIRECT]),
        "Transfer": told.make(
            "Transfer", FromAccountRef=ref("35"), ToAccountRef=ref("36"), Amount=3
        ),
        "JournalEntry": told.make(
            "JournalEntry", Line=[entry("Debit", "35"), entry("Credit", "1")]
        ),
        "TimeActivity": told.make(
            "TimeActivity",
            NameOf="Employee",
            EmployeeRef=ref(worker["Id"]),
            Hours=2,
        ),
    }


def test_every_act_on_a_transaction_is_told_once(told: Told) -> None:
    made = {**sell(told), **buy(told), **keep(told)}
    for entity, body in made.items():
        note = "Description" if entity == "TimeActivity" else "PrivateNote"
        told.change(entity, body, **{note: "changed"})
    for entity, body in reversed(made.items()):
        told.finish(entity, body)
    forms = {name for name in TOLD if name in KINDS and not KINDS[name].is_name_list}
    assert told.words >= listed(forms - {"Budget"})


def test_every_act_on_a_list_is_told_once(told: Told) -> None:
    for entity, more in LISTS.items():
        part = {"Customer": "DisplayName", "Vendor": "DisplayName"}.get(entity, "Name")
        if entity == "Employee":
            part = "FamilyName"
        loser, winner = (
            told.make(entity, **{**more, part: f"{entity} {which}"})["Id"]
            for which in ("old", "new")
        )
        told.change(entity, {"Id": loser}, **{part: f"{entity} older"})
        if "m" in TOLD[entity]:
            told.act(
                "Merge",
                entity,
                lambda entity=entity, loser=loser, winner=winner: told.books.merge(
                    entity, loser, winner, now=told.now
                ),
                loser,
            )
    told.make("TaxAgency", DisplayName="Agency")
    told.change("Preferences", {"Id": "1"}, SalesFormsPrefs={"CustomTxnNumbers": True})
    lists = {name for name in TOLD if KINDS[name].is_name_list}
    assert told.words >= listed(lists)


def listed(entities: set[str]) -> set[tuple[str, str]]:
    """What Intuit lists of these, and what can be done to them here."""
    words = {(name, OPERATIONS[letter]) for name in entities for letter in TOLD[name]}
    return words - ELSEWHERE
