"""The public Python client with every kind of list: made, changed, read and found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from quickbooks import QuickBooks
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects import (
    Account,
    Address,
    Customer,
    Department,
    Employee,
    Item,
    PaymentMethod,
    Preferences,
    TaxAgency,
    TaxCode,
    TaxRate,
    Term,
    Vendor,
)
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.customertype import CustomerType
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.taxservice import TaxRateDetails, TaxService
from quickbooks.objects.trackingclass import Class
from support.quickbooks_client import connected_to
from support.wire import Wire

from qbo_simulator.seeds.companies import add

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.mark.parametrize(
    ("kind", "values", "changed"),
    [
        (Customer, {"DisplayName": "Zoe"}, {"Notes": "Called"}),
        (Vendor, {"DisplayName": "Mill"}, {"AcctNum": "12"}),
        (Employee, {"GivenName": "Bo", "FamilyName": "Li"}, {"FamilyName": "Ling"}),
        (Class, {"Name": "France"}, {"Name": "Spain"}),
        (Department, {"Name": "Paris"}, {"Name": "Rome"}),
        (Term, {"Name": "Net 7", "DueDays": 7}, {"DueDays": 8}),
        (PaymentMethod, {"Name": "Barter"}, {"Name": "Swap"}),
        (Account, {"Name": "Till", "AccountSubType": "CashOnHand"}, {"Name": "Box"}),
    ],
)
def test_an_entry_of_a_list_is_made_changed_found_and_deactivated(
    client: QuickBooks, kind: Any, values: dict[str, Any], changed: dict[str, Any]
) -> None:
    made = kind()
    for name, value in values.items():
        setattr(made, name, value)
    made.save(qb=client)
    for name, value in changed.items():
        setattr(made, name, value)
    made.save(qb=client)
    read = kind.get(made.Id, qb=client)
    assert read.SyncToken == "1"
    assert all(getattr(read, name) == value for name, value in changed.items())
    assert made.Id in [each.Id for each in kind.all(qb=client)]
    read.Active = False
    read.save(qb=client)
    assert made.Id not in [each.Id for each in kind.all(qb=client)]
    gone = kind.get(made.Id, qb=client)
    assert str(gone).endswith("(deleted)")


def test_goods_are_put_on_the_shelf(client: QuickBooks) -> None:
    item = Item()
    item.Name = "Pump"
    item.Type = "Inventory"
    item.TrackQtyOnHand = True
    item.QtyOnHand = 4
    item.InvStartDate = "2026-01-01"
    item.PurchaseCost = 2.5
    for name, id_ in (
        ("IncomeAccountRef", 79),
        ("ExpenseAccountRef", 80),
        ("AssetAccountRef", 81),
    ):
        setattr(item, name, Account.get(id_, qb=client).to_ref())
    item.save(qb=client)
    item.QtyOnHand = 6
    item.save(qb=client)
    assert Item.get(item.Id, qb=client).QtyOnHand == 6
    assert Account.get(81, qb=client).CurrentBalance == 15


def test_the_tax_service_makes_codes_and_rates(client: QuickBooks) -> None:
    agency = TaxAgency()
    agency.DisplayName = "Town Hall"
    agency.save(qb=client)
    service = TaxService()
    service.TaxCode = "Town"
    detail = TaxRateDetails()
    detail.TaxRateName = "Town rate"
    detail.RateValue = 2.5
    detail.TaxAgencyId = agency.Id
    service.TaxRateDetails.append(detail)
    made = service.save(qb=client)
    rate = TaxRate.get(made.TaxRateDetails[0].TaxRateId, qb=client)
    assert (rate.Name, rate.RateValue) == ("Town rate", 2.5)
    code = TaxCode.get(made.TaxCodeId, qb=client)
    assert code.SalesTaxRateList.TaxRateDetail[0].TaxRateRef.value == rate.Id
    with pytest.raises(QuickbooksException, match="6240"):
        service.save(qb=client)


@pytest.fixture
def trader(wire: Wire) -> Iterator[QuickBooks]:
    """The books of a company that deals in several currencies."""
    add(wire.state.store, "multi", now=wire.state.clock.now(), empty=True)
    with connected_to(wire, len(wire.state.store.realms())) as books:
        yield books


def test_currencies_are_added_and_valued(trader: QuickBooks) -> None:
    krona = CompanyCurrency()
    krona.Code = "SEK"
    krona.save(qb=trader)
    read = CompanyCurrency.get(krona.Id, qb=trader)
    assert (read.Code, read.Name, read.Active) == ("SEK", "Swedish Krona", True)
    rate = ExchangeRate()
    rate.SourceCurrencyCode = "SEK"
    rate.Rate = 0.12
    rate.AsOfDate = "2026-01-01"
    rate.save(qb=trader)
    (found,) = ExchangeRate.filter(SourceCurrencyCode="SEK", qb=trader)
    assert (found.Rate, found.AsOfDate) == (0.12, "2026-01-01")
    customer = Customer()
    customer.DisplayName = "Astrid"
    customer.CurrencyRef = read.to_ref()
    customer.save(qb=trader)
    assert Customer.get(customer.Id, qb=trader).CurrencyRef.value == "SEK"
    assert CustomerType.all(qb=trader) is not None


def test_the_company_and_its_preferences_are_changed(client: QuickBooks) -> None:
    info = CompanyInfo.get(1, qb=client)
    info.LegalName = "Pier Bakery LLC"
    info.CompanyAddr = Address()
    info.CompanyAddr.Line1 = "1 New Pier"
    info.save(qb=client)
    assert CompanyInfo.get(1, qb=client).CompanyAddr.Line1 == "1 New Pier"
    preferences = Preferences.get(qb=client)
    preferences.SalesFormsPrefs.AllowDeposit = True
    preferences.save(qb=client)
    held = Preferences.get(qb=client)
    assert held.SalesFormsPrefs.AllowDeposit is True
    assert held.TaxPrefs.TaxGroupCodeRef.value == "2"
