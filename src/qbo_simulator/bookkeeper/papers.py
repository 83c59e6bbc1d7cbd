"""The kinds of transaction as the pages show them: one row of the table for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Stages = Mapping[str, tuple[str, str]]

OPEN = "Balance > '0'"
LATE = "Balance > '0' and DueDate < '{today}'"
INVOICE_STAGES: Stages = {
    "open": ("Open", OPEN),
    "overdue": ("Overdue", LATE),
    "paid": ("Paid", "Balance = '0' and TotalAmt > '0'"),
    "zero": ("Voided or zero", "TotalAmt = '0'"),
}
BILL_STAGES: Stages = {
    "open": ("Open", OPEN),
    "overdue": ("Overdue", LATE),
    "paid": ("Paid", "Balance = '0'"),
}
ESTIMATE_STATUSES = ("Pending", "Accepted", "Closed", "Rejected")
CREDIT_STAGES: Stages = {
    "open": ("Not used up", OPEN),
    "used": ("Used up", "Balance = '0'"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of transaction: its address, its words, and where its facts stand.

    `editor` names the pages that make and change it; without one it is only shown.
    `stages` are found by the query language, `statuses` by what it cannot ask for.
    """

    entity: str
    slug: str
    label: str
    plural: str
    means: str
    party: str = ""
    due: str = ""
    total: str = "TotalAmt"
    has_balance: bool = False
    editor: str = ""
    is_editable: bool = True
    stages: Stages = field(default_factory=dict)
    statuses: tuple[str, ...] = ()
    make: str = ""

    @property
    def filters(self) -> list[tuple[str, str]]:
        """The stages and statuses its list can be narrowed to, keys and labels."""
        staged = [(key, label) for key, (label, _) in self.stages.items()]
        return [*staged, *((each, each) for each in self.statuses)]

    @property
    def making(self) -> str:
        """The words on the button that makes one."""
        return self.make or f"New {self.label.lower()}"


