"""One new object of every kind of entity, made of the public Python client's classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quickbooks import QuickBooks
from quickbooks.objects import (
    Account,
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    Bill,
    BillPayment,
    BillPaymentLine,
    CheckPayment,
    Class,
    CreditMemo,
    Customer,
    Department,
    Deposit,
    DepositLine,
    DepositLineDetail,
    Employee,
    Entity,
    Estimate,
    Invoice,
    Item,
    ItemBasedExpenseLine,
    ItemBasedExpenseLineDetail,
    JournalEntry,
    JournalEntryLine,
    JournalEntryLineDetail,
    LinkedTxn,
    Payment,
    PaymentMethod,
    Purchase,
    PurchaseOrder,
    Ref,
    RefundReceipt,
    SalesItemLine,
    SalesItemLineDetail,
    SalesReceipt,
    Term,
    TimeActivity,
    Transfer,
    Vendor,
    VendorCredit,
)
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment


@dataclass(frozen=True)
class Cast:
    """Who and what new objects refer to."""

    qb: QuickBooks
    customer: Customer
    vendor: Vendor
    employee: Employee
    service: Item
    goods: Item
    accounts: dict[str, Account]

    def account(self, type_: str) -> Ref:
        return self.accounts[type_].to_ref()


def a(kind: type[Any], **values: Any) -> Any:
    """A new object with these values."""
    made = kind()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def gather(qb: QuickBooks) -> Cast:
    """Create who and what is needed."""
    accounts = {each.AccountType: each for each in Account.all(max_results=200, qb=qb)}
    accounts["Savings"] = Account.filter(AccountSubType="Savings", qb=qb)[0]
    accounts["Bank"] = Account.filter(AccountSubType="Checking", qb=qb)[0]
    service = Item.filter(Type="Service", qb=qb)[0]
    goods = a(
        Item,
        Name="Baker's yeast",
        Type="NonInventory",
        IncomeAccountRef=accounts["Income"].to_ref(),
        ExpenseAccountRef=accounts["Cost of Goods Sold"].to_ref(),
    )
    return Cast(
        qb=qb,
        customer=a(Customer, DisplayName="Ada Buys").save(qb=qb),
        vendor=a(Vendor, DisplayName="Mill Sells").save(qb=qb),
        employee=a(Employee, GivenName="Emily", FamilyName="Bakes").save(qb=qb),
        service=service,
        goods=goods.save(qb=qb),
        accounts=accounts,
    )


def sold(cast: Cast, amount: int = 40) -> SalesItemLine:
    detail = a(SalesItemLineDetail, ItemRef=cast.service.to_ref())
    return a(SalesItemLine, Amount=amount, SalesItemLineDetail=detail)


def spent(cast: Cast, amount: int = 30) -> AccountBasedExpenseLine:
    detail = a(AccountBasedExpenseLineDetail, AccountRef=cast.account("Expense"))
    return a(
        AccountBasedExpenseLine, Amount=amount, AccountBasedExpenseLineDetail=detail
    )


def goods(cast: Cast) -> ItemBasedExpenseLine:
    detail = a(
        ItemBasedExpenseLineDetail, ItemRef=cast.goods.to_ref(), Qty=3, UnitPrice=7
    )
    return a(ItemBasedExpenseLine, Amount=21, ItemBasedExpenseLineDetail=detail)


def journal_line(
    posting: str, account: Ref, amount: int, entity: Entity | None = None
) -> JournalEntryLine:
    detail = a(
        JournalEntryLineDetail, PostingType=posting, AccountRef=account, Entity=entity
    )
    return a(JournalEntryLine, Amount=amount, JournalEntryLineDetail=detail)


def linked(kind: str, id: str) -> LinkedTxn:  # noqa: A002
    return a(LinkedTxn, TxnType=kind, TxnId=id, TxnLineId="0")


def sales_form(kind: type[Any]) -> Callable[[Cast], Any]:
    return lambda cast: a(kind, CustomerRef=cast.customer.to_ref(), Line=[sold(cast)])


def payment(cast: Cast) -> Payment:
    return a(Payment, CustomerRef=cast.customer.to_ref(), TotalAmt=25)


def refund(cast: Cast) -> RefundReceipt:
    made = sales_form(RefundReceipt)(cast)
    made.DepositToAccountRef = cast.account("Bank")
    return made


def bill(cast: Cast) -> Bill:
    return a(Bill, VendorRef=cast.vendor.to_ref(), Line=[spent(cast), goods(cast)])


def bill_payment(cast: Cast) -> BillPayment:
    owed = bill(cast).save(qb=cast.qb)
    line = a(BillPaymentLine, Amount=51, LinkedTxn=[linked("Bill", owed.Id)])
    return a(
        BillPayment,
        VendorRef=cast.vendor.to_ref(),
        PayType="Check",
        CheckPayment=a(CheckPayment, BankAccountRef=cast.account("Bank")),
        TotalAmt=51,
        Line=[line],
    )


def purchase(cast: Cast) -> Purchase:
    return a(
        Purchase,
        PaymentType="Cash",
        AccountRef=cast.account("Bank"),
        EntityRef=cast.vendor.to_ref(),
        Line=[spent(cast), goods(cast)],
    )


def vendor_credit(cast: Cast) -> VendorCredit:
    return a(VendorCredit, VendorRef=cast.vendor.to_ref(), Line=[spent(cast, 5)])


def purchase_order(cast: Cast) -> PurchaseOrder:
    return a(
        PurchaseOrder,
        VendorRef=cast.vendor.to_ref(),
        APAccountRef=cast.account("Accounts Payable"),
        Line=[goods(cast)],
    )


def deposit(cast: Cast) -> Deposit:
    held = payment(cast).save(qb=cast.qb)
    inside = a(DepositLine, Amount=25, LinkedTxn=[linked("Payment", held.Id)])
    detail = a(DepositLineDetail, AccountRef=cast.account("Income"), CheckNum="17")
    other = a(DepositLine, Amount=5, DepositLineDetail=detail)
    return a(Deposit, DepositToAccountRef=cast.account("Bank"), Line=[inside, other])


def transfer(cast: Cast) -> Transfer:
    return a(
        Transfer,
        FromAccountRef=cast.account("Bank"),
        ToAccountRef=cast.account("Savings"),
        Amount=120,
    )


def card_payment(cast: Cast) -> CreditCardPayment:
    return a(
        CreditCardPayment,
        BankAccountRef=cast.account("Bank"),
        CreditCardAccountRef=cast.account("Credit Card"),
        Amount=120,
    )


def journal_entry(cast: Cast) -> JournalEntry:
    ada = a(Entity, Type="Customer", EntityRef=cast.customer.to_ref())
    lines = [
        journal_line("Debit", cast.account("Accounts Receivable"), 15, ada),
        journal_line("Credit", cast.account("Income"), 15),
    ]
    return a(JournalEntry, Line=lines)


def time_activity(cast: Cast) -> TimeActivity:
    return a(
        TimeActivity,
        NameOf="Employee",
        EmployeeRef=cast.employee.to_ref(),
        CustomerRef=cast.customer.to_ref(),
        Hours=4,
        Minutes=45,
    )


def service_item(cast: Cast) -> Item:
    income = cast.account("Income")
    return a(Item, Name="Focaccia class", Type="Service", IncomeAccountRef=income)


NAMES: dict[str, Callable[[Cast], Any]] = {
    "Customer": lambda _: a(Customer, DisplayName="Bo Client"),
    "Vendor": lambda _: a(Vendor, DisplayName="Cy Supplies"),
    "Employee": lambda _: a(Employee, GivenName="Dora", FamilyName="Kneads"),
    "Item": service_item,
    "Account": lambda _: a(Account, Name="Class income", AccountType="Income"),
    "Class": lambda _: a(Class, Name="Pier"),
    "Department": lambda _: a(Department, Name="Harbour"),
    "Term": lambda _: a(Term, Name="Net 7", DueDays=7),
    "PaymentMethod": lambda _: a(PaymentMethod, Name="Bank wire"),
}
"""Names: they are deactivated, never deleted."""
CHANGES = {
    "Customer": ("Notes", "Likes rye"),
    "Vendor": ("AcctNum", "17"),
    "Employee": ("PrintOnCheckName", "Dora K."),
    "Item": ("Description", "Three hours"),
    "Account": ("Description", "Of the classes"),
    "Class": ("Name", "Pier Two"),
    "Department": ("Name", "Harbour Two"),
    "Term": ("DueDays", 8),
    "PaymentMethod": ("Name", "Wire"),
}
"""What is changed of a name."""
TRANSACTIONS: dict[str, Callable[[Cast], Any]] = {
    "Invoice": sales_form(Invoice),
    "Estimate": sales_form(Estimate),
    "SalesReceipt": sales_form(SalesReceipt),
    "CreditMemo": sales_form(CreditMemo),
    "RefundReceipt": refund,
    "Payment": payment,
    "Bill": bill,
    "BillPayment": bill_payment,
    "Purchase": purchase,
    "VendorCredit": vendor_credit,
    "PurchaseOrder": purchase_order,
    "Deposit": deposit,
    "Transfer": transfer,
    "JournalEntry": journal_entry,
}
"""Transactions: they are deleted, and some of them voided."""
