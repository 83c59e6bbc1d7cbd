"""The settings that change how an integration has to behave, and exchange rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from qbo_simulator.api import exchange_rates
from qbo_simulator.bookkeeper.desk import Visit, back_to
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    amount_in,
    at,
    date_in,
    problem_of,
)
from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Room

REFUSALS = (Fault, UnreadableError)


@dataclass(frozen=True, slots=True)
class Switch:
    """One preference that is on or off; `is_named` ones stand among the other ones."""

    name: str
    path: str
    label: str
    meaning: str
    is_named: bool = False


SALES = (
    Switch(
        "custom_numbers",
        "SalesFormsPrefs.CustomTxnNumbers",
        "Custom transaction numbers",
        "Whoever creates a form gives its number; QuickBooks numbers nothing itself.",
    ),
    Switch(
        "discount",
        "SalesFormsPrefs.AllowDiscount",
        "Discounts",
        "Forms may carry a discount line.",
    ),
    Switch(
        "shipping",
        "SalesFormsPrefs.AllowShipping",
        "Shipping",
        "Forms may carry a charge for shipping.",
    ),
    Switch(
        "deposit",
        "SalesFormsPrefs.AllowDeposit",
        "Deposits",
        "Invoices may carry a deposit.",
    ),
    Switch(
        "automatic_credits",
        "SalesFormsPrefs.AutoApplyCredit",
        "Apply credits automatically",
        "Credit memos are used on open invoices as soon as there are both.",
    ),
    Switch(
        "copy_to_company",
        "SalesFormsPrefs.EmailCopyToCompany",
        "Copy e-mails to the company",
        "Each form that is sent also goes to the company's own address.",
    ),
)
ACCOUNTING = (
    Switch(
        "departments",
        "AccountingInfoPrefs.TrackDepartments",
        "Departments",
        "Transactions may belong to a place of business.",
    ),
    Switch(
        "sales_tax",
        "TaxPrefs.UsingSalesTax",
        "Sales tax",
        "Sales are taxed; without it no form bears tax.",
    ),
    Switch(
        "warn_checks",
        "WarnDuplicateCheckNumber",
        "Refuse duplicate check numbers",
        "A number that a check already has is refused.",
        is_named=True,
    ),
    Switch(
        "warn_bills",
        "WarnDuplicateBillNumber",
        "Refuse duplicate bill numbers",
        "A number that a bill of the vendor already has is refused.",
        is_named=True,
    ),
    Switch(
        "warn_journals",
        "WarnDuplicateJournalNumber",
        "Refuse duplicate journal numbers",
        "A number that a journal entry already has is refused.",
        is_named=True,
    ),
)
CLASSES = {
    "none": "Not tracked",
    "form": "One class for each form",
    "line": "A class for each line",
}
MESSAGES = (
    ("InvoiceMessage", "Invoices"),
    ("EstimateMessage", "Estimates"),
    ("SalesReceiptMessage", "Sales receipts"),
)


def is_on(preferences: Body, switch: Switch) -> bool:
    """Say whether a switch is on."""
    if not switch.is_named:
        return bool(at(preferences, switch.path))
    pairs = at(preferences, "OtherPrefs.NameValue") or []
    return {"Name": switch.path, "Value": "true"} in pairs


def way_of_classes(preferences: Body) -> str:
    """Say how classes are tracked, as a key of `CLASSES`."""
    group = preferences.get("AccountingInfoPrefs", {})
    if group.get("ClassTrackingPerTxnLine"):
        return "line"
    return "form" if group.get("ClassTrackingPerTxn") else "none"


def settings(visit: Visit, error: Exception | None = None) -> Response:
    """Show the preferences that matter to an integration."""
    preferences = visit.room.read("Preferences", "1")
    messages = preferences.get("EmailMessagesPrefs", {})
    return visit.show(
        "settings.html",
        "settings",
        problem=problem_of(error) if error else None,
        sales=[(each, is_on(preferences, each)) for each in SALES],
        accounting=[(each, is_on(preferences, each)) for each in ACCOUNTING],
        ways=CLASSES,
        way=way_of_classes(preferences),
        closed_until=at(preferences, "AccountingInfoPrefs.BookCloseDate") or "",
        messages=[(key, label, messages.get(key, {})) for key, label in MESSAGES],
        version=preferences["SyncToken"],
    )


def save(visit: Visit) -> Response:
    """Save the preferences that the form shows."""
    room = visit.room
    current = room.read("Preferences", "1")
    token = visit.typed("sync_token") or current["SyncToken"]
    try:
        groups = _groups(visit)
        body = {"Id": "1", "SyncToken": token, "sparse": True, **groups}
        room.company.update("Preferences", body, now=room.now)
    except REFUSALS as error:
        return settings(visit, error)
    return back_to(room.path("settings"), "saved")


def _groups(visit: Visit) -> dict[str, Body]:
    groups: dict[str, Body] = {}
    pairs = []
    for switch in (*SALES, *ACCOUNTING):
        value = visit.typed(switch.name) == "1"
        if switch.is_named:
            pairs.append({"Name": switch.path, "Value": str(value).lower()})
            continue
        group, _, key = switch.path.partition(".")
        groups.setdefault(group, {})[key] = value
    groups["OtherPrefs"] = {"NameValue": pairs}
    closed = date_in(visit.typed("closed_until"), label="The closing date")
    way = visit.typed("classes") or "none"
    groups["AccountingInfoPrefs"] |= {
        "BookCloseDate": closed or "",
        "ClassTrackingPerTxn": way == "form",
        "ClassTrackingPerTxnLine": way == "line",
    }
    messages = {
        key: {"Subject": subject, "Message": visit.typed(f"{key}_message")}
        for key, _ in MESSAGES
        if (subject := visit.typed(f"{key}_subject"))
    }
    if messages:
        groups["EmailMessagesPrefs"] = messages
    return groups


def rates(visit: Visit, error: Exception | None = None) -> Response:
    """Show what the foreign currencies are worth, and the form that sets it."""
    room = visit.room
    currencies = room.rows("CompanyCurrency", "maxresults 1000")
    usable = room.has_currencies
    return visit.show(
        "rates.html",
        "currencies",
        problem=problem_of(error) if error else None,
        usable=usable,
        today=[(row, _rate(room, row["Code"])) for row in currencies] if usable else [],
        held=room.rows("ExchangeRate", "maxresults 200") if usable else [],
        typed=visit.all_typed,
    )


def set_rate(visit: Visit) -> Response:
    """Set what a currency is worth from a day on."""
    room = visit.room
    try:
        rate = amount_in(visit.typed("rate"), label="The rate")
        if rate is None:
            raise UnreadableError("Say what one unit of the currency is worth.")
        body: dict[str, Any] = {
            "SourceCurrencyCode": visit.typed("currency"),
            "Rate": rate,
        }
        day = date_in(visit.typed("date"), label="The day")
        if day:
            body["AsOfDate"] = day
        exchange_rates.update(room.company, body, now=room.now)
    except REFUSALS as error:
        return rates(visit, error)
    return back_to(room.path("currencies", "rates"), "rated")


def _rate(room: Room, code: str) -> Body:
    return exchange_rates.read(room.company, code, None, now=room.now)
