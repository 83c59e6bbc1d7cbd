"""The companies a new simulator starts with, the same every time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator import seeds_uk, seeds_us
from qbo_simulator.catalogue import KINDS
from qbo_simulator.currencies import currency_name
from qbo_simulator.foundation import Profile, TaxCode, found
from qbo_simulator.trading import Trade, Trader
from qbo_simulator.wire import stamp
from qbo_simulator.work import Work

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.company import Company
    from qbo_simulator.store import Store

US_REALM = "9130350000000001"
UK_REALM = "9130350000000002"

HARBOUR = Profile(
    realm=US_REALM,
    name="Harbour Bakery Services",
    legal_name="Harbour Bakery Services LLC",
    country="US",
    currency="USD",
    address={
        "Line1": "410 Harbour Street",
        "City": "Half Moon Bay",
        "Country": "USA",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "94019",
    },
    email="books@harbourbakery.example",
    phone="(650) 555-0142",
    website="https://harbourbakery.example",
    time_zone="America/Los_Angeles",
    agency="California Department of Tax and Fee Administration",
    rates=(
        (1, "AZ State tax", Decimal("7.1")),
        (2, "Tucson City", Decimal(2)),
        (3, "California", Decimal(8)),
    ),
    codes=(
        TaxCode(2, "California", "California", (3,)),
        TaxCode(3, "Tucson", "Tucson", (1, 2)),
    ),
    last_number="1000",
)
PIER_FOUR = Profile(
    realm=UK_REALM,
    name="Pier Four Ltd",
    legal_name="Pier Four Limited",
    country="GB",
    currency="GBP",
    address={
        "Line1": "4 Quayside Walk",
        "City": "Bristol",
        "Country": "GBR",
        "PostalCode": "BS1 4ST",
    },
    email="accounts@pierfour.example",
    phone="0117 496 0184",
    website="https://pierfour.example",
    time_zone="Europe/London",
    agency="HM Revenue & Customs (VAT)",
    rates=(
        (1, "20.0% S (Sales)", Decimal(20)),
        (2, "5.0% R (Sales)", Decimal(5)),
        (3, "0.0% Z (Sales)", Decimal(0)),
        (4, "Exempt (Sales)", Decimal(0)),
    ),
    codes=(
        TaxCode(2, "20.0% S", "Standard rate", (1,)),
        TaxCode(3, "5.0% R", "Reduced rate", (2,)),
        TaxCode(4, "0.0% Z", "Zero rate", (3,)),
        TaxCode(5, "Exempt", "Exempt from VAT", (4,)),
    ),
    custom_fields=(),
    last_number="INV-0200",
)


BAKERY = Trade(
    cities=seeds_us.CITIES,
    streets=seeds_us.STREETS,
    customers=seeds_us.CUSTOMERS,
    sub_customers=seeds_us.SUB_CUSTOMERS,
    vendors=seeds_us.VENDORS,
    items=seeds_us.ITEMS,
    inactive_item=seeds_us.INACTIVE_ITEM,
    phone="(650) 555-0",
    country="USA",
    invoices=60,
)
CHANDLER = Trade(
    cities=seeds_uk.CITIES,
    streets=seeds_uk.STREETS,
    customers=seeds_uk.CUSTOMERS,
    sub_customers=seeds_uk.SUB_CUSTOMERS,
    vendors=seeds_uk.VENDORS,
    items=seeds_uk.ITEMS,
    inactive_item=seeds_uk.INACTIVE_ITEM,
    phone="0117 496 0",
    country="GBR",
    invoices=20,
    codes=seeds_uk.CODES,
)


def seed(store: Store, *, now: datetime, empty: bool = False) -> list[Company]:
    """Found the two companies; unless `empty`, with the business of some months.

    What the seed does is not in the list of accepted writes nor in the change log:
    both begin with the first client.
    """
    founded = now - timedelta(days=400)
    companies = []
    with store.write() as db:
        for profile, trade in ((HARBOUR, BAKERY), (PIER_FOUR, CHANDLER)):
            company = found(store, profile, now=founded)
            if not empty:
                Trader(company, trade, now=now).enter()
            companies.append(company)
        db.execute("DELETE FROM accepted")
        db.execute("DELETE FROM change")
        db.execute("DELETE FROM mail")
    return companies


def seed_customers(company: Company, count: int, *, now: datetime) -> None:
    """Add many customers quickly, alike from run to run, for measurements."""
    kind = KINDS["Customer"]
    with company.store.write() as db:
        work = Work(company.store, KINDS, company.realm, now)
        for position in range(1, count + 1):
            number = work.next_number(kind.sequence)
            work.put(kind, kind.served(bulk_customer(number, position, work)))
            work.forget()
        db.execute("ANALYZE")


def bulk_customer(number: int, position: int, work: Work) -> dict[str, Any]:
    """One of many customers, as complete as a real one."""
    name = f"Customer {position:07d} & Sons"
    at = stamp(work.now)
    home = work.home_currency
    address = {
        "Id": str(number),
        "Line1": f"{position % 900 + 1} {seeds_us.STREETS[position % 6]}",
        "City": seeds_us.CITIES[position % 6][0],
        "Country": "USA",
        "CountrySubDivisionCode": "CA",
        "PostalCode": seeds_us.CITIES[position % 6][2],
    }
    return {
        "Id": str(number),
        "SyncToken": "0",
        "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
        "Taxable": True,
        "BillAddr": address,
        "ShipAddr": address,
        "Job": False,
        "BillWithParent": False,
        "Balance": 0,
        "BalanceWithJobs": 0,
        "CurrencyRef": {"value": home, "name": currency_name(home)},
        "PreferredDeliveryMethod": "Print",
        "GivenName": f"Given{position % 997}",
        "FamilyName": f"Family{position % 9973}",
        "FullyQualifiedName": name,
        "CompanyName": name,
        "DisplayName": name,
        "PrintOnCheckName": name,
        "Active": True,
        "PrimaryPhone": {"FreeFormNumber": f"(650) 555-{position % 10000:04d}"},
        "PrimaryEmailAddr": {"Address": f"customer{position}@bulk.example"},
    }
