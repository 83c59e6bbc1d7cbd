"""Buying in a foreign currency: rates, gains and losses, and goods at their cost at home."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

Body = dict[str, Any]
ASSET = 81


def spent(amount: str | int) -> Body:
    return {
        "Amount": Decimal(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
    }


class Importer:
    """Buys from a vendor who is paid in euros."""

    def __init__(self, books: Company, now: datetime) -> None:
        self.books = books
        self.now = now
        currency = {"value": "EUR"}
        made = self.enter("Vendor", DisplayName="Holz & Söhne", CurrencyRef=currency)
        self.vendor = made["Id"]

    def enter(self, entity: str, **body: Any) -> Body:
        self.now += timedelta(seconds=1)
        return self.books.create(entity, body, now=self.now)

    def form(self, entity: str, rate: str, *lines: Body, **more: Any) -> Body:
        return self.enter(
            entity,
            VendorRef={"value": self.vendor},
            CurrencyRef={"value": "EUR"},
            ExchangeRate=Decimal(rate),
            Line=list(lines),
            **more,
        )

    def pay(self, rate: str, total: int, bill: Body, amount: int | None = None) -> Body:
        link = {"TxnId": bill["Id"], "TxnType": "Bill"}
        return self.form(
            "BillPayment",
            rate,
            {"Amount": total if amount is None else amount, "LinkedTxn": [link]},
            PayType="Check",
            CheckPayment={"BankAccountRef": {"value": "35"}},
            TotalAmt=total,
        )

    def named(self, name: str) -> Decimal | int:
        statement = f"select * from Account where Name = '{name}'"  # noqa: S608
        found = self.books.query(statement).get("Account", [])
        held = self.books.trial_balance()
        return held.get(int(found[0]["Id"]), Decimal(0)) if found else Decimal(0)

    def change(self, entity: str, body: Body, **wish: Any) -> Body:
        current = self.books.read(entity, body["Id"])
        head = {"Id": body["Id"], "SyncToken": current["SyncToken"], "sparse": True}
        return self.books.update(entity, {**head, **wish}, now=self.now)


PAYABLE = "Accounts Payable (A/P) - EUR"
GAIN = "Exchange Gain or Loss"


@pytest.fixture
def importer(books_store: Store, now: datetime) -> Importer:
    books = seed(books_store, now=now, empty=True, profiles=("multi",))[0]
    return Importer(books, now)


def test_a_foreign_bill_stands_on_a_payable_account_of_its_currency(
    importer: Importer,
) -> None:
    bill = importer.form("Bill", "1.25", spent(100))
    assert bill["APAccountRef"]["name"] == PAYABLE
    assert (bill["Balance"], bill["HomeBalance"]) == (100, 125)
    assert bill["HomeTotalAmt"] == 125
    assert importer.named(PAYABLE) == -125
    assert importer.books.read("Vendor", importer.vendor)["Balance"] == 100
    account = importer.books.read("Account", bill["APAccountRef"]["value"])
    assert (account["CurrentBalance"], account["CurrencyRef"]["value"]) == (100, "EUR")


def test_what_the_euro_loses_until_it_is_paid_is_a_gain(importer: Importer) -> None:
    bill = importer.form("Bill", "1.25", spent(100))
    importer.pay("1.10", 100, bill)
    assert importer.named(PAYABLE) == 0
    assert importer.named("Checking") == -110
    assert importer.named(GAIN) == -15


def test_parts_that_are_paid_add_up_to_the_whole_at_home(importer: Importer) -> None:
    bill = importer.form("Bill", "1.3333", spent("0.05"))
    for cents in (1, 1, 1, 1, 1):
        link = {"TxnId": bill["Id"], "TxnType": "Bill"}
        amount = Decimal(cents) / 100
        importer.form(
            "BillPayment",
            "1",
            {"Amount": amount, "LinkedTxn": [link]},
            PayType="Check",
            CheckPayment={"BankAccountRef": {"value": "35"}},
            TotalAmt=amount,
        )
    assert importer.named(PAYABLE) == 0


def test_a_new_rate_of_a_paid_bill_changes_the_gain(importer: Importer) -> None:
    bill = importer.form("Bill", "1.25", spent(100))
    importer.pay("1.10", 100, bill)
    importer.change(
        "Bill", bill, VendorRef=bill["VendorRef"], ExchangeRate=Decimal("1.5")
    )
    assert importer.named(PAYABLE) == 0
    assert importer.named(GAIN) == -40


def test_taking_an_earlier_payment_back_leaves_the_later_one_exact(
    importer: Importer,
) -> None:
    bill = importer.form("Bill", "1.333", spent("0.07"))
    paid = []
    for cents in (3, 4):
        link = {"TxnId": bill["Id"], "TxnType": "Bill"}
        amount = Decimal(cents) / 100
        line = {"Amount": amount, "LinkedTxn": [link]}
        paid.append(
            importer.form(
                "BillPayment",
                "1.2",
                line,
                PayType="Check",
                CheckPayment={"BankAccountRef": {"value": "35"}},
                TotalAmt=amount,
            )
        )
    importer.books.delete("BillPayment", paid[0], now=importer.now)
    bill = importer.books.read("Bill", bill["Id"])
    assert bill["Balance"] == Decimal("0.03")
    left = -(
        Decimal("0.07") * Decimal("1.333") - Decimal("0.04") * Decimal("1.333")
    ).quantize(Decimal("0.01"))
    assert importer.named(PAYABLE) == left


def test_an_expense_is_in_the_currency_of_who_is_paid(importer: Importer) -> None:
    expense = importer.enter(
        "Purchase",
        PaymentType="Cash",
        AccountRef={"value": "35"},
        EntityRef={"value": importer.vendor, "type": "Vendor"},
        ExchangeRate=Decimal("1.2"),
        Line=[spent(100)],
    )
    assert expense["CurrencyRef"]["value"] == "EUR"
    assert importer.named("Checking") == -120


def test_an_expense_in_another_currency_than_the_payees_is_refused(
    importer: Importer,
) -> None:
    with pytest.raises(Fault) as refused:
        importer.enter(
            "Purchase",
            PaymentType="Cash",
            AccountRef={"value": "35"},
            EntityRef={"value": importer.vendor, "type": "Vendor"},
            CurrencyRef={"value": "USD"},
            Line=[spent(100)],
        )
    assert refused.value.code == "6000"


def test_a_bill_on_a_payable_account_of_another_currency_is_refused(
    importer: Importer,
) -> None:
    with pytest.raises(Fault) as refused:
        importer.form("Bill", "1", spent(1), APAccountRef={"value": "33"})
    assert (refused.value.code, refused.value.element) == ("6000", "APAccountRef")


def test_goods_are_on_hand_at_their_cost_at_home(importer: Importer) -> None:
    item = importer.enter(
        "Item",
        Name="Bricks",
        Type="Inventory",
        TrackQtyOnHand=True,
        QtyOnHand=0,
        InvStartDate="2026-01-01",
        AssetAccountRef={"value": str(ASSET)},
        ExpenseAccountRef={"value": "80"},
        IncomeAccountRef={"value": "79"},
    )["Id"]
    goods = {
        "Amount": 10,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": item},
            "Qty": 3,
        },
    }
    importer.form("Bill", "1.333", goods, spent("0.01"), spent("0.01"))
    held = importer.books.trial_balance()
    with importer.books.store.read() as db:
        worth = db.execute("SELECT SUM(value) FROM stock_move").fetchone()[0]
    assert held[ASSET] == Decimal(worth) / 100
    assert sum(held.values()) == 0
