"""Automated sales tax: what is owed where goods go, and the codes made for it.

The real engine knows some twelve thousand jurisdictions. This one knows a few, always
the same, with a state's rate and the rates of its counties and cities; a place that is
not listed bears its state's rate alone. Tax is owed only in states whose agency the
company has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator.books.kind import Body, Draft
from qbo_simulator.wire import number, stamp

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

SYSTEM = "SYSTEM_GENERATED"


@dataclass(frozen=True, slots=True)
class State:
    """A state: who collects, its own rate, and which shares its places add."""

    agency: str
    name: str
    percent: str
    places: dict[str, tuple[tuple[str, str], ...]]


STATES = {
    "AZ": State(
        "Arizona Department of Revenue",
        "Arizona",
        "5.6",
        {
            "PHOENIX": (("Maricopa County", "0.7"), ("Phoenix City", "2.3")),
            "TUCSON": (("Pima County", "0.5"), ("Tucson City", "2.6")),
        },
    ),
    "CA": State(
        "California Department of Tax and Fee Administration",
        "California",
        "6",
        {
            "HALF MOON BAY": (
                ("San Mateo County", "0.25"),
                ("San Mateo County District Tax", "3.125"),
            ),
            "LOS ANGELES": (
                ("Los Angeles County", "0.25"),
                ("Los Angeles County District Tax", "3.25"),
            ),
            "MOUNTAIN VIEW": (
                ("Santa Clara County", "0.25"),
                ("Santa Clara County District Tax", "2.875"),
            ),
            "PALO ALTO": (
                ("Santa Clara County", "0.25"),
                ("Santa Clara County District Tax", "2.875"),
            ),
            "SAN FRANCISCO": (
                ("San Francisco County", "0.25"),
                ("San Francisco County District Tax", "2.375"),
            ),
            "SAN MATEO": (
                ("San Mateo County", "0.25"),
                ("San Mateo County District Tax", "3.125"),
                ("San Mateo City", "0.25"),
            ),
        },
    ),
    "NY": State(
        "New York State Department of Taxation and Finance",
        "New York",
        "4",
        {
            "BUFFALO": (("Erie County", "4.75"),),
            "NEW YORK": (
                ("New York City", "4.5"),
                ("Metropolitan Commuter Transportation District", "0.375"),
            ),
        },
    ),
    "OR": State("Oregon Department of Revenue", "Oregon", "0", {}),
    "TX": State(
        "Texas Comptroller of Public Accounts",
        "Texas",
        "6.25",
        {
            "AUSTIN": (("Austin City", "1"), ("Austin MTA Transit", "1")),
            "HOUSTON": (("Houston City", "1"), ("Houston MTA Transit", "1")),
        },
    ),
    "WA": State(
        "Washington State Department of Revenue",
        "Washington",
        "6.5",
        {
            "SEATTLE": (("Seattle City", "3.85"),),
            "SPOKANE": (("Spokane City", "2.5"),),
        },
    ),
}


def code_for(work: Work, draft: Draft, customer: Body) -> str | None:
    """The tax code of where a form's goods go; None where the company owes no tax."""
    state, city = place_of(destination(work, draft, customer))
    known = STATES.get(state)
    if known is None:
        return None
    agency = _by_name(work, "TaxAgency", known.agency)
    if agency is None:
        return None
    parts = ((known.name, known.percent), *known.places.get(city, ()))
    listed = city.title() if city in known.places else "other places"
    name = f"{known.name}, {listed}"
    return _code(work, name, agency, parts)


def destination(work: Work, draft: Draft, customer: Body) -> Body:
    """Where goods go: the form's ShipAddr, a new form's customer's, or the company.

    What goes nowhere is handed over where it is shipped from.
    """
    found = draft.new.get("ShipAddr")
    if not found and draft.old is None:
        found = customer.get("ShipAddr")
    if not found:
        found = draft.new.get("ShipFromAddr")
    if not found:
        info = work.fetch("CompanyInfo", 1) or {}
        found = info.get("LegalAddr") or info.get("CompanyAddr")
    return dict(found or {})


def place_of(address: Body) -> tuple[str, str]:
    """The state's two letters and the city's name of an address, flattened or not."""
    state = str(address.get("CountrySubDivisionCode", "")).strip().upper()
    city = str(address.get("City", "")).strip().upper()
    if state and city:
        return _letters(state), city
    for number_ in range(5, 0, -1):
        text = str(address.get(f"Line{number_}", "")).upper()
        found = re.search(r"^\s*(.*?)[\s,]+([A-Z]{2})\.?\s+\d{5}", text)
        if found:
            return found[2], found[1].strip(" ,")
    return _letters(state), city


def _letters(state: str) -> str:
    return next(
        (short for short, each in STATES.items() if each.name.upper() == state), state
    )


def _code(
    work: Work, name: str, agency: Body, parts: tuple[tuple[str, str], ...]
) -> str:
    held = _by_name(work, "TaxCode", name)
    if held is not None:
        return str(held["Id"])
    details = []
    for part, percent in parts:
        rate = _rate(work, part, Decimal(percent), str(agency["Id"]))
        details.append(
            {
                "TaxRateRef": {"value": rate["Id"], "name": rate["Name"]},
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
        )
    values = {
        "Name": name,
        "Description": name,
        "Active": True,
        "Hidden": False,
        "Taxable": True,
        "TaxGroup": True,
        "SalesTaxRateList": {"TaxRateDetail": details},
        "PurchaseTaxRateList": {"TaxRateDetail": []},
        "TaxCodeConfigType": SYSTEM,
    }
    return str(_enter(work, "TaxCode", values)["Id"])


def _rate(work: Work, name: str, percent: Decimal, agency: str) -> Body:
    held = _by_name(work, "TaxRate", name)
    if held is not None and Decimal(held["RateValue"]) == percent:
        return held
    free = name if held is None else f"{name} {number(percent)}%"
    values = {
        "Name": free,
        "Description": name,
        "Active": True,
        "RateValue": number(percent),
        "AgencyRef": {"value": agency},
        "SpecialTaxType": "NONE",
        "EffectiveTaxRate": [],
        "DisplayType": "ReadOnly",
    }
    return _enter(work, "TaxRate", values)


def _enter(work: Work, entity: str, values: dict[str, Any]) -> Body:
    kind = work.kinds[entity]
    at = stamp(work.now)
    body = {
        **values,
        "Id": str(work.next_number(kind.sequence)),
        "SyncToken": "0",
        "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
    }
    served = kind.served(body)
    work.put(kind, served)
    return served


def _by_name(work: Work, entity: str, name: str) -> Body | None:
    row = work.db.execute(
        "SELECT id FROM entity WHERE realm = ? AND kind = ? AND name_key = ? "
        "AND deleted = 0 AND active = 1",
        (work.realm, entity, name.casefold()),
    ).fetchone()
    return work.fetch(entity, int(row[0])) if row else None
