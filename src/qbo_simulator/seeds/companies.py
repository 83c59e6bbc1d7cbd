"""The companies a new simulator starts with, and those that may be added to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from qbo_simulator.seeds import (
    ast as seeds_ast,
    au as seeds_au,
    br as seeds_br,
    ca as seeds_ca,
    charts,
    countries,
    fr as seeds_fr,
    multi as seeds_multi,
    sandbox as seeds_sandbox,
    uk as seeds_uk,
    us as seeds_us,
)
from qbo_simulator.seeds.dealings import enter_dealings
from qbo_simulator.seeds.foundation import Profile, found
from qbo_simulator.seeds.trades import Trade
from qbo_simulator.seeds.trading import Trader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from qbo_simulator.company import Company
    from qbo_simulator.storage.store import Store

FIRST_REALM = 9130350000000001
LIVED = timedelta(days=400)

HARBOUR = Profile(
    name="Harbour Bakery Services",
    legal_name="Harbour Bakery Services LLC",
    country=countries.UNITED_STATES,
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
    industry="Wholesale bakeries",
    own_chart=charts.US,
    order_fields=("Crew #", "Sales Rep"),
    last_number="1000",
)
PIER_FOUR = Profile(
    name="Pier Four Ltd",
    legal_name="Pier Four Limited",
    country=countries.BRITAIN,
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
    industry="Ship chandlers",
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
    us_code="2",
    bought=seeds_us.BOUGHT,
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
    bought=seeds_uk.BOUGHT,
)


@dataclass(frozen=True)
class Seed:
    """A company that can be founded: how it is set up, and what it does."""

    title: str
    profile: Profile
    trade: Trade
    trader: type[Trader] = Trader


PROFILES: Mapping[str, Seed] = {
    "us": Seed("United States, sales tax by hand", HARBOUR, BAKERY),
    "gb": Seed("United Kingdom, VAT", PIER_FOUR, CHANDLER),
    "us-ast": Seed(
        "United States, automated sales tax", seeds_ast.PROFILE, seeds_ast.TRADE
    ),
    "ca": Seed("Canada, GST, HST, PST and QST", seeds_ca.PROFILE, seeds_ca.TRADE),
    "au": Seed("Australia, GST in the prices", seeds_au.PROFILE, seeds_au.TRADE),
    "fr": Seed("France, TVA", seeds_fr.PROFILE, seeds_fr.TRADE),
    "br": Seed("Brazil, taxes always in the price", seeds_br.PROFILE, seeds_br.TRADE),
    "multi": Seed(
        "United States, several currencies", seeds_multi.PROFILE, seeds_multi.TRADE
    ),
    "sandbox": Seed(
        "United States, the company of Intuit's sandboxes",
        seeds_sandbox.PROFILE,
        seeds_sandbox.TRADE,
        seeds_sandbox.Landscaper,
    ),
    "sandbox-multi": Seed(
        "The same with several currencies",
        seeds_sandbox.SEVERAL_CURRENCIES,
        seeds_sandbox.TRADE,
        seeds_sandbox.Landscaper,
    ),
}
USUAL = ("us", "gb")


def seed(
    store: Store,
    *,
    now: datetime,
    empty: bool = False,
    profiles: Sequence[str] = USUAL,
) -> list[Company]:
    """Found companies; unless `empty`, with the business of some months.

    What the seed does is not in the list of accepted writes nor in the change log:
    both begin with the first client.
    """
    with store.write():
        return [add(store, key, now=now, empty=empty) for key in profiles]


def add(
    store: Store,
    key: str,
    *,
    now: datetime,
    name: str | None = None,
    empty: bool = False,
) -> Company:
    """Found one more company by a profile's key, as `seed` does; KeyError if unknown."""
    chosen = PROFILES[key]
    with store.write() as db:
        realm = _next_realm(store.realms())
        company = found(store, chosen.profile, realm=realm, name=name, now=now - LIVED)
        if not empty:
            trader = chosen.trader(company, chosen.trade, now=now)
            trader.enter()
            enter_dealings(trader)
        for table in ("accepted", "change", "mail"):
            db.execute(f"DELETE FROM {table} WHERE realm = ?", (realm,))  # noqa: S608
    return company


def _next_realm(taken: Sequence[str]) -> str:
    held = [int(each) for each in taken if each.isdecimal()]
    return str(max((FIRST_REALM - 1, *held)) + 1)
