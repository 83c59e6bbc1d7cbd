"""Invoices and payments entered once, and what the books made of them taken down."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from qbo_simulator.wire import as_decimal, decode, encode, to_cents

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from datetime import datetime

    from qbo_simulator.books.kind import Body
    from qbo_simulator.company import Company


class Undo(Exception):
    """Takes back what was entered to see what becomes of it."""


@contextmanager
def undone(company: Company) -> Iterator[None]:
    """Enter whatever is entered in this block, and take it back at its end."""
    try:
        with company.store.write():
            yield
            raise Undo  # noqa: TRY301
    except Undo:
        pass


POSTED = ("txn", "name", "party", "on_date", "at")
VALUE = b'"Name":"%b","Value":'
HEAVY = ("Line", "TxnTaxDetail", "CustomField")


@dataclass
class Pattern:
    """A form as the books made it, and the rows it left in the ledger.

    What is alike in all copies is written once: the heavy parts of `body` are JSON
    already, and of each posting `rows` has what goes before the columns in POSTED, and
    whether it moves the customer's balance.
    """

    body: Body
    columns: tuple[str, ...]
    rows: list[tuple[tuple[Any, ...], bool]]
    cents: int
    days: int


@dataclass
class Cart:
    """An invoice before and after it is paid, and the payment."""

    open: Pattern
    paid: Pattern
    payment: Pattern

    @property
    def cents(self) -> int:
        """What it comes to."""
        return self.open.cents

    def line_for(self, invoice: Body) -> msgspec.Raw:
        """The payment's line, for a copy of the invoice."""
        line = bytes(self.payment.body["Line"])
        for before, name in (
            (b'"TxnId":', "Id"),
            (VALUE % b"txnId", "Id"),
            (VALUE % b"txnReferenceNumber", "DocNumber"),
        ):
            old = encode(self.open.body.get(name, ""))
            line = line.replace(before + old, before + encode(invoice.get(name, "")))
        return msgspec.Raw(line)


class Maker:
    """Enters invoices and their payments through the front door, and takes them down."""

    def __init__(self, company: Company, now: datetime, chance: random.Random) -> None:
        self.company = company
        self.random = chance
        self.db = company.store.connection
        self.now = now
        self.customer = company.create(
            "Customer", {"DisplayName": "Pattern of a buyer"}, now=now
        )
        rows = self.db.execute(
            "SELECT body FROM entity WHERE realm = ? AND kind = 'Item' AND deleted = 0 "
            "AND active = 1 AND json_extract(body, '$.Type') IN ('Service', "
            "'NonInventory') AND json_extract(body, '$.IncomeAccountRef') IS NOT NULL "
            "ORDER BY id DESC LIMIT 5000",
            (company.realm,),
        ).fetchall()
        self.items = [decode(row[0]) for row in rows]
        self.info = company.read("CompanyInfo", "1")
        self.code = self._tax_code()

    def _tax_code(self) -> str | None:
        found = self.company.query("select * from TaxCode orderby Id").get(
            "TaxCode", []
        )
        for each in found:
            if each["Id"].isdecimal() and (each.get("SalesTaxRateList") or {}).get(
                "TaxRateDetail"
            ):
                return str(each["Id"])
        return None

    def cart(self) -> Cart:
        """One invoice, paid in full."""
        body: Body = {
            "CustomerRef": {"value": self.customer["Id"]},
            "BillEmail": {"Address": "pattern@pattern.example"},
            "Line": [self._line() for _ in range(self.random.randrange(1, 4))],
        }
        taxed_in_us = self.info.get("Country") == "US"
        if self.code and taxed_in_us:
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": self.code}}
        elif self.code:
            body["GlobalTaxCalculation"] = "TaxExcluded"
        invoice = self.company.create("Invoice", body, now=self.now)
        opened = self._taken_down("Invoice", invoice["Id"])
        link = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
        payment = self.company.create(
            "Payment",
            {
                "CustomerRef": {"value": self.customer["Id"]},
                "TotalAmt": invoice["TotalAmt"],
                "Line": [{"Amount": invoice["TotalAmt"], "LinkedTxn": link}],
            },
            now=self.now,
        )
        paid = self._taken_down("Invoice", invoice["Id"])
        return Cart(opened, paid, self._taken_down("Payment", payment["Id"]))

    def _line(self) -> Body:
        item = self.random.choice(self.items)
        price = as_decimal(item.get("UnitPrice")) or Decimal(40)
        quantity = self.random.choice((1, 1, 2, 3, 4, 5, 8, 10, 12))
        detail: Body = {
            "ItemRef": {"value": item["Id"]},
            "Qty": quantity,
            "UnitPrice": price,
        }
        if self.code and self.info.get("Country") != "US":
            detail["TaxCodeRef"] = {"value": self.code}
        return {
            "Amount": quantity * price,
            "Description": item.get("Description", item["Name"]),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }

    def _taken_down(self, entity: str, id: str) -> Pattern:  # noqa: A002
        rows = self.db.execute(
            "SELECT * FROM posting WHERE realm = ? AND kind = ? AND txn = ? "
            "AND stands = 1 ORDER BY number",
            (self.company.realm, entity, int(id)),
        ).fetchall()
        fixed = [
            each for each in tuple(rows[0].keys()) if each not in (*POSTED, "number")
        ]
        body = self.company.read(entity, id)
        issued = date.fromisoformat(body["TxnDate"])
        due = date.fromisoformat(str(body.get("DueDate", body["TxnDate"])))
        for name in HEAVY:
            if name in body:
                body[name] = msgspec.Raw(encode(body[name]))
        return Pattern(
            body,
            (*fixed, *POSTED),
            [(tuple(row[each] for each in fixed), bool(row["party"])) for row in rows],
            to_cents(as_decimal(body["TotalAmt"])),
            (due - issued).days,
        )
