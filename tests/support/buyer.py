"""A buyer of goods in two currencies: what she enters, and what she owes by it."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize

from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

EPOCH = datetime(2026, 1, 5, 12, tzinfo=UTC)
ASSET = 81
Body = dict[str, Any]


class Buyer(RuleBasedStateMachine):
    """The books of a company, and the hands of a machine that buys for it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "books.sqlite3")
        self.now = EPOCH
        self.seen: set[str] = set()
        self.known: dict[str, list[str]] = {}

    @initialize()
    def found(self) -> None:
        self.books = seed(self.store, now=EPOCH, empty=True, profiles=("multi",))[0]
        self.vendors = {
            code: self.enter(
                "Vendor", DisplayName=f"Vendor {code}", CurrencyRef={"value": code}
            )["Id"]
            for code in ("USD", "EUR")
        }
        self.goods = [self.stocked(name) for name in ("Bricks", "Tiles")]

    def stocked(self, name: str) -> str:
        body = self.enter(
            "Item",
            Name=name,
            Type="Inventory",
            TrackQtyOnHand=True,
            QtyOnHand=0,
            InvStartDate="2026-01-01",
            PurchaseCost=2,
            AssetAccountRef={"value": str(ASSET)},
            ExpenseAccountRef={"value": "80"},
            IncomeAccountRef={"value": "79"},
        )
        return str(body["Id"])

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def tick(self) -> datetime:
        self.now += timedelta(seconds=7)
        return self.now

    def enter(self, entity: str, **body: Any) -> Body:
        return self.books.create(entity, body, now=self.tick())

    def current(self, form: str) -> Body | None:
        entity, _, number = form.partition("/")
        try:
            return self.books.read(entity, number)
        except Fault:
            return None

    def remember(self, entity: str, body: Body) -> str:
        number = str(body["Id"])
        assert number not in self.seen, "an id was used twice"
        self.seen.add(number)
        self.known.setdefault(entity, []).append(f"{entity}/{number}")
        return f"{entity}/{number}"

    def chosen(self, entity: str, many: int) -> list[str]:
        return self.known.get(entity, [])[-many:] if many else []

    def lines(self, spent: list[Decimal], bought: list[Decimal]) -> list[Body]:
        lines: list[Body] = [
            {
                "Amount": amount,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
            }
            for amount in spent
        ]
        for position, quantity in enumerate(bought):
            detail = {
                "ItemRef": {"value": self.goods[position % 2]},
                "Qty": quantity,
                "UnitPrice": 3,
            }
            lines.append(
                {
                    "Amount": quantity * 3,
                    "DetailType": "ItemBasedExpenseLineDetail",
                    "ItemBasedExpenseLineDetail": detail,
                }
            )
        return lines

    def head(self, currency: str, rate: Decimal) -> Body:
        found: Body = {"VendorRef": {"value": self.vendors[currency]}}
        found["CurrencyRef"] = {"value": currency}
        return found if currency == "USD" else {**found, "ExchangeRate": rate}

    def open_links(self, forms: list[str], currency: str) -> list[Body]:
        found = []
        for form in forms:
            body = self.current(form)
            if body is None or body["CurrencyRef"]["value"] != currency:
                continue
            if body["Balance"]:
                link = {"TxnId": body["Id"], "TxnType": form.partition("/")[0]}
                found.append({"Amount": body["Balance"], "LinkedTxn": [link]})
        return found

    def settlement(
        self, paid: list[str], used: list[str], share: int, currency: str
    ) -> tuple[Decimal, list[Body]]:
        """Parts of bills and what credits pay of them; the rest is money."""
        lines = self.open_links(paid, currency)
        for line in lines:
            part = (Decimal(line["Amount"]) * share / 100).quantize(Decimal("0.01"))
            line["Amount"] = max(part, Decimal("0.01"))
        left = sum((line["Amount"] for line in lines), start=Decimal(0))
        for line in self.open_links(used, currency):
            line["Amount"] = min(Decimal(line["Amount"]), left)
            left -= line["Amount"]
            if line["Amount"]:
                lines.append(line)
        return left, lines

    def all_of(self, entity: str) -> list[Body]:
        found = self.books.query(
            f"select * from {entity} maxresults 1000"  # noqa: S608  names of the tests
        )
        return list(found.get(entity, []))

    def open_amounts(self) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        open_: dict[str, Decimal] = defaultdict(Decimal)
        at_home: dict[str, Decimal] = defaultdict(Decimal)
        for sign, entity in ((1, "Bill"), (-1, "VendorCredit")):
            for body in self.all_of(entity):
                code, left = body["CurrencyRef"]["value"], Decimal(body["Balance"])
                assert 0 <= left <= Decimal(body["TotalAmt"])
                open_[code] += sign * left
                at_home[code] += sign * left * Decimal(body["ExchangeRate"])
        for body in self.all_of("BillPayment"):
            code = body["CurrencyRef"]["value"]
            left = Decimal(body["TotalAmt"]) - sum(
                (
                    Decimal(line["Amount"])
                    * (1 if line["LinkedTxn"][0]["TxnType"] == "Bill" else -1)
                    for line in body["Line"]
                ),
                start=Decimal(0),
            )
            assert left >= 0
            open_[code] -= left
            at_home[code] -= left * Decimal(body["ExchangeRate"])
        return open_, at_home
