"""How a new company begins: preferences, chart of accounts, terms, tax, two items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qbo_simulator.catalogue import KINDS
from qbo_simulator.charts import ACCOUNTS
from qbo_simulator.company import Company
from qbo_simulator.currencies import currency_name
from qbo_simulator.kinds.accounts import CLASSIFICATION
from qbo_simulator.usual import preferences
from qbo_simulator.wire import number, stamp, today
from qbo_simulator.work import Work

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from qbo_simulator.store import Store

Body = dict[str, Any]


@dataclass(frozen=True)
class TaxCode:
    """A tax code with its rates by name; the id is given so that it is known."""

    id: int
    name: str
    description: str
    rates: tuple[int, ...]


@dataclass(frozen=True)
class Profile:
    """What distinguishes one new company from another."""

    realm: str
    name: str
    legal_name: str
    country: str
    currency: str
    address: Body
    email: str
    phone: str
    website: str
    time_zone: str
    agency: str
    rates: tuple[tuple[int, str, Decimal], ...]
    codes: tuple[TaxCode, ...]
    automated_tax: bool = False
    custom_numbers: bool = False
    custom_fields: tuple[str, ...] = field(default=("Crew #",))
    last_number: str = "1000"


TERMS = (
    (1, "Due on receipt", 0),
    (2, "Net 15", 15),
    (3, "Net 30", 30),
    (4, "Net 60", 60),
    (5, "Net 10", 10),
)
METHODS = (
    (1, "Cash", "NON_CREDIT_CARD"),
    (2, "Check", "NON_CREDIT_CARD"),
    (3, "Visa", "CREDIT_CARD"),
    (4, "MasterCard", "CREDIT_CARD"),
    (5, "Discover", "CREDIT_CARD"),
    (6, "American Express", "CREDIT_CARD"),
    (7, "Diners Club", "CREDIT_CARD"),
)


def found(store: Store, profile: Profile, *, now: datetime) -> Company:
    """Enter a new company into the store with what every company has."""
    with store.write() as db:
        db.execute(
            "INSERT INTO company (realm, name, country, currency, founded) "
            "VALUES (?, ?, ?, ?, ?)",
            (
                profile.realm,
                profile.name,
                profile.country,
                profile.currency,
                now.timestamp(),
            ),
        )
        planter = Planter(store, profile.realm, now)
        planter.plant("CompanyInfo", 1, company_info(profile, now))
        usual = preferences(
            name=profile.name,
            currency=profile.currency,
            tax_code=profile.codes[0].id if profile.codes else None,
            automated_tax=profile.automated_tax,
            custom_numbers=profile.custom_numbers,
            custom_fields=profile.custom_fields,
        )
        planter.plant("Preferences", 1, usual)
        _accounts(planter, profile)
        for id, name, days in TERMS:  # noqa: A001
            values = {"Name": name, "Active": True, "Type": "STANDARD", "DueDays": days}
            planter.plant("Term", id, values)
        for id, name, type in METHODS:  # noqa: A001
            values = {"Name": name, "Active": True, "Type": type}
            planter.plant("PaymentMethod", id, values)
        _tax(planter, profile)
        _first_items(planter)
        store.set_setting(f"doc_number:{profile.realm}", profile.last_number)
    return Company(store, profile.realm)


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


def company_info(profile: Profile, now: datetime) -> Body:
    """A CompanyInfo."""
    sku = {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"}
    return {
        "CompanyName": profile.name,
        "LegalName": profile.legal_name,
        "CompanyAddr": {"Id": "1", **profile.address},
        "CustomerCommunicationAddr": {"Id": "1", **profile.address},
        "LegalAddr": {"Id": "1", **profile.address},
        "CustomerCommunicationEmailAddr": {"Address": profile.email},
        "PrimaryPhone": {"FreeFormNumber": profile.phone},
        "CompanyStartDate": today(now).replace(month=1, day=1).isoformat(),
        "FiscalYearStartMonth": "January",
        "Country": profile.country,
        "Email": {"Address": profile.email},
        "WebAddr": {"URI": profile.website},
        "SupportedLanguages": "en",
        "DefaultTimeZone": profile.time_zone,
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "IndustryType", "Value": "Wholesale bakeries"},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            sku,
            {"Name": "PayrollFeature", "Value": "false"},
            {"Name": "AccountantFeature", "Value": "false"},
            {"Name": "ItemCategoriesFeature", "Value": "true"},
        ],
    }


def _accounts(planter: Planter, profile: Profile) -> None:
    currency = {
        "value": profile.currency,
        "name": currency_name(profile.currency),
    }
    for id, name, type, subtype in ACCOUNTS:  # noqa: A001
        values = {
            "Name": name,
            "SubAccount": False,
            "FullyQualifiedName": name,
            "Active": True,
            "Classification": CLASSIFICATION[type],
            "AccountType": type,
            "AccountSubType": subtype,
            "CurrentBalance": 0,
            "CurrentBalanceWithSubAccounts": 0,
            "CurrencyRef": currency,
        }
        planter.plant("Account", id, values)
        planter.work.db.execute(
            "INSERT OR IGNORE INTO account_role (realm, subtype, account) "
            "VALUES (?, ?, ?)",
            (profile.realm, subtype, id),
        )


def _tax(planter: Planter, profile: Profile) -> None:
    agency = {
        "DisplayName": profile.agency,
        "TaxTrackedOnSales": True,
        "TaxTrackedOnPurchases": profile.country != "US",
        "TaxAgencyConfig": "USER_DEFINED",
    }
    planter.plant("TaxAgency", 1, agency)
    names = {each[0]: each[1] for each in profile.rates}
    for id, name, percent in profile.rates:  # noqa: A001
        values = {
            "Name": name,
            "Description": name,
            "Active": True,
            "RateValue": number(percent),
            "AgencyRef": {"value": "1"},
            "SpecialTaxType": "NONE",
            "EffectiveTaxRate": [],
            "DisplayType": "ReadOnly",
        }
        planter.plant("TaxRate", id, values)
    for code in profile.codes:
        planter.plant("TaxCode", code.id, _tax_code(code, names, profile.country))


def _tax_code(code: TaxCode, names: dict[int, str], country: str) -> Body:
    details = [
        {
            "TaxRateRef": {"value": str(rate), "name": names[rate]},
            "TaxTypeApplicable": "TaxOnAmount",
            "TaxOrder": 0,
        }
        for rate in code.rates
    ]
    return {
        "Name": code.name,
        "Description": code.description,
        "Active": True,
        "Hidden": False,
        "Taxable": True,
        "TaxGroup": True,
        "SalesTaxRateList": {"TaxRateDetail": details},
        "PurchaseTaxRateList": {"TaxRateDetail": details if country != "US" else []},
        "TaxCodeConfigType": "USER_DEFINED",
    }


def _first_items(planter: Planter) -> None:
    for id, name in ((1, "Services"), (2, "Hours")):  # noqa: A001
        values = {
            "Name": name,
            "Active": True,
            "FullyQualifiedName": name,
            "Taxable": False,
            "UnitPrice": 0,
            "Type": "Service",
            "IncomeAccountRef": {"value": "1", "name": "Services"},
            "PurchaseCost": 0,
            "TrackQtyOnHand": False,
        }
        planter.plant("Item", id, values)
