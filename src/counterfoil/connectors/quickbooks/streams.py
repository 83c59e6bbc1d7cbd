"""What is read from QuickBooks, stream by stream."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import msgspec
from msgspec import Raw

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks import (
    mapping,
    mapping_sales,
    receipts,
    wire,
    wire_sales,
)
from counterfoil.core.registry import Registry
from counterfoil.posting.ports import Receipt
from counterfoil.sync.engine.canon import first_address
from counterfoil.sync.ports import Observed, Stream

streams: Registry[QuickBooksStream] = Registry("QuickBooks stream")
_encode = msgspec.json.Encoder().encode


class QuickBooksStream:
    """One entity of Intuit's, under the name that it has here."""

    key: str
    entity: str
    kind: type[wire.Entity]
    fields: Callable[..., mapping.Content]
    depends_on: ClassVar[tuple[str, ...]] = ()
    has_active = True  # a name list: inactive rows must be asked for
    in_feed = True  # the change feed tells of it
    can_vanish = False
    is_dated = False
    # What of a dated stream is still open; "" where a query cannot ask that.
    is_open = ""
    # What moves without anybody's edit: it is kept, and is no change.
    volatile: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            self.kind, strict=False
        )

    def spec(self) -> Stream:
        return Stream(
            self.key, self.depends_on, self.in_feed, self.can_vanish, self.is_dated
        )

    @property
    def condition(self) -> str:
        """What a query must ask so that nothing is left out."""
        return "Active in (true, false)" if self.has_active else ""

    def observed(self, raw: Raw) -> Observed:
        """One raw object in our words. Raises ``msgspec.DecodeError``."""
        held = self._decoder.decode(raw)
        if held.status == "Deleted":
            return Observed(
                self.key,
                held.id,
                updated_at=held.meta_data.last_updated_time,
                deleted=True,
                active=False,
            )
        content = type(self).fields(held)
        name, email, lookup = self.found_by(content)
        return Observed(
            stream=self.key,
            remote_id=held.id,
            version=held.sync_token,
            updated_at=held.meta_data.last_updated_time,
            active=held.active,
            name=name[:600],
            email=email[:254],
            lookup=lookup,
            content=content,
            digest=self.digest(content, active=held.active),
            receipt=self.receipt(held),
        )

    def digest(self, content: mapping.Content, *, active: bool) -> bytes:
        """Equal where no more has moved than what moves by itself."""
        if self.volatile:
            content = content.copy()
            for name in self.volatile:
                content.pop(name, None)
        return digest(content, active=active)

    def found_by(self, content: mapping.Content) -> tuple[str, str, str]:
        """Name, e-mail and everything that people search for, in upper case."""
        name = str(content.get("name", ""))
        return name, "", name.upper()

    def receipt(self, held: Any) -> Receipt | None:
        """Set where the object carries a marker of ours."""
        return None

    def completed(
        self, connection: Connection, found: list[Observed]
    ) -> list[Observed]:
        """Fill in what other streams know."""
        return found


def digest(content: Mapping[str, object], *, active: bool) -> bytes:
    """Of what an object holds; equal digests need no write."""
    return hashlib.blake2b(_encode([content, active]), digest_size=16).digest()


@streams.register
class Accounts(QuickBooksStream):
    """The chart of accounts."""

    key, entity, kind = "accounts", "Account", wire.Account
    fields = staticmethod(mapping.account)


@streams.register
class PaymentMethods(QuickBooksStream):
    """Ways of paying."""

    key, entity, kind = "payment_methods", "PaymentMethod", wire.PaymentMethod
    fields = staticmethod(mapping.payment_method)


@streams.register
class Terms(QuickBooksStream):
    """Terms of payment."""

    key, entity, kind = "terms", "Term", wire.Term
    fields = staticmethod(mapping.term)


@streams.register
class TaxRates(QuickBooksStream):
    """Percentages; neither feed nor webhooks tell of them."""

    key, entity, kind = "tax_rates", "TaxRate", wire.TaxRate
    fields = staticmethod(mapping.tax_rate)
    in_feed = False


@streams.register
class TaxCodes(QuickBooksStream):
    """Tax codes with the percentages of their rates."""

    key, entity, kind = "tax_codes", "TaxCode", wire.TaxCode
    fields = staticmethod(mapping.tax_code)
    depends_on = ("tax_rates",)
    in_feed = False

    def completed(
        self, connection: Connection, found: list[Observed]
    ) -> list[Observed]:
        held = mirror.all_of(connection, "tax_rates")
        percents = {row.remote_id: row.content.get("percent", "") for row in held}
        return [
            each if each.problem else _with_percents(each, percents) for each in found
        ]


def _with_percents(code: Observed, percents: Mapping[str, object]) -> Observed:
    content = dict(code.content)
    for name in ("sales_rates", "purchase_rates"):
        rates: Any = content.get(name, [])
        content[name] = [
            {**rate, "percent": percents.get(rate["rate_id"], "")} for rate in rates
        ]
    return replace(code, content=content, digest=digest(content, active=code.active))


