"""Lists and settings by the public Python client: tax, currencies, the company itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from quickbooks import QuickBooks
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects import (
    Attachable,
    AttachableRef,
    Customer,
    Deposit,
    DepositLine,
    Invoice,
    LinkedTxn,
    Payment,
    Preferences,
    Ref,
    TaxAgency,
    TaxCode,
    TaxRate,
    TaxRateDetails,
    TaxService,
)
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.customertype import CustomerType
from quickbooks.objects.exchangerate import ExchangeRate
from support.quickbooks_client import connected
from support.quickbooks_objects import Cast, a, gather, sold

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.credentials import issue
from qbo_simulator.switches import Switches
from qbo_simulator.testing import Running, serve


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory: Path = tmp_path_factory.mktemp("simulator")
    with serve(directory, switches=Switches(throttle=False), empty=True) as served:
        yield served


@pytest.fixture(scope="module")
def keys(running: Running) -> dict[str, str]:
    return issue(running.state.store, company=1, base=running.base_url)


@pytest.fixture(scope="module")
def qb(running: Running, keys: dict[str, str]) -> Iterator[QuickBooks]:
    with connected(running, keys) as books:
        yield books


@pytest.fixture(scope="module")
def cast(qb: QuickBooks) -> Cast:
    return gather(qb)


def test_a_tax_code_is_made_of_a_new_rate_of_a_new_agency(qb: QuickBooks) -> None:
    agency = a(TaxAgency, DisplayName="Nevada Department of Taxation").save(qb=qb)
    rate = a(
        TaxRateDetails, TaxRateName="Reno", RateValue="8.265", TaxAgencyId=agency.Id
    )
    made = a(TaxService, TaxCode="Reno", TaxRateDetails=[rate]).save(qb=qb)
    code = TaxCode.get(made.TaxCodeId, qb=qb)
    detail = code.SalesTaxRateList.TaxRateDetail[0]
    assert code.Name == "Reno"
    assert TaxRate.get(detail.TaxRateRef.value, qb=qb).RateValue == 8.265
    with pytest.raises(QuickbooksException):
        a(TaxService, TaxCode="Reno", TaxRateDetails=[rate]).save(qb=qb)


def test_the_company_and_its_preferences_are_changed(
    qb: QuickBooks, keys: dict[str, str]
) -> None:
    info = CompanyInfo.get(keys["realm_id"], qb=qb)
    head = {"Id": info.Id, "SyncToken": info.SyncToken, "sparse": True}
    change = {**head, "LegalName": "Harbour Bakery Inc."}
    qb.update_object("CompanyInfo", json.dumps(change))
    assert CompanyInfo.get(keys["realm_id"], qb=qb).LegalName == "Harbour Bakery Inc."
    preferences = Preferences.get(qb=qb)
    head = {"Id": preferences.Id, "SyncToken": preferences.SyncToken, "sparse": True}
    change = {**head, "SalesFormsPrefs": {"CustomTxnNumbers": True}}
    qb.update_object("Preferences", json.dumps(change))
    assert Preferences.get(qb=qb).SalesFormsPrefs.CustomTxnNumbers is True


def test_customer_types_are_listed(qb: QuickBooks) -> None:
    assert isinstance(CustomerType.all(qb=qb), list)


def test_a_deposited_payment_is_frozen_until_its_deposit_is_gone(
    qb: QuickBooks, cast: Cast
) -> None:
    payment = a(Payment, CustomerRef=cast.customer.to_ref(), TotalAmt=25).save(qb=qb)
    link = a(LinkedTxn, TxnType="Payment", TxnId=payment.Id, TxnLineId="0")
    line = a(DepositLine, Amount=25, LinkedTxn=[link])
    bank = cast.account("Bank")
    deposit = a(Deposit, DepositToAccountRef=bank, Line=[line]).save(qb=qb)
    payment.TotalAmt = 20
    with pytest.raises(QuickbooksException) as frozen:
        payment.save(qb=qb)
    assert frozen.value.error_code == 6540
    deposit.delete(qb=qb)
    assert payment.save(qb=qb).TotalAmt == 20


def test_a_file_is_attached_to_an_invoice_and_found_by_it(
    qb: QuickBooks, cast: Cast, tmp_path: Path
) -> None:
    invoice = a(Invoice, CustomerRef=cast.customer.to_ref(), Line=[sold(cast)])
    saved = invoice.save(qb=qb)
    path = tmp_path / "recipe.txt"
    path.write_text("Flour, water, salt")
    reference = a(AttachableRef, EntityRef=a(Ref, type="Invoice", value=saved.Id))
    attachable = a(
        Attachable,
        FileName="recipe.txt",
        ContentType="text/plain",
        AttachableRef=[reference],
    )
    attachable._FilePath = str(path)
    kept = attachable.save(qb=qb)
    assert kept.Size == len("Flour, water, salt")
    found = Attachable.where(
        "AttachableRef.EntityRef.Type = 'invoice' "
        f"AND AttachableRef.EntityRef.value = '{saved.Id}'",
        qb=qb,
    )
    assert [each.Id for each in found] == [kept.Id]


def test_a_currency_is_made_known_and_its_rate_is_set(
    running: Running, qb: QuickBooks, keys: dict[str, str]
) -> None:
    with pytest.raises(QuickbooksException):
        a(CompanyCurrency, Code="EUR", Name="Euro").save(qb=qb)
    _deal_in_currencies(running, keys["realm_id"])
    currency = a(CompanyCurrency, Code="EUR", Name="Euro").save(qb=qb)
    assert [each.Code for each in CompanyCurrency.all(qb=qb)] == ["EUR"]
    rate = a(
        ExchangeRate,
        SourceCurrencyCode="EUR",
        TargetCurrencyCode="USD",
        AsOfDate="2026-03-01",
        Rate=1.25,
    ).save(qb=qb)
    assert (rate.SourceCurrencyCode, rate.Rate) == ("EUR", 1.25)
    reference = a(Ref, value="EUR")
    pierre = a(Customer, DisplayName="Pierre", CurrencyRef=reference).save(qb=qb)
    assert pierre.CurrencyRef.value == currency.Code


def _deal_in_currencies(running: Running, realm: str) -> None:
    """What only a person can do in the settings of QuickBooks."""
    company = running.state.company(realm)
    with company.store.write():
        work = Work(company.store, KINDS, realm, running.state.clock.now())
        held = work.fetch("Preferences", 1) or {}
        held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
        work.rewrite("Preferences", held)
