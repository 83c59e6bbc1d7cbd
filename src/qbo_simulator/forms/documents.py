"""What all transactions share: dates, numbers, currency, void notes."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import currencies
from qbo_simulator.books.kind import Body, Draft, number_of, words
from qbo_simulator.faults import Fault
from qbo_simulator.wire import as_decimal, round_cents

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

TRANSACTION = words("""TxnStatus TxnSource TaxFormType TaxFormNum TransactionLocationType Tag
    TxnApprovalInfo RecurDataRef RecurringInfo TotalCostAmount
    HomeTotalCostAmount""")
USUAL_DAYS = 30
SALES_FIELDS = ("SalesFormsPrefs", "CustomField", "SalesFormsPrefs.SalesCustomName")
PURCHASE_FIELDS = (
    "VendorAndPurchasesPrefs",
    "POCustomField",
    "PurchasePrefs.PurchaseCustomName",
)


def check_currency(work: Work, draft: Draft, party: Body) -> None:
    """Set CurrencyRef and ExchangeRate; refuse a currency that does not fit.

    A company of one currency deals in no other. Elsewhere a form is in the currency of
    its customer or vendor; `ExchangeRate` is 1 where the client gives none.
    """
    home = work.home_currency
    held = work.currency_of(party)
    wanted = str(draft.new.get("CurrencyRef", {}).get("value", held))
    if wanted not in currencies.NAMES and not re.fullmatch(r"[A-Z]{3}", wanted):
        raise Fault(
            2220,
            "Invalid Currency Type",
            f"Invalid Currency Type : {wanted}",
            "CurrencyRef",
        )
    if wanted != home and not currencies.is_enabled(work):
        raise faults.business(
            "Multi Currency should be enabled to perform this operation.",
            "CurrencyRef",
        )
    if held != wanted:
        raise faults.other_currency("CurrencyRef")
    draft.new["CurrencyRef"] = {
        "value": wanted,
        "name": currencies.currency_name(wanted),
    }
    _set_rate(work, draft, wanted)


def _set_rate(work: Work, draft: Draft, currency: str) -> None:
    if not currencies.is_enabled(work):
        draft.new.pop("ExchangeRate", None)
    elif currency == work.home_currency:
        draft.new["ExchangeRate"] = 1
    elif Decimal(draft.new.setdefault("ExchangeRate", 1)) <= 0:
        raise faults.business("The exchange rate must be greater than 0.")


def home_amount(work: Work, body: Body, name: str) -> Decimal:
    """An amount of a form in the company's own currency."""
    rate = Decimal(body.get("ExchangeRate", 1))
    return round_cents(as_decimal(body.get(name)) * rate)


def check_private_note(draft: Draft) -> None:
    """A note of blanks is no note."""
    if not str(draft.new.get("PrivateNote", "x")).strip():
        del draft.new["PrivateNote"]


def due_date(work: Work, draft: Draft, customer: Body) -> None:
    """Set SalesTermRef from the customer on create, and DueDate unless it is given."""
    new = draft.new
    if draft.old is None and "SalesTermRef" not in new and "SalesTermRef" in customer:
        held = number_of(customer["SalesTermRef"]) or 0
        found = work.fetch("Term", held)
        if found is not None:
            new["SalesTermRef"] = {"value": found["Id"], "name": found["Name"]}
    moved = draft.changed("TxnDate") or draft.changed("SalesTermRef")
    if "DueDate" in new and ("DueDate" in draft.sent or not moved):
        return
    term = work.fetch("Term", number_of(new.get("SalesTermRef")) or 0)
    issued = date.fromisoformat(new["TxnDate"])
    new["DueDate"] = falls_due(issued, term).isoformat()


def falls_due(issued: date, term: Body | None) -> date:
    """When a document issued that day is due under a term (None: 30 days)."""
    if term is None:
        return issued + timedelta(days=USUAL_DAYS)
    if "DayOfMonthDue" not in term:
        return issued + timedelta(days=int(term.get("DueDays", USUAL_DAYS)))
    months = 1 if issued.day <= int(term["DayOfMonthDue"]) else 2
    grace = int(term.get("DueNextMonthDays", 0))
    this_month = _day_of_month(issued, months - 1, int(term["DayOfMonthDue"]))
    if (this_month - issued).days < grace:
        return _day_of_month(issued, months, int(term["DayOfMonthDue"]))
    return this_month


def _day_of_month(start: date, months: int, day: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day, last))


def fill_custom_fields(work: Work, new: Body, *, bought: bool = False) -> None:
    """Serve the company's custom fields, with the values that were sent for them.

    Sales forms have fields of their own, and so have purchase orders (`bought`).
    """
    group, key, prefix = PURCHASE_FIELDS if bought else SALES_FIELDS
    groups = work.preference(group, key, [])
    entries = [entry for group in groups for entry in group.get("CustomField", [])]
    sent = {str(each.get("DefinitionId")): each for each in new.get("CustomField", [])}
    shown = []
    for entry in entries:
        if not entry["Name"].startswith(prefix):
            continue
        number = entry["Name"][-1]
        field = {
            "DefinitionId": number,
            "Name": str(entry.get("StringValue", "")),
            "Type": "StringType",
        }
        value = sent.get(number, {}).get("StringValue")
        if value:
            field["StringValue"] = str(value)[:31]
        shown.append(field)
    new["CustomField"] = sorted(shown, key=lambda field: field["DefinitionId"])


def document_number(work: Work, draft: Draft, entity: str) -> None:
    """Give the next DocNumber where QuickBooks numbers; refuse duplicates where it warns.

    With `AutoDocNumber` a client asks for one in a company with numbers of its own.
    """
    new, old = draft.new, draft.old or {}
    asked = new.pop("AutoDocNumber", False)
    custom = bool(work.preference("SalesFormsPrefs", "CustomTxnNumbers"))
    if not new.get("DocNumber"):
        if custom and not asked:
            new.pop("DocNumber", None)
            return
        new["DocNumber"] = old.get("DocNumber") or _next_number(work)
    elif custom and new["DocNumber"] != old.get("DocNumber"):
        _check_duplicate(work, draft, entity)
    if new["DocNumber"] != old.get("DocNumber"):
        remember_number(work, new["DocNumber"])


def _check_duplicate(work: Work, draft: Draft, entity: str) -> None:
    if "allowduplicatedocnum" in draft.options:
        return
    row = work.db.execute(
        "SELECT id FROM entity WHERE realm = ? AND kind = ? AND doc_number = ? "
        "AND deleted = 0 AND id <> ?",
        (work.realm, entity, draft.new["DocNumber"], draft.id),
    ).fetchone()
    if row is None:
        return
    number = draft.new["DocNumber"]
    raise faults.duplicate_number(number, entity, row["id"])


def _next_number(work: Work) -> str:
    last = work.store.setting(f"doc_number:{work.realm}", "1000")
    head, digits = _split(last)
    return f"{head}{int(digits or '0') + 1:0{len(digits)}d}"[:21]


def remember_number(work: Work, number: str) -> None:
    """The next number given out follows this one, if it ends in digits."""
    if not _split(number)[1]:
        return
    work.store.set_setting(f"doc_number:{work.realm}", number)


def _split(number: str) -> tuple[str, str]:
    digits = re.search(r"[0-9]*$", number)
    tail = digits.group() if digits else ""
    return number[: len(number) - len(tail)], tail


def note_voided(new: Body) -> None:
    """Put "Voided" before the private note."""
    note = new.get("PrivateNote")
    new["PrivateNote"] = f"Voided - {note}"[:4000] if note else "Voided"
