"""The address `/taxservice/taxcode`: a tax code made together with its rates."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import entering
from qbo_simulator.books.fields import (
    CLEAR,
    Choice,
    Lines,
    Number,
    Text,
    unknown_property,
)
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.faults import Fault
from qbo_simulator.wire import number

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.books.fields import Type
    from qbo_simulator.books.kind import Body
    from qbo_simulator.company import Company

SERVICE: dict[str, Type] = {
    "TaxCode": Text(100, ":"),
    "TaxCodeId": Text(20),
    "TaxRateDetails": Lines(),
}
DETAIL: dict[str, Type] = {
    "TaxRateName": Text(100),
    "TaxRateId": Text(20),
    "RateValue": Number(),
    "TaxAgencyId": Text(20),
    "TaxApplicableOn": Choice(("Sales", "Purchase")),
}
WHOLE = Decimal(100)
LISTS = {"Sales": "SalesTaxRateList", "Purchase": "PurchaseTaxRateList"}
TOLERATED = ("domain", "sparse", "Id", "SyncToken", "MetaData", "time")


def create(company: Company, body: Body, *, now: datetime) -> Body:
    """Make a tax code of rates that exist and rates that are made with it."""
    with company.store.write():
        work = Work(company.store, KINDS, company.realm, now)
        sent = _clean(body, SERVICE, "TaxService")
        for name in ("TaxCode", "TaxRateDetails"):
            if not sent.get(name):
                raise faults.required(name)
        details = [_detail(work, raw) for raw in sent["TaxRateDetails"]]
        code = _enter_code(work, sent["TaxCode"], details)
        work.finish()
    return {
        "TaxCode": code["Name"],
        "TaxCodeId": code["Id"],
        "TaxRateDetails": details,
    }


def _clean(raw: Body, known: dict[str, Type], owner: str) -> Body:
    kept: Body = {}
    for name, value in raw.items():
        if name in TOLERATED:
            continue
        if name not in known:
            raise unknown_property(name, owner, tuple(known))
        if value is None:
            continue
        cleaned: Any = known[name].clean(name, value)
        if cleaned is not CLEAR:
            kept[name] = cleaned
    return kept


def _detail(work: Work, raw: Body) -> Body:
    """One rate as it is answered; it is made now unless its id is given."""
    sent = _clean(raw, DETAIL, "TaxRateDetails")
    applies = sent.get("TaxApplicableOn", "Sales")
    if "TaxRateId" in sent:
        rate = work.refer("TaxRate", {"value": sent["TaxRateId"]}, "TaxRateId")
    else:
        rate = _enter_rate(work, sent)
    return {
        "TaxRateName": rate["Name"],
        "TaxRateId": rate["Id"],
        "RateValue": rate["RateValue"],
        "TaxAgencyId": rate["AgencyRef"]["value"],
        "TaxApplicableOn": applies,
    }


def _enter_rate(work: Work, sent: Body) -> Body:
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if name not in sent:
            raise faults.required(name)
    if not 0 <= Decimal(sent["RateValue"]) <= WHOLE:
        raise Fault(
            2150,
            "Invalid Percent",
            f"Invalid Percent : {sent['RateValue']}",
            "RateValue",
        )
    agency = work.refer("TaxAgency", {"value": sent["TaxAgencyId"]}, "TaxAgencyId")
    body = {
        "Name": sent["TaxRateName"],
        "Description": sent["TaxRateName"],
        "RateValue": number(Decimal(sent["RateValue"])),
        "AgencyRef": {"value": agency["Id"]},
        "SpecialTaxType": "NONE",
        "EffectiveTaxRate": [],
        "DisplayType": "ReadOnly",
    }
    return entering.enter(work, "TaxRate", body)


def _enter_code(work: Work, name: str, details: list[Body]) -> Body:
    lists: dict[str, list[Body]] = {each: [] for each in LISTS.values()}
    for detail in details:
        held = lists[LISTS[detail["TaxApplicableOn"]]]
        held.append(
            {
                "TaxRateRef": {
                    "value": detail["TaxRateId"],
                    "name": detail["TaxRateName"],
                },
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
        )
    body = {
        "Name": name,
        "Description": name,
        "Hidden": False,
        "Taxable": True,
        "TaxGroup": True,
        "TaxCodeConfigType": "USER_DEFINED",
        **{each: {"TaxRateDetail": rates} for each, rates in lists.items()},
    }
    return entering.enter(work, "TaxCode", body)
