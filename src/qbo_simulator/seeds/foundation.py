"""How a new company begins: preferences, chart of accounts, terms, tax, two items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator.books.account_types import CLASSIFICATION
from qbo_simulator.books.currencies import currency_name
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.kinds.currency_lists import enter_rate
from qbo_simulator.seeds import countries
from qbo_simulator.seeds.usual import order_fields, preferences
from qbo_simulator.taxes.by_line import DEFAULT_MODE
from qbo_simulator.wire import PSEUDO_IDS, number, stamp, today

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.seeds.charts import Row
    from qbo_simulator.seeds.countries import Country
    from qbo_simulator.seeds.tax_setups import Code, TaxSetup, Use
    from qbo_simulator.storage.store import Store

Body = dict[str, Any]
CUSTOMER_TYPES = ("Retail", "Wholesale")


@dataclass(frozen=True)
class Profile:
    """What distinguishes one new company from another.

    `rates` are the foreign currencies it deals in and what they are worth; with any,
    it deals in several. `tracks` turns classes and departments on.
    """

    name: str
    legal_name: str
    country: Country
    address: Body
    email: str
    phone: str
    website: str
    time_zone: str
    industry: str
    own_tax: TaxSetup | None = None
    own_chart: tuple[Row, ...] | None = None
    automated_tax: bool = False
    custom_numbers: bool = False
    custom_fields: tuple[str, ...] = field(default=("Crew #",))
    order_fields: tuple[str, ...] = ()
    last_number: str = "1000"
    rates: Mapping[str, str] = field(default_factory=dict)
    tracks: bool = False

    @property
    def tax(self) -> TaxSetup:
        """The agencies, rates and codes it begins with."""
        return self.own_tax or self.country.tax

    @property
    def chart(self) -> tuple[Row, ...]:
        """The accounts it begins with."""
        return self.own_chart or self.country.chart


def found(
    store: Store,
    profile: Profile,
    *,
    realm: str,
    now: datetime,
    name: str | None = None,
) -> Company:
    """Enter a new company into the store with what every company has."""
    called = name or profile.name
    country = profile.country
    with store.write() as db:
        db.execute(
            "INSERT INTO company (realm, name, country, currency, founded) "
            "VALUES (?, ?, ?, ?, ?)",
            (realm, called, country.code, country.currency, now.timestamp()),
        )
        planter = Planter(store, realm, now)
        planter.work.next_number("address")  # OWN_ADDRESS
        planter.plant("CompanyInfo", 1, company_info(profile, called, now))
        planter.plant("Preferences", 1, usual_preferences(profile, called))
        _accounts(planter, profile)
        _terms_and_methods(planter, country)
        _tax(planter, profile)
        _first_items(planter, profile)
        _currencies(planter, profile)
        for id, kind in enumerate(CUSTOMER_TYPES if profile.tracks else (), start=1):  # noqa: A001
            planter.plant("CustomerType", id, {"Name": kind, "Active": True})
        store.set_setting(f"doc_number:{realm}", profile.last_number)
    return Company(store, realm)


class Planter:
    """Puts entities into the books under ids that are known beforehand."""

    def __init__(self, store: Store, realm: str, now: datetime) -> None:
        self.work = Work(store, KINDS, realm, now)

    def plant(self, entity: str, id: int, values: Body) -> None:  # noqa: A002
        """Enter one entity as if it had been created long ago."""
        kind = KINDS[entity]
        at = stamp(self.work.now)
        head = {
            "Id": str(id),
            "SyncToken": "0",
            "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
        }
        self.work.put(kind, kind.served({**values, **head}))
        self.work.db.execute(
            "INSERT INTO sequence (realm, name, last) VALUES (?, ?, ?) "
            "ON CONFLICT (realm, name) DO UPDATE SET last = max(last, excluded.last)",
            (self.work.realm, kind.sequence, id),
        )


EMPLOYER_ID = "123456789"
OWN_ADDRESS = "1"


def company_info(profile: Profile, name: str, now: datetime) -> Body:
    """A CompanyInfo."""
    country = profile.country
    told = (
        ("NeoEnabled", "true"),
        ("IndustryType", profile.industry),
        ("SubscriptionStatus", "PAID"),
        ("OfferingSku", "QuickBooks Online Plus"),
        ("PayrollFeature", "false"),
        ("AccountantFeature", "false"),
        ("ItemCategoriesFeature", "true"),
    )
    return {
        "CompanyName": name,
        "LegalName": profile.legal_name if name == profile.name else name,
        "CompanyAddr": {"Id": OWN_ADDRESS, **profile.address},
        "CustomerCommunicationAddr": {"Id": OWN_ADDRESS, **profile.address},
        "LegalAddr": {"Id": OWN_ADDRESS, **profile.address},
        "CustomerCommunicationEmailAddr": {"Address": profile.email},
        "PrimaryPhone": {"FreeFormNumber": profile.phone},
        "CompanyStartDate": today(now).replace(month=1, day=1).isoformat(),
        "EmployerId": EMPLOYER_ID,
        "FiscalYearStartMonth": country.first_month,
        "Country": country.code,
        "Email": {"Address": profile.email},
        "WebAddr": {"URI": profile.website},
        "SupportedLanguages": country.language,
        "DefaultTimeZone": profile.time_zone,
        "NameValue": [{"Name": key, "Value": value} for key, value in told],
    }


def usual_preferences(profile: Profile, name: str) -> Body:
    """The Preferences of a company, as its country and its profile have them."""
    country = profile.country
    found = preferences(
        name=name,
        currency=country.currency,
        tax_code=profile.tax.usual,
        automated_tax=profile.automated_tax,
        custom_numbers=profile.custom_numbers,
        custom_fields=profile.custom_fields,
    )
    bought = found["VendorAndPurchasesPrefs"]
    bought["POCustomField"] = order_fields(profile.order_fields)
    accounting = found["AccountingInfoPrefs"]
    accounting["FirstMonthOfFiscalYear"] = country.first_month
    accounting["TaxYearMonth"] = country.first_month
    if profile.tracks:
        accounting["ClassTrackingPerTxnLine"] = True
        accounting["TrackDepartments"] = True
        accounting["DepartmentTerminology"] = "Location"
    if profile.rates:
        found["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
    found["SalesFormsPrefs"]["DefaultCustomerMessage"] = country.thanks
    if country.default_mode is not None:
        pair = {"Name": DEFAULT_MODE, "Value": country.default_mode}
        found["OtherPrefs"]["NameValue"].append(pair)
    return found


def _accounts(planter: Planter, profile: Profile) -> None:
    code = profile.country.currency
    paths: dict[int, str] = {}
    for row in profile.chart:
        path = paths[row.id] = (
            f"{paths[row.parent]}:{row.name}" if row.parent else row.name
        )
        values = {
            "Name": row.name,
            "SubAccount": row.parent is not None,
            "FullyQualifiedName": path,
            "Active": True,
            "Classification": CLASSIFICATION[row.type],
            "AccountType": row.type,
            "AccountSubType": row.subtype,
            "CurrentBalance": 0,
            "CurrentBalanceWithSubAccounts": 0,
            "CurrencyRef": {"value": code, "name": currency_name(code)},
        }
        if row.parent is not None:
            values["ParentRef"] = {"value": str(row.parent)}
        planter.plant("Account", row.id, values)
        _give_role(planter, row.subtype, row.id)


def _give_role(planter: Planter, role: str, account: int) -> None:
    planter.work.db.execute(
        "INSERT OR IGNORE INTO account_role (realm, subtype, account) VALUES (?, ?, ?)",
        (planter.work.realm, role, account),
    )


def _terms_and_methods(planter: Planter, country: Country) -> None:
    for id, (name, days) in enumerate(  # noqa: A001
        zip(country.terms, countries.TERM_DAYS, strict=True), start=1
    ):
        values = {
            "Name": name,
            "Active": True,
            "Type": "STANDARD",
            "DiscountPercent": 0,
            "DueDays": days,
            "DiscountDays": 0,
        }
        planter.plant("Term", id, values)
    for id, name in enumerate((*country.methods, *country.cards), start=1):  # noqa: A001
        is_card = name in country.cards
        type_ = "CREDIT_CARD" if is_card else "NON_CREDIT_CARD"
        values = {"Name": name, "Active": True, "Type": type_}
        planter.plant("PaymentMethod", id, values)


def _tax(planter: Planter, profile: Profile) -> None:
    is_us = profile.country.code == "US"
    for agency in profile.tax.agencies:
        values: Body = {
            "DisplayName": agency.name,
            "TaxTrackedOnSales": True,
            "TaxTrackedOnPurchases": not is_us,
            "TaxAgencyConfig": "USER_DEFINED",
        }
        planter.plant("TaxAgency", agency.id, values)
        _give_role(planter, f"TaxAgency:{agency.id}", agency.account)
        _give_role(planter, "SalesTaxPayable", agency.account)
    for rate in profile.tax.rates:
        values = {
            "Name": rate.name,
            "Description": rate.description or rate.name,
            "Active": True,
            "RateValue": number(rate.value),
            "AgencyRef": {"value": str(rate.agency)},
            "SpecialTaxType": rate.special,
            "EffectiveTaxRate": [],
            "DisplayType": "ReadOnly",
        }
        planter.plant("TaxRate", rate.id, values)
    names = {rate.id: rate.name for rate in profile.tax.rates}
    for code in profile.tax.codes:
        planter.plant("TaxCode", code.id, _tax_code(code, names))
    if is_us:
        _pseudo_codes(planter)


def _tax_code(code: Code, names: dict[int, str]) -> Body:
    return {
        "Name": code.name,
        "Description": code.description,
        "Active": True,
        "Hidden": False,
        "Taxable": code.taxable,
        "TaxGroup": code.taxable,
        "SalesTaxRateList": {"TaxRateDetail": _uses(code.sales, names)},
        "PurchaseTaxRateList": {"TaxRateDetail": _uses(code.purchases, names)},
        "TaxCodeConfigType": "USER_DEFINED",
    }


def _uses(uses: tuple[Use, ...], names: dict[int, str]) -> list[Body]:
    return [
        {
            "TaxRateRef": {"value": str(use.rate), "name": names[use.rate]},
            "TaxTypeApplicable": use.of,
            "TaxOrder": use.order,
        }
        for use in uses
    ]


def _pseudo_codes(planter: Planter) -> None:
    """The codes of lines in the United States, which have hardly any properties."""
    at = stamp(planter.work.now)
    for name in PSEUDO_IDS:
        body = {
            "TaxGroup": name == "CustomSalesTax",
            "Name": name,
            "Taxable": name != "NON",
            "Description": name,
            "Id": name,
            "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
        }
        planter.work.put(KINDS["TaxCode"], body)


def _first_items(planter: Planter, profile: Profile) -> None:
    income = next(row.name for row in profile.chart if row.id == 1)
    for id, name in enumerate(profile.country.items, start=1):  # noqa: A001
        values = {
            "Name": name,
            "Active": True,
            "FullyQualifiedName": name,
            "Taxable": False,
            "UnitPrice": 0,
            "Type": "Service",
            "IncomeAccountRef": {"value": "1", "name": income},
            "PurchaseCost": 0,
            "TrackQtyOnHand": False,
        }
        planter.plant("Item", id, values)


def _currencies(planter: Planter, profile: Profile) -> None:
    for position, (code, rate) in enumerate(profile.rates.items(), start=1):
        as_of = today(planter.work.now).isoformat()
        enter_rate(planter.work, code, as_of, Decimal(rate))
        values = {"Code": code, "Name": currency_name(code), "Active": True}
        planter.plant("CompanyCurrency", position, values)
