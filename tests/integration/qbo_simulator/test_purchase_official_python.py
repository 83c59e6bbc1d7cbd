"""The public Python client buys, pays, voids and deletes, unmodified."""

from __future__ import annotations

import pytest
from quickbooks import QuickBooks
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects.account import Account
from quickbooks.objects.base import EmailAddress, Ref
from quickbooks.objects.bill import Bill
from quickbooks.objects.billpayment import BillPayment, BillPaymentLine, CheckPayment
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    ItemBasedExpenseLine,
    ItemBasedExpenseLineDetail,
)
from quickbooks.objects.item import Item
from quickbooks.objects.purchase import Purchase
from quickbooks.objects.purchaseorder import PurchaseOrder
from quickbooks.objects.vendor import Vendor
from quickbooks.objects.vendorcredit import VendorCredit

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture
def vendor(client: QuickBooks) -> Vendor:
    made = Vendor()
    made.DisplayName = "Norton Lumber"
    made.save(qb=client)
    return made


def spent(amount: int) -> AccountBasedExpenseLine:
    line = AccountBasedExpenseLine()
    line.Amount = amount
    line.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
    account = Ref()
    account.type = "Account"
    account.value = "7"
    line.AccountBasedExpenseLineDetail.AccountRef = account
    return line


def bought(client: QuickBooks) -> ItemBasedExpenseLine:
    item = Item()
    item.Name = "Planks"
    item.Type = "NonInventory"
    item.ExpenseAccountRef = Account.get(20, qb=client).to_ref()
    item.save(qb=client)
    line = ItemBasedExpenseLine()
    line.Amount = 100
    detail = ItemBasedExpenseLineDetail()
    detail.BillableStatus = "NotBillable"
    detail.UnitPrice = 100
    detail.Qty = 1
    detail.CustomerRef = Customer.all(max_results=1, qb=client)[0].to_ref()
    detail.ItemRef = item.to_ref()
    line.ItemBasedExpenseLineDetail = detail
    return line


def bill_of(client: QuickBooks, vendor: Vendor, amount: int) -> Bill:
    made = Bill()
    made.Line.append(spent(amount))
    made.VendorRef = vendor.to_ref()
    made.save(qb=client)
    return made


def payment_of(client: QuickBooks, vendor: Vendor, bill: Bill) -> BillPayment:
    made = BillPayment()
    made.PayType = "Check"
    made.TotalAmt = 200
    made.PrivateNote = "Private Note"
    made.VendorRef = vendor.to_ref()
    made.CheckPayment = CheckPayment()
    checking = Account.where("AccountSubType = 'Checking'", qb=client)[0]
    made.CheckPayment.BankAccountRef = checking.to_ref()
    payable = Account.where("AccountSubType = 'AccountsPayable'", qb=client)[0]
    made.APAccountRef = payable.to_ref()
    line = BillPaymentLine()
    line.LinkedTxn.append(bill.to_linked_txn())
    line.Amount = 200
    made.Line.append(line)
    made.save(qb=client)
    return made


def test_a_bill_is_entered_changed_paid_and_the_payment_voided(
    client: QuickBooks, vendor: Vendor
) -> None:
    bill = bill_of(client, vendor, 150)
    bill = Bill.get(bill.Id, qb=client)
    bill.Line[0].Amount = 200
    bill.save(qb=client)
    payment = payment_of(client, vendor, bill)
    held = BillPayment.get(payment.Id, qb=client)
    assert (held.PayType, held.TotalAmt, len(held.Line)) == ("Check", 200, 1)
    assert Bill.get(bill.Id, qb=client).Balance == 0
    payment.void(qb=client)
    held = BillPayment.get(payment.Id, qb=client)
    assert held.TotalAmt == 0
    assert "Voided" in held.PrivateNote
    assert Bill.get(bill.Id, qb=client).Balance == 200


def test_a_paid_bill_is_deleted_after_its_payment(
    client: QuickBooks, vendor: Vendor
) -> None:
    bill = bill_of(client, vendor, 200)
    payment = payment_of(client, vendor, bill)
    bill = Bill.get(bill.Id, qb=client)
    with pytest.raises(QuickbooksException) as refused:
        bill.delete(qb=client)
    assert refused.value.error_code == 6000
    payment.delete(qb=client)
    Bill.get(bill.Id, qb=client).delete(qb=client)
    assert Bill.filter(Id=bill.Id, qb=client) == []


def test_an_expense_by_card_is_entered_and_deleted(client: QuickBooks) -> None:
    purchase = Purchase()
    purchase.DocNumber = "Doc123"
    purchase.PaymentType = "CreditCard"
    purchase.AccountRef = Account.get(42, qb=client).to_ref()
    purchase.TotalAmt = 100
    purchase.Line.append(bought(client))
    purchase.save(qb=client, params={"include": "allowduplicatedocnum"})
    held = Purchase.get(purchase.Id, qb=client)
    assert (held.AccountRef.value, held.DocNumber, held.TotalAmt) == (
        "42",
        "Doc123",
        100,
    )
    detail = held.Line[0].ItemBasedExpenseLineDetail
    assert (detail.UnitPrice, detail.Qty) == (100, 1)
    held.delete(qb=client)
    assert Purchase.filter(Id=purchase.Id, qb=client) == []


def test_a_vendor_credit_is_entered(client: QuickBooks, vendor: Vendor) -> None:
    credit = VendorCredit()
    credit.VendorRef = vendor.to_ref()
    credit.Line.append(spent(50))
    credit.save(qb=client)
    assert VendorCredit.get(credit.Id, qb=client).TotalAmt == 50
    assert Vendor.get(vendor.Id, qb=client).Balance == -50


def test_an_order_is_entered_sent_and_billed(
    client: QuickBooks, vendor: Vendor
) -> None:
    order = PurchaseOrder()
    order.Line.append(bought(client))
    order.VendorRef = vendor.to_ref()
    order.APAccountRef = Account.get(33, qb=client).to_ref()
    order.POEmail = EmailAddress()
    order.POEmail.Address = "norton@lumber.example"
    order.save(qb=client)
    order.send(qb=client)
    held = PurchaseOrder.get(order.Id, qb=client)
    assert (held.POStatus, held.EmailStatus) == ("Open", "EmailSent")
    bill = Bill()
    bill.VendorRef = vendor.to_ref()
    line = held.Line[0]
    link = held.to_linked_txn()
    link.TxnLineId = line.Id
    line.Id = None
    line.LinkedTxn = [link]
    bill.Line.append(line)
    bill.save(qb=client)
    assert PurchaseOrder.get(order.Id, qb=client).POStatus == "Closed"
