"""The companies a new simulator starts with, the same every time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.foundation import Profile, TaxCode, found

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


def seed(store: Store, *, now: datetime, empty: bool = False) -> list[Company]:
    """Found the two companies; unless `empty`, with the business of some months."""
    return [found(store, profile, now=now) for profile in (HARBOUR, PIER_FOUR)]
