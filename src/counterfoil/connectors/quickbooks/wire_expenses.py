"""What of Intuit's purchases is in use: an expense, a cheque, a charge on a card."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from counterfoil.connectors.quickbooks.wire import Entity, Ref
from counterfoil.connectors.quickbooks.wire_sales import LinkedTxn, TaxDetail


class Payee(Struct, frozen=True):
    """Who was paid, and of which kind they are."""

    value: str = ""
    name: str = ""
    type: str = ""


class AccountDetail(Struct, frozen=True, rename="pascal"):
    """What a line was spent on."""

    account_ref: Ref = Ref()
    customer_ref: Ref = Ref()
    class_ref: Ref = Ref()
    tax_code_ref: Ref = Ref()


class ItemDetail(Struct, frozen=True, rename="pascal"):
    """What a line bought."""

    item_ref: Ref = Ref()
    customer_ref: Ref = Ref()
    class_ref: Ref = Ref()
    tax_code_ref: Ref = Ref()


class ExpenseLine(Struct, frozen=True, rename="pascal"):
    """A line of an expense."""

    id: str = ""
    detail_type: str = ""
    description: str = ""
    amount: Decimal = Decimal(0)
    account_based_expense_line_detail: AccountDetail | None = None
    item_based_expense_line_detail: ItemDetail | None = None


class Purchase(Entity, rename="pascal", kw_only=True):
    """Money spent."""

    doc_number: str = ""
    txn_date: str = ""
    currency_ref: Ref = Ref()
    exchange_rate: Decimal | None = None
    private_note: str = ""
    total_amt: Decimal = Decimal(0)
    txn_tax_detail: TaxDetail = TaxDetail()
    payment_type: str = ""
    payment_ref_num: str = ""
    account_ref: Ref = Ref()
    entity_ref: Payee = Payee()
    department_ref: Ref = Ref()
    credit: bool = False
    line: tuple[ExpenseLine, ...] = ()
    linked_txn: tuple[LinkedTxn, ...] = ()
