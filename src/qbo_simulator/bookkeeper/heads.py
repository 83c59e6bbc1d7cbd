"""The head of a form: which field holds which property, read and shown one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbo_simulator.api import exchange_rates
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    amount_in,
    at,
    date_in,
    quoted,
)

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Room, Visit

INNER = {"ref": "value", "email": "Address"}
EMPTY: dict[str, Any] = {"text": "", "ref": {}, "email": {}, "number": 0}


@dataclass(frozen=True, slots=True)
class Head:
    """One field of a form's head; `kind` is text, date, number, ref or email.

    An emptied field is left alone unless it `clears`.
    """

    name: str
    path: str
    label: str
    kind: str = "text"
    clears: bool = False


NUMBER = Head("doc_number", "DocNumber", "The number")
DATE = Head("txn_date", "TxnDate", "The date", "date")
NOTE = Head("note", "PrivateNote", "The note", clears=True)
RATE = Head("exchange_rate", "ExchangeRate", "The exchange rate", "number")
PLACE = Head("department", "DepartmentRef", "The department", "ref", clears=True)
TRACKED = Head("tracked", "ClassRef", "The class", "ref", clears=True)
TERM = Head("term", "SalesTermRef", "The terms", "ref")
DUE = Head("due_date", "DueDate", "The due date", "date")
METHOD = Head("method", "PaymentMethodRef", "The method", "ref", clears=True)
REFERENCE = Head("reference", "PaymentRefNum", "The reference", clears=True)
DEPOSIT_TO = Head("deposit_to", "DepositToAccountRef", "The account", "ref")
MODE = Head("mode", "GlobalTaxCalculation", "The way of tax")


def shown(heads: Sequence[Head], body: Body) -> dict[str, str]:
    """Lay the properties of a transaction out as its form shows them."""
    found = {}
    for head in heads:
        value = at(body, head.path)
        if head.kind in INNER:
            value = at(body, f"{head.path}.{INNER[head.kind]}")
        found[head.name] = "" if value is None else str(value)
    return found


def read(heads: Sequence[Head], visit: Visit, *, clearing: bool) -> Body:
    """Write what was typed as properties; raises UnreadableError."""
    body: Body = {}
    for head in heads:
        value = _value(head, visit.typed(head.name))
        if value in (None, "", {}):
            if clearing and head.clears and head.name in visit.form:
                body[head.path] = EMPTY[head.kind]
            continue
        body[head.path] = value
    return body


def _value(head: Head, typed: str) -> Any:
    if head.kind == "date":
        return date_in(typed, label=head.label)
    if head.kind == "number":
        return amount_in(typed, label=head.label)
    if head.kind in INNER:
        return {INNER[head.kind]: typed} if typed else None
    return typed


def chosen(room: Room, entity: str, name: str, held: Body | None = None) -> str:
    """Find the id of a name that was typed; one the form holds already stays.

    Raises UnreadableError.
    """
    if held and name == full_name_of(room, entity, held).strip():
        return str(held["value"])
    found = room.named(entity, name)
    if found is None:
        raise UnreadableError(
            f"There is no active {entity.lower()} named {name or '(blank)'}. "
            "Choose one of the list."
        )
    return found


def full_name_of(room: Room, entity: str, ref: Body) -> str:
    """The full name behind a reference, which tells sub-customers apart."""
    body = room.read(entity, ref["value"])
    return str(
        body.get("FullyQualifiedName") or body.get("DisplayName") or body["Name"]
    )


HELD_IN = {
    "CustomerRef": "Customer",
    "VendorRef": "Vendor",
    "EntityRef": "Vendor",
    "AccountRef": "Account",
    "FromAccountRef": "Account",
    "ToAccountRef": "Account",
    "DepositToAccountRef": "Account",
}
"""What a transaction has its currency from, in this order."""


def rated(room: Room, body: Body) -> Body:
    """Give a new transaction in a foreign currency the rate of its day.

    QuickBooks' own forms do so; a client of the API that gives none gets 1.
    """
    if "ExchangeRate" in body or not room.has_currencies:
        return body
    currency = _currency_of(room, body)
    if currency in ("", room.currency):
        return body
    day = body.get("TxnDate")
    found = exchange_rates.read(room.company, currency, day, now=room.now)
    return {**body, "ExchangeRate": found["Rate"]}


def _currency_of(room: Room, body: Body) -> str:
    held = str(at(body, "CurrencyRef.value") or "")
    for name, entity in HELD_IN.items():
        if held or name not in body:
            continue
        ref = body[name]
        found = room.read(str(ref.get("type", entity)), ref["value"])
        currency = str(at(found, "CurrencyRef.value") or "")
        is_settled = entity != "Account" or currency != room.currency
        held = currency if is_settled else ""
    return held


def accounts(room: Room, *types: str) -> list[Body]:
    """List the active accounts of these types, or all of them."""
    where = f"where AccountType in ({', '.join(map(quoted, types))}) " if types else ""
    return room.rows("Account", f"{where}orderby FullyQualifiedName maxresults 1000")


def choices(room: Room) -> dict[str, Any]:
    """List what the selects of most forms offer."""
    lists = {
        "terms": room.rows("Term"),
        "methods": room.rows("PaymentMethod"),
        "tax_codes": room.rows("TaxCode", "maxresults 1000"),
        "classes": [],
        "departments": [],
        "with_line_class": False,
        "with_form_class": False,
        "has_currencies": room.has_currencies,
        "tax_style": tax_style(room),
    }
    tracking = room.preference("AccountingInfoPrefs") or {}
    by_line = bool(tracking.get("ClassTrackingPerTxnLine"))
    by_form = bool(tracking.get("ClassTrackingPerTxn"))
    if by_line or by_form:
        lists["classes"] = room.rows("Class", "maxresults 1000")
        lists["with_line_class"], lists["with_form_class"] = by_line, by_form
    if tracking.get("TrackDepartments"):
        lists["departments"] = room.rows("Department", "maxresults 1000")
    return lists


def tax_style(room: Room) -> str:
    """Say how the company taxes: `manual` or `automated` (US), or by `codes`."""
    if room.country not in ("US", "USA"):
        return "codes"
    return "automated" if room.preference("TaxPrefs.PartnerTaxEnabled") else "manual"