PAPERS: tuple[Paper, ...] = (
    Paper(
        "Invoice",
        "invoices",
        "Invoice",
        "Invoices",
        "What customers owe for what was sold to them.",
        party="CustomerRef",
        due="DueDate",
        has_balance=True,
        editor="sales",
        stages=INVOICE_STAGES,
    ),
    Paper(
        "Estimate",
        "estimates",
        "Estimate",
        "Estimates",
        "Offers to customers. They post nothing; an invoice made of one closes it.",
        party="CustomerRef",
        due="ExpirationDate",
        editor="sales",
        statuses=ESTIMATE_STATUSES,
    ),
    Paper(
        "SalesReceipt",
        "sales-receipts",
        "Sales receipt",
        "Sales receipts",
        "Sales that were paid on the spot.",
        party="CustomerRef",
        editor="sales",
    ),
    Paper(
        "CreditMemo",
        "credit-memos",
        "Credit memo",
        "Credit memos",
        "What is given back to customers as a credit, to be used on their invoices.",
        party="CustomerRef",
        has_balance=True,
        editor="sales",
        stages=CREDIT_STAGES,
    ),
    Paper(
        "RefundReceipt",
        "refund-receipts",
        "Refund receipt",
        "Refund receipts",
        "Money given back to customers.",
        party="CustomerRef",
        editor="sales",
    ),
    Paper(
        "Payment",
        "payments",
        "Payment",
        "Payments",
        "Money received from customers, and the invoices it pays.",
        party="CustomerRef",
        editor="payment",
        make="Receive payment",
    ),
    Paper(
        "Bill",
        "bills",
        "Bill",
        "Bills",
        "What is owed to vendors.",
        party="VendorRef",
        due="DueDate",
        has_balance=True,
        editor="expense",
        stages=BILL_STAGES,
    ),
    Paper(
        "BillPayment",
        "bill-payments",
        "Bill payment",
        "Bill payments",
        "Money paid to vendors, and the bills it pays.",
        party="VendorRef",
        editor="bill-payment",
        make="Pay bills",
    ),
    Paper(
        "Purchase",
        "expenses",
        "Expense",
        "Expenses",
        "Money spent at once: by check, in cash or by card.",
        party="EntityRef",
        editor="expense",
    ),
    Paper(
        "VendorCredit",
        "vendor-credits",
        "Vendor credit",
        "Vendor credits",
        "What vendors give back, to be used on their bills.",
        party="VendorRef",
        has_balance=True,
        editor="expense",
    ),
    Paper(
        "PurchaseOrder",
        "purchase-orders",
        "Purchase order",
        "Purchase orders",
        "What was ordered from vendors. They post nothing.",
        party="VendorRef",
        editor="expense",
    ),
    Paper(
        "Deposit",
        "deposits",
        "Deposit",
        "Deposits",
        "Money brought to the bank: payments that wait in Undeposited Funds, and other.",
        editor="deposit",
        is_editable=False,
    ),
    Paper(
        "Transfer",
        "transfers",
        "Transfer",
        "Transfers",
        "Money moved between the company's own accounts.",
        total="Amount",
        editor="transfer",
    ),
    Paper(
        "CreditCardPaymentTxn",
        "card-payments",
        "Credit card payment",
        "Credit card payments",
        "Cards paid down from the bank, by an application.",
        party="VendorRef",
        total="Amount",
    ),
    Paper(
        "JournalEntry",
        "journal-entries",
        "Journal entry",
        "Journal entries",
        "Debits and credits written by hand.",
        editor="journal",
    ),
    Paper(
        "InventoryAdjustment",
        "inventory-adjustments",
        "Inventory adjustment",
        "Inventory adjustments",
        "Corrections of what is in stock, made by an application.",
        total="",
    ),
    Paper(
        "TimeActivity",
        "time-activities",
        "Time activity",
        "Time activities",
        "Hours worked, entered by an application.",
        party="CustomerRef",
        total="",
    ),
    Paper(
        "ReimburseCharge",
        "billable-expenses",
        "Billable expense",
        "Billable expenses",
        "Costs that a customer is to bear, made of billable lines of what was bought.",
        party="CustomerRef",
        total="Amount",
    ),
)
BY_ENTITY: Mapping[str, Paper] = {paper.entity: paper for paper in PAPERS}


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the navigation."""

    label: str
    pages: tuple[tuple[str, str], ...]


def _papers(*entities: str) -> tuple[tuple[str, str], ...]:
    return tuple((BY_ENTITY[name].slug, BY_ENTITY[name].plural) for name in entities)


NAVIGATION = (
    Group(
        "Sales",
        _papers(
            "Invoice",
            "Payment",
            "Estimate",
            "SalesReceipt",
            "CreditMemo",
            "RefundReceipt",
            "ReimburseCharge",
        ),
    ),
    Group(
        "Expenses",
        _papers("Bill", "BillPayment", "Purchase", "VendorCredit", "PurchaseOrder"),
    ),
    Group(
        "Banking",
        (
            *_papers("Deposit", "Transfer", "CreditCardPaymentTxn", "JournalEntry"),
            ("recurring", "Recurring transactions"),
        ),
    ),
    Group(
        "Names",
        (
            ("customers", "Customers"),
            ("vendors", "Vendors"),
            ("employees", "Employees"),
        ),
    ),
    Group(
        "Lists",
        (
            ("items", "Products and services"),
            ("accounts", "Chart of accounts"),
            ("classes", "Classes"),
            ("departments", "Departments"),
            ("terms", "Terms"),
            ("payment-methods", "Payment methods"),
            ("tax-codes", "Tax codes"),
            ("currencies", "Currencies"),
            *_papers("InventoryAdjustment", "TimeActivity"),
        ),
    ),
    Group("Reports", (("reports", "All reports"), ("ledger", "Ledger"))),
    Group("Logs", (("outbox", "Outbox"), ("connections", "Connections"))),
)
