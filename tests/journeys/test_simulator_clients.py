"""The public Python clients against the simulator, unmodified but for base URLs.

They are written for the real service; what they need, the simulator must have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import (
    AuthorizationException,
    ObjectNotFoundException,
    QuickbooksException,
    ValidationException,
)
from quickbooks.objects import (
    Account,
    Address,
    Customer,
    EmailAddress,
    Invoice,
    Item,
    Payment,
    PaymentLine,
    PaymentMethod,
    PhoneNumber,
    Preferences,
    Ref,
    SalesItemLine,
    SalesItemLineDetail,
    TaxAgency,
    TaxCode,
    TaxRate,
    Term,
    Vendor,
)
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.detailline import DiscountLine, DiscountLineDetail
from quickbooks.objects.tax import TxnTaxDetail
from support.quickbooks_client import auth_client, connected

from qbo_simulator.credentials import issue
from qbo_simulator.switches import Switches
from qbo_simulator.testing import Running, serve


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory: Path = tmp_path_factory.mktemp("simulator")
    with serve(directory, switches=Switches(throttle=False)) as served:
        yield served


@pytest.fixture(scope="module")
def keys(running: Running) -> dict[str, str]:
    return issue(running.state.store, company=1, base=running.base_url)


@pytest.fixture
def qb(running: Running, keys: dict[str, str]) -> Iterator[QuickBooks]:
    with connected(running, keys) as books:
        yield books


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[QuickBooks]:
    """A company that no other test has changed."""
    with serve(tmp_path) as running:
        keys = issue(running.state.store, company=1, base=running.base_url)
        with connected(running, keys) as books:
            yield books


def new_customer(qb: QuickBooks, name: str) -> Customer:
    customer = Customer()
    customer.DisplayName = name
    customer.GivenName = "Ada"
    customer.PrimaryEmailAddr = EmailAddress()
    customer.PrimaryEmailAddr.Address = "ada@client.example"
    customer.PrimaryPhone = PhoneNumber()
    customer.PrimaryPhone.FreeFormNumber = "555-0100"
    customer.BillAddr = Address()
    customer.BillAddr.Line1 = "1 Pier Road"
    customer.BillAddr.City = "Montara"
    return customer.save(qb=qb)


def new_invoice(qb: QuickBooks, customer: Customer, amount: int = 100) -> Invoice:
    line = SalesItemLine()
    line.Amount = amount
    line.Description = "Bread for a week"
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = Item.all(max_results=1, qb=qb)[0].to_ref()
    invoice = Invoice()
    invoice.Line.append(line)
    invoice.CustomerRef = customer.to_ref()
    return invoice.save(qb=qb)


def test_a_company_is_connected_through_the_consent_page(
    running: Running, keys: dict[str, str]
) -> None:
    with auth_client(keys) as client:
        url = client.get_authorization_url(
            [Scopes.ACCOUNTING, Scopes.OPENID, Scopes.EMAIL]
        )
        asked = {name: each[0] for name, each in parse_qs(urlsplit(url).query).items()}
        page = requests.get(url, timeout=10)
        assert page.status_code == 200
        answer = requests.post(
            url.partition("?")[0],
            data={**asked, "decision": "connect", "realm": keys["realm_id"]},
            allow_redirects=False,
            timeout=10,
        )
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        assert back["state"] == [client.state_token]
        client.get_bearer_token(back["code"][0], realm_id=back["realmId"][0])
        assert client.access_token
        assert client.expires_in == 3600
        client.refresh()
        assert "email" in client.get_user_info().json()
        with pytest.raises(AuthClientError):
            client.get_bearer_token(back["code"][0])
        assert client.revoke(token=client.refresh_token)
        with pytest.raises(AuthClientError):
            client.refresh()


def test_a_refused_token_is_an_authorisation_error(qb: QuickBooks) -> None:
    qb.session.token = {"access_token": "made up"}
    with pytest.raises(AuthorizationException):
        Customer.all(qb=qb)


def test_the_company_describes_itself(qb: QuickBooks, keys: dict[str, str]) -> None:
    info = CompanyInfo.get(keys["realm_id"], qb=qb)
    assert info.CompanyName == "Harbour Bakery Services"
    preferences = Preferences.get(qb=qb)
    assert preferences.CurrencyPrefs.HomeCurrency.value == "USD"
    assert preferences.SalesFormsPrefs.CustomTxnNumbers is False


def test_the_seeded_lists_are_read(untouched: QuickBooks) -> None:
    assert len(Customer.all(qb=untouched)) == 40
    assert {account.AccountType for account in Account.all(qb=untouched)} >= {
        "Bank",
        "Income",
    }
    assert Term.all(order_by="Id", qb=untouched)[0].Name == "Due on receipt"
    assert "Cash" in {method.Name for method in PaymentMethod.all(qb=untouched)}
    assert TaxAgency.all(qb=untouched)[0].TaxTrackedOnSales is True
    rates = {rate.Id: rate.RateValue for rate in TaxRate.all(qb=untouched)}
    code = TaxCode.filter(Name="California", qb=untouched)[0]
    first = code.SalesTaxRateList.TaxRateDetail[0]
    assert rates[first.TaxRateRef.value] == 8
    assert Vendor.filter(DisplayName="Mission Street Market", qb=untouched)


def test_a_customer_is_created_updated_found_and_deactivated(qb: QuickBooks) -> None:
    customer = new_customer(qb, 'O\'Hara & "Sons" Bakers')
    assert customer.SyncToken == "0"
    found = Customer.filter(DisplayName='O\'Hara & "Sons" Bakers', qb=qb)
    assert [each.Id for each in found] == [customer.Id]
    customer.CompanyName = "O'Hara Ltd"
    updated = customer.save(qb=qb)
    assert (updated.CompanyName, updated.SyncToken) == ("O'Hara Ltd", "1")
    with pytest.raises(QuickbooksException) as stale:
        customer.save(qb=qb)
    assert stale.value.error_code == 5010
    updated.Active = False
    gone = updated.save(qb=qb)
    assert gone.DisplayName.endswith("(deleted)")
    assert Customer.filter(Active=False, qb=qb)[0].Id == customer.Id
    assert not Customer.choose([customer.Id], qb=qb)


def test_a_name_of_a_vendor_is_taken(qb: QuickBooks) -> None:
    with pytest.raises(QuickbooksException) as taken:
        new_customer(qb, "Mission Street Market")
    assert taken.value.error_code == 6240


def test_an_item_a_vendor_an_account_and_a_term_are_created(qb: QuickBooks) -> None:
    income = Account.filter(AccountType="Income", qb=qb)[0]
    item = Item()
    item.Name = "Focaccia class"
    item.Type = "Service"
    item.UnitPrice = 65
    item.IncomeAccountRef = income.to_ref()
    saved = item.save(qb=qb)
    assert Item.get(saved.Id, qb=qb).UnitPrice == 65
    vendor = Vendor()
    vendor.DisplayName = "Ferry Building Spices"
    assert vendor.save(qb=qb).Active is True
    account = Account()
    account.Name = "Workshop income"
    account.AccountType = "Income"
    assert account.save(qb=qb).Classification == "Revenue"
    term = Term()
    term.Name = "Net 7"
    term.Type = "STANDARD"
    term.DueDays = 7
    assert term.save(qb=qb).DueDays == 7


def test_an_invoice_lives_from_creation_to_void(qb: QuickBooks) -> None:
    customer = new_customer(qb, "Invoice journey")
    invoice = new_invoice(qb, customer)
    assert invoice.DocNumber
    assert invoice.Balance == invoice.TotalAmt == 100
    assert invoice.CustomerRef.name == "Invoice journey"
    invoice.PrivateNote = "Call before delivery"
    invoice = invoice.save(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).PrivateNote == "Call before delivery"
    invoice.send(qb=qb, send_to="ada@client.example")
    assert Invoice.get(invoice.Id, qb=qb).email_sent
    assert invoice.download_pdf(qb=qb).startswith(b"%PDF")
    found = Invoice.filter(CustomerRef=customer.Id, qb=qb)
    assert [each.Id for each in found] == [invoice.Id]
    invoice.void(qb=qb)
    voided = Invoice.get(invoice.Id, qb=qb)
    assert voided.Balance == voided.TotalAmt == 0
    assert voided.PrivateNote.startswith("Voided")


def test_an_invoice_is_deleted(qb: QuickBooks) -> None:
    invoice = new_invoice(qb, new_customer(qb, "Delete journey"))
    answer = invoice.delete(qb=qb)
    assert answer["Invoice"]["status"] == "Deleted"
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(invoice.Id, qb=qb)


def test_a_request_id_creates_once(qb: QuickBooks) -> None:
    names = []
    for _ in range(2):
        customer = Customer()
        customer.DisplayName = "Only once"
        names.append(customer.save(qb=qb, request_id="only-once-1").Id)
    assert names[0] == names[1]


def test_discount_and_tax_are_totalled(qb: QuickBooks) -> None:
    customer = new_customer(qb, "Tax journey")
    platter = Item.filter(Name="Sandwich platter", qb=qb)[0]
    line = SalesItemLine()
    line.Amount = 176
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = platter.to_ref()
    line.SalesItemLineDetail.Qty = 2
    line.SalesItemLineDetail.UnitPrice = 88
    discount = DiscountLine()
    discount.DiscountLineDetail = DiscountLineDetail()
    discount.DiscountLineDetail.PercentBased = True
    discount.DiscountLineDetail.DiscountPercent = 10
    invoice = Invoice()
    invoice.CustomerRef = customer.to_ref()
    invoice.Line = [line, discount]
    invoice.TxnTaxDetail = TxnTaxDetail()
    invoice.TxnTaxDetail.TxnTaxCodeRef = Ref()
    invoice.TxnTaxDetail.TxnTaxCodeRef.value = "2"
    saved = invoice.save(qb=qb)
    assert saved.Line[2].DiscountLineDetail.DiscountPercent == 10
    assert saved.Line[2].Amount == 17.6
    assert saved.TxnTaxDetail.TotalTax == 14.08
    assert saved.TotalAmt == 172.48


def test_a_payment_is_applied_and_voided(qb: QuickBooks) -> None:
    customer = new_customer(qb, "Payment journey")
    invoice = new_invoice(qb, customer)
    payment = Payment()
    payment.CustomerRef = customer.to_ref()
    payment.TotalAmt = 60
    line = PaymentLine()
    line.Amount = 60
    line.LinkedTxn.append(invoice.to_linked_txn())
    payment.Line.append(line)
    saved = payment.save(qb=qb)
    assert saved.UnappliedAmt == 0
    assert Invoice.get(invoice.Id, qb=qb).Balance == 40
    saved.void(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 100
    second = Payment()
    second.CustomerRef = customer.to_ref()
    second.TotalAmt = 5
    kept = second.save(qb=qb)
    assert kept.UnappliedAmt == 5
    assert kept.delete(qb=qb)["Payment"]["status"] == "Deleted"


def test_a_batch_creates_updates_and_tells_of_faults(qb: QuickBooks) -> None:
    fresh = []
    for number in range(3):
        customer = Customer()
        customer.DisplayName = f"Batch {number}" if number else "Mission Street Market"
        fresh.append(customer)
    created = batch_create(fresh, qb=qb)
    assert len(created.successes) == 2
    assert [fault.Error[0].code for fault in created.faults] == ["6240"]
    for customer in created.successes:
        customer.Notes = "From a batch"
    updated = batch_update(created.successes, qb=qb)
    assert [each.SyncToken for each in updated.successes] == ["1", "1"]
    invoices = [new_invoice(qb, each) for each in updated.successes]
    assert len(batch_delete(invoices, qb=qb).successes) == 2


def test_the_change_feed_tells_of_changes_and_deletions(qb: QuickBooks) -> None:
    started = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    customer = new_customer(qb, "Feed journey")
    kept, lost = new_invoice(qb, customer), new_invoice(qb, customer)
    lost.delete(qb=qb)
    feed = change_data_capture([Invoice, Customer], started.isoformat(), qb=qb)
    assert customer.Id in {each.Id for each in feed.Customer._object_list}
    invoices = {each.Id: each for each in feed.Invoice._object_list}
    assert invoices[lost.Id].status == "Deleted"
    assert invoices[kept.Id].TotalAmt == 100


def test_mistakes_are_told_apart(qb: QuickBooks) -> None:
    with pytest.raises(ValidationException) as unknown:
        Customer.query("select * from Custmoer", qb=qb)
    assert unknown.value.error_code == 4001
    assert "invalid context declaration: Custmoer" in unknown.value.detail
    with pytest.raises(ValidationException) as nameless:
        Invoice().save(qb=qb)
    assert nameless.value.error_code == 2020
    assert Customer.count("Active = true", qb=qb) >= 40
