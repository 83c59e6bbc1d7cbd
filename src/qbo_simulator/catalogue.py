"""Every kind of entity the simulator knows, by its name in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.kinds.accounts import Account
from qbo_simulator.kinds.attachables import Attachable
from qbo_simulator.kinds.bill_payments import BillPayment
from qbo_simulator.kinds.bills import Bill, VendorCredit
from qbo_simulator.kinds.budgets import Budget
from qbo_simulator.kinds.card_payments import CreditCardPaymentTxn
from qbo_simulator.kinds.companies import CompanyInfo, Preferences
from qbo_simulator.kinds.credit_memos import CreditMemo
from qbo_simulator.kinds.currency_lists import CompanyCurrency, ExchangeRate
from qbo_simulator.kinds.customers import Customer
from qbo_simulator.kinds.deposits import Deposit
from qbo_simulator.kinds.employees import Employee
from qbo_simulator.kinds.estimates import Estimate
from qbo_simulator.kinds.inventory_adjustments import InventoryAdjustment
from qbo_simulator.kinds.invoices import Invoice
from qbo_simulator.kinds.items import Item
from qbo_simulator.kinds.journal_codes import JournalCode
from qbo_simulator.kinds.journals import JournalEntry
from qbo_simulator.kinds.lists import (
    CustomerType,
    PaymentMethod,
    TaxAgency,
    TaxCode,
    TaxRate,
    Term,
)
from qbo_simulator.kinds.payments import Payment
from qbo_simulator.kinds.purchase_orders import PurchaseOrder
from qbo_simulator.kinds.purchases import Purchase
from qbo_simulator.kinds.recurring import RecurringTransaction
from qbo_simulator.kinds.refund_receipts import RefundReceipt
from qbo_simulator.kinds.reimbursements import ReimburseCharge
from qbo_simulator.kinds.sales_receipts import SalesReceipt
from qbo_simulator.kinds.time_activities import TimeActivity
from qbo_simulator.kinds.tracking import Class, Department
from qbo_simulator.kinds.transfers import Transfer
from qbo_simulator.kinds.vendors import Vendor

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Kind

ALL: tuple[Kind, ...] = (
    CompanyInfo(),
    Preferences(),
    Customer(),
    Vendor(),
    Employee(),
    Class(),
    Department(),
    CustomerType(),
    Item(),
    Account(),
    Term(),
    PaymentMethod(),
    CompanyCurrency(),
    ExchangeRate(),
    TaxAgency(),
    TaxRate(),
    TaxCode(),
    Invoice(),
    Estimate(),
    SalesReceipt(),
    CreditMemo(),
    RefundReceipt(),
    InventoryAdjustment(),
    Payment(),
    Purchase(),
    Bill(),
    BillPayment(),
    VendorCredit(),
    PurchaseOrder(),
    Deposit(),
    Transfer(),
    CreditCardPaymentTxn(),
    JournalCode(),
    JournalEntry(),
    TimeActivity(),
    Budget(),
    RecurringTransaction(),
    ReimburseCharge(),
    Attachable(),
)
KINDS: dict[str, Kind] = {kind.entity: kind for kind in ALL}
BY_LOWER: dict[str, Kind] = {kind.entity.lower(): kind for kind in ALL}
BY_LOWER["creditcardpayment"] = KINDS["CreditCardPaymentTxn"]
