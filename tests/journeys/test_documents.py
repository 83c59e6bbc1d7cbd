"""Every kind of document comes in, with what happens to it in the books."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from factories import make_company, make_contact
from support import simulator as simulated
from support.books_there import Shop, imported, poll
from support.worker import run_until_idle

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.models import (
    CreditMemo,
    Document,
    Estimate,
    Invoice,
    Payment,
    RefundReceipt,
    SalesReceipt,
)
from counterfoil.crm.refs import Ref
from counterfoil.sync import inbound
from counterfoil.sync.documents import ties
from counterfoil.sync.ports import Told

pytestmark = pytest.mark.django_db
MODELS = {
    "Invoice": Invoice,
    "Estimate": Estimate,
    "SalesReceipt": SalesReceipt,
    "CreditMemo": CreditMemo,
    "RefundReceipt": RefundReceipt,
}


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return imported(simulator)


@pytest.fixture
def shop(simulator: simulated.Simulator, connection: Connection) -> Shop:
    return Shop(simulator, connection)


def more_of(entity: str, shop: Shop) -> dict[str, Any]:
    """What a kind needs beside its line."""
    if entity != "RefundReceipt":
        return {}
    return {"DepositToAccountRef": {"value": shop.account("Checking")["Id"]}}


def here(entity: str, sold: dict[str, Any]) -> Document:
    found: Any = MODELS[entity]
    return found.objects.get(customer_remote_id=sold["CustomerRef"]["value"])


def people(document: Any) -> list[Ref]:
    ref = Ref.of(document)
    workspace = document.workspace
    return [
        *associations.refs_of(workspace, ref, "contact"),
        *associations.refs_of(workspace, ref, "company"),
    ]


@pytest.mark.parametrize("entity", list(MODELS))
def test_a_document_comes_in_with_its_lines_to_whom_it_belongs(
    entity: str, shop: Shop
) -> None:
    customer = shop.customer()
    contact = shop.linked(customer, make_contact(shop.connection.workspace))
    company = shop.linked(customer, make_company(shop.connection.workspace))
    sold = shop.sell(entity, "80.00", customer, **more_of(entity, shop))
    poll(shop.connection)
    document: Any = here(entity, sold)
    assert (document.number, document.total) == (sold["DocNumber"], Decimal(80))
    assert (document.currency, document.subtotal) == ("USD", Decimal(80))
    assert [line.amount for line in document.lines.all()] == [Decimal(80)]
    assert people(document) == [Ref.of(contact), Ref.of(company)]


@pytest.mark.parametrize("entity", list(MODELS))
def test_a_document_that_is_changed_there_is_changed_here(
    entity: str, shop: Shop
) -> None:
    sold = shop.sell(entity, "80.00", shop.customer(), **more_of(entity, shop))
    poll(shop.connection)
    [line] = [each for each in sold["Line"] if "Id" in each]
    body = {
        "Id": sold["Id"],
        "SyncToken": sold["SyncToken"],
        "sparse": True,
        "Line": [{**line, "Amount": 30.0}],
    }
    body["Line"][0]["SalesItemLineDetail"].pop("UnitPrice", None)
    body["Line"][0]["SalesItemLineDetail"].pop("Qty", None)
    shop.books.post(entity, {**body, "CustomerRef": sold["CustomerRef"]})
    poll(shop.connection)
    document: Any = here(entity, sold)
    assert document.total == Decimal(30)
    assert [each.amount for each in document.lines.all()] == [Decimal(30)]


@pytest.mark.parametrize("entity", list(MODELS))
def test_a_document_that_is_deleted_there_is_marked_here(
    entity: str, shop: Shop
) -> None:
    sold = shop.sell(entity, "80.00", shop.customer(), **more_of(entity, shop))
    poll(shop.connection)
    shop.delete(entity, sold["Id"])
    poll(shop.connection)
    assert here(entity, sold).deleted_remotely


@pytest.mark.parametrize("entity", ["Invoice", "SalesReceipt", "CreditMemo"])
def test_a_document_that_is_voided_there_is_void_here(entity: str, shop: Shop) -> None:
    sold = shop.sell(entity, "80.00", shop.customer())
    poll(shop.connection)
    shop.void(entity, sold["Id"])
    poll(shop.connection)
    document = here(entity, sold)
    assert (document.voided, document.total) == (True, Decimal(0))


def test_an_invoice_made_of_an_estimate_closes_it_and_both_know_it(shop: Shop) -> None:
    customer = shop.customer()
    offered = shop.sell("Estimate", "80.00", customer, ExpirationDate="2030-01-31")
    poll(shop.connection)
    estimate = Estimate.objects.get(customer_remote_id=customer)
    assert (estimate.status, str(estimate.expires_on)) == ("pending", "2030-01-31")
    link = [{"TxnId": offered["Id"], "TxnType": "Estimate"}]
    sold = shop.sell("Invoice", "80.00", customer, LinkedTxn=link)
    poll(shop.connection)
    estimate.refresh_from_db()
    assert estimate.status == "closed"
    invoice = Invoice.objects.get(customer_remote_id=customer)
    workspace = shop.connection.workspace
    assert associations.refs_of(workspace, Ref.of(estimate), "invoice") == [
        Ref.of(invoice)
    ]
    shop.delete("Invoice", sold["Id"])
    poll(shop.connection)
    estimate.refresh_from_db()
    assert estimate.status == "pending"
    assert not associations.refs_of(workspace, Ref.of(estimate), "invoice")


def test_a_payment_over_two_invoices_and_a_credit_is_split_over_all(shop: Shop) -> None:
    customer = shop.customer()
    first = shop.sell("Invoice", "100.00", customer)
    second = shop.sell("Invoice", "50.00", customer)
    credit = shop.sell("CreditMemo", "30.00", customer)
    poll(shop.connection)
    paid = shop.pay(
        customer,
        "90.00",
        ("Invoice", first["Id"], "100.00"),
        ("Invoice", second["Id"], "10.00"),
        ("CreditMemo", credit["Id"], "30.00"),
    )
    poll(shop.connection)
    payment = Payment.objects.get(number=paid["Id"])
    parts = payment.allocations.order_by("id").values_list("document_kind", "amount")
    assert sorted(parts) == [
        ("credit_memo", Decimal(30)),
        ("invoice", Decimal(10)),
        ("invoice", Decimal(100)),
    ]
    assert payment.unapplied == Decimal(10)
    memo = CreditMemo.objects.get(customer_remote_id=customer)
    assert (memo.total, memo.remaining) == (Decimal(30), Decimal(0))
    assert payment.allocations.get(credit_memo=memo).amount == Decimal(30)
    balances = Invoice.objects.filter(customer_remote_id=customer).order_by("total")
    assert [each.balance for each in balances] == [Decimal(40), Decimal(0)]
    shop.void("Payment", paid["Id"])
    poll(shop.connection)
    memo.refresh_from_db()
    payment.refresh_from_db()
    assert (payment.voided, memo.remaining) == (True, Decimal(30))
    assert not payment.allocations.exists()
    assert [each.balance for each in balances.all()] == [Decimal(50), Decimal(100)]


def test_a_deposit_says_when_and_where_the_money_went_until_it_is_taken_back(
    shop: Shop,
) -> None:
    customer = shop.customer()
    paid = shop.pay(customer, "40.00")
    sold = shop.sell("SalesReceipt", "25.00", customer)
    bank = shop.account("Checking")
    poll(shop.connection)
    payment = Payment.objects.get(number=paid["Id"])
    receipt = SalesReceipt.objects.get(customer_remote_id=customer)
    assert (payment.bank_account, payment.deposited_on) == ("", None)
    assert payment.deposit_account == "Undeposited Funds"
    deposit = shop.deposit(
        bank["Id"],
        ("Payment", paid["Id"], "40.00"),
        ("SalesReceipt", sold["Id"], "25.00"),
    )
    poll(shop.connection)
    for record in (payment, receipt):
        record.refresh_from_db()
        assert record.bank_account == bank["FullyQualifiedName"]
        assert str(record.deposited_on) == deposit["TxnDate"]
        assert record.deposit_remote_id == deposit["Id"]
    body = {
        "Id": deposit["Id"],
        "SyncToken": deposit["SyncToken"],
        "sparse": True,
        "Line": [line for line in deposit["Line"] if line["Amount"] == 40],
    }
    shop.books.post("Deposit", body)
    poll(shop.connection)
    receipt.refresh_from_db()
    payment.refresh_from_db()
    assert (receipt.bank_account, receipt.deposited_on) == ("", None)
    assert payment.deposit_remote_id == deposit["Id"]
    shop.delete("Deposit", deposit["Id"])
    poll(shop.connection)
    payment.refresh_from_db()
    assert (payment.bank_account, payment.deposited_on) == ("", None)
    assert payment.deposit_account == "Undeposited Funds"


def test_documents_of_a_sub_customer_belong_to_the_nearest_record_above(
    shop: Shop,
) -> None:
    parent = shop.customer()
    child = shop.customer(Job=True, ParentRef={"value": parent})
    own = shop.customer(Job=True, ParentRef={"value": parent})
    company = shop.linked(parent, make_company(shop.connection.workspace))
    contact = shop.linked(own, make_contact(shop.connection.workspace))
    below = shop.sell("Invoice", "10.00", child)
    beside = shop.sell("Invoice", "20.00", own)
    poll(shop.connection)
    assert people(here("Invoice", below)) == [Ref.of(company)]
    assert people(here("Invoice", beside)) == [Ref.of(contact)]


def test_a_customer_that_gets_a_record_later_gets_its_documents_then(
    shop: Shop,
) -> None:
    parent = shop.customer()
    child = shop.customer(Job=True, ParentRef={"value": parent})
    sold = [shop.sell("Estimate", "10.00", each) for each in (parent, child)]
    paid = shop.pay(parent, "15.00")
    poll(shop.connection)
    payment = Payment.objects.get(number=paid["Id"])
    documents = [payment, *(here("Estimate", each) for each in sold)]
    assert not any(people(each) for each in documents)
    contact = shop.linked(parent, make_contact(shop.connection.workspace))
    now = datetime.now(UTC)
    assert ties.tie_documents(shop.connection, [parent], now) == 3
    assert all(people(each) == [Ref.of(contact)] for each in documents)
    poll(shop.connection)
    contact.refresh_from_db()
    assert contact.paid_total == Decimal(15)  # type: ignore[attr-defined]


def test_the_documents_of_a_customer_that_is_merged_follow_the_survivor(
    shop: Shop,
) -> None:
    loser, survivor = shop.customer(), shop.customer()
    contact = shop.linked(survivor, make_contact(shop.connection.workspace))
    sold = shop.sell("Invoice", "10.00", loser)
    poll(shop.connection)
    assert not people(here("Invoice", sold))
    shop.company.merge("Customer", loser, survivor, now=shop.clock.now())
    poll(shop.connection)
    invoice = Invoice.objects.get(customer_remote_id=survivor)
    assert people(invoice) == [Ref.of(contact)]
    assert not Invoice.objects.filter(customer_remote_id=loser).exists()
    gone = mirror.get(shop.connection, "customers", loser)
    assert gone is not None
    assert not gone.active


def test_a_merge_that_is_told_moves_the_documents_before_they_are_read_again(
    shop: Shop,
) -> None:
    loser, survivor = shop.customer(), shop.customer()
    contact = shop.linked(survivor, make_contact(shop.connection.workspace))
    shop.pay(loser, "10.00")
    poll(shop.connection)
    shop.company.merge("Customer", loser, survivor, now=shop.clock.now())
    now, account = datetime.now(UTC), shop.connection.account
    news = [
        Told(account, "customers", loser, "merge", now, survivor=survivor),
        Told(account, "customers", survivor, "merge", now),
    ]
    inbound.hint("quickbooks", news, now=now)
    run_until_idle(now)
    payment = Payment.objects.get(customer_remote_id=survivor)
    assert people(payment) == [Ref.of(contact)]
    gone = mirror.get(shop.connection, "customers", loser)
    assert gone is not None
    assert not gone.active


@pytest.mark.parametrize(
    ("entity", "stream", "fields"),
    [
        ("Class", "classes", {"Name": "Retail"}),
        ("Department", "departments", {"Name": "Harbour"}),
        ("Employee", "employees", {"GivenName": "Ivo", "FamilyName": "Keel"}),
        ("Vendor", "vendors", {"DisplayName": "Flour & Co"}),
        ("PaymentMethod", "payment_methods", {"Name": "Voucher"}),
        ("Term", "terms", {"Name": "Net 45", "DueDays": 45}),
    ],
)
def test_a_list_follows_what_is_added_and_made_inactive(
    entity: str, stream: str, fields: dict[str, Any], shop: Shop
) -> None:
    made = shop.books.post(entity, fields)
    poll(shop.connection)
    row = mirror.get(shop.connection, stream, made["Id"])
    assert row is not None
    name = row.name
    assert row.active
    assert name
    body = {**made, "Active": False}
    shop.books.post(entity, body)
    poll(shop.connection)
    row.refresh_from_db()
    assert (row.active, row.name) == (False, name)