@streams.register
class Items(QuickBooksStream):
    """Products and services."""

    key, entity, kind = "items", "Item", wire.Item
    fields = staticmethod(mapping.item)
    volatile = frozenset({"quantity_on_hand"})

    def found_by(self, content: mapping.Content) -> tuple[str, str, str]:
        words = (content["full_name"], content["sku"])
        lookup = " ".join(str(word) for word in words if word).upper()
        return str(content["name"]), "", lookup


class Names(QuickBooksStream):
    """Who has a display name, which customers must not have then."""

    def found_by(self, content: mapping.Content) -> tuple[str, str, str]:
        name = str(content["display_name"])
        return name, "", name.upper()


@streams.register
class Vendors(Names):
    """Suppliers."""

    key, entity, kind = "vendors", "Vendor", wire.Vendor
    fields = staticmethod(mapping.name)


@streams.register
class Employees(Names):
    """Employees."""

    key, entity, kind = "employees", "Employee", wire.Employee
    fields = staticmethod(mapping.employee)


@streams.register
class Classes(QuickBooksStream):
    """Classes, a tree."""

    key, entity, kind = "classes", "Class", wire.Listed
    fields = staticmethod(mapping.listed)


@streams.register
class Departments(QuickBooksStream):
    """Departments or locations, a tree."""

    key, entity, kind = "departments", "Department", wire.Listed
    fields = staticmethod(mapping.listed)


@streams.register
class Customers(QuickBooksStream):
    """Customers, their sub-customers and jobs."""

    key, entity, kind = "customers", "Customer", wire.Customer
    fields = staticmethod(mapping.customer)
    depends_on = ("terms",)
    volatile = frozenset({"balance"})

    def found_by(self, content: mapping.Content) -> tuple[str, str, str]:
        email = str(content["email"])
        words = (content["full_name"], content["company_name"], email)
        lookup = " ".join(str(word) for word in words if word).upper()
        return str(content["display_name"]), first_address(email).lower(), lookup

    def receipt(self, held: wire.Customer) -> Receipt | None:
        return receipts.of_customer(held) if mapping.marker_of(held.notes) else None


class Sales(QuickBooksStream):
    """Transactions: they are no list, can be deleted, and name other objects."""

    depends_on: ClassVar[tuple[str, ...]] = ("customers", "items")
    has_active = False
    can_vanish = True
    is_dated = True
    made_as: ClassVar[str] = ""  # posting's kind, where such are made from here

    def found_by(self, content: mapping.Content) -> tuple[str, str, str]:
        return str(content["number"]), "", ""

    def receipt(self, held: Any) -> Receipt | None:
        if not self.made_as or not mapping.marker_of(held.private_note):
            return None
        return receipts.KINDS[self.made_as].receipt(held)


@streams.register
class Estimates(Sales):
    """Offers."""

    key, entity, kind = "estimates", "Estimate", wire_sales.Estimate
    made_as = "estimate"
    fields = staticmethod(mapping_sales.estimate)


@streams.register
class Invoices(Sales):
    """Invoices."""

    key, entity, kind = "invoices", "Invoice", wire_sales.Invoice
    made_as = "invoice"
    fields = staticmethod(mapping_sales.invoice)
    is_open = "Balance > '0'"
    depends_on = ("customers", "items", "terms", "estimates")


@streams.register
class CreditMemos(Sales):
    """What customers have to their credit."""

    key, entity, kind = "credit_memos", "CreditMemo", wire_sales.CreditMemo
    made_as = "credit_memo"
    fields = staticmethod(mapping_sales.credit_memo)
    is_open = "Balance > '0'"


@streams.register
class SalesReceipts(Sales):
    """Sales that were paid at once."""

    key, entity, kind = "sales_receipts", "SalesReceipt", wire_sales.Receipt
    made_as = "sales_receipt"
    fields = staticmethod(mapping_sales.sales_receipt)
    depends_on = ("customers", "items", "payment_methods", "accounts")


@streams.register
class RefundReceipts(Sales):
    """Money that was given back."""

    key, entity, kind = "refund_receipts", "RefundReceipt", wire_sales.Receipt
    made_as = "refund_receipt"
    fields = staticmethod(mapping_sales.refund_receipt)
    depends_on = ("customers", "items", "payment_methods", "accounts")


@streams.register
class Payments(Sales):
    """Payments received, each over none, one or several documents."""

    key, entity, kind = "payments", "Payment", receipts.SentPayment
    made_as = "payment"
    fields = staticmethod(mapping_sales.payment)
    depends_on = ("invoices", "credit_memos", "payment_methods", "accounts")

    def found_by(self, content: mapping.Content) -> tuple[str, str, str]:
        return str(content["reference"]), "", ""


@streams.register
class Deposits(Sales):
    """Money taken to the bank."""

    key, entity, kind = "deposits", "Deposit", wire_sales.Deposit
    fields = staticmethod(mapping_sales.deposit)
    depends_on = ("payments", "sales_receipts", "accounts")

    def found_by(self, content: mapping.Content) -> tuple[str, str, str]:
        return str(content["name"]), "", ""
