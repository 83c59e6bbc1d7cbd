"""Reads entities and forms for the pages: stages, sentences, lines; nothing is done here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from qbo_simulator.books.fields import LARGEST
from qbo_simulator.faults import Fault
from qbo_simulator.wire import number

Body = dict[str, Any]

SENTENCES: Mapping[str, str] = {
    "610": "It is not there any more, or it was made inactive.",
    "2050": "A text is too long.",
    "2210": "The e-mail address is not a valid one.",
    "5010": "Somebody changed it in the meantime. Look at it again, then repeat your change.",
    "6000": "The books do not allow it.",
    "6070": "An amount is not its quantity times its rate.",
    "6100": "A line has a tax code this company does not know.",
    "6140": "That number is already used.",
    "6210": "The books are closed for that date. Reopen them under Settings, or choose a later date.",
    "620": "It cannot be linked to that.",
    "2300": "Debits and credits are not the same.",
    "6540": "A bank deposit holds it. Delete the deposit first, then repeat this.",
    "6190": "The company does not subscribe to what this needs.",
    "6430": "The account is of a kind that cannot be used here. Choose another one.",
    "2500": "It refers to something that is not there or was made inactive.",
    "6240": "That name is already used by a customer, vendor or employee.",
    "6420": "There is no e-mail address to send it to.",
}


SHIPPING = "SHIPPING_ITEM_ID"


class UnreadableError(Exception):
    """A form field cannot be read; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far an invoice is, in a word and a tone for its chip."""

    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was refused: our sentence, and what QuickBooks says."""

    sentence: str
    detail: str = ""


def problem_of(error: Exception) -> Problem:
    """Put a refusal into a sentence, with the fault's own detail beneath."""
    if isinstance(error, Fault):
        sentence = SENTENCES.get(error.code, "QuickBooks refused it.")
        return Problem(sentence, f"{error.detail} (code {error.code})")
    return Problem(str(error))


def at(entity: Any, path: str) -> Any:
    """Read what stands at a dotted path of an entity, or None."""
    found = entity
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def as_number(value: Any) -> Decimal:
    """Read a JSON number exactly; nothing reads as zero."""
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def owed_at_home(invoices: Iterable[Mapping[str, Any]]) -> Decimal:
    """Sum what is owed, each invoice in the company's own currency."""
    return sum(
        (as_number(row.get("HomeBalance", row.get("Balance"))) for row in invoices),
        Decimal(0),
    )


def stage_of(invoice: Mapping[str, Any], today: date) -> Stage:
    """Say how far an invoice is."""
    total, balance = (
        as_number(invoice.get("TotalAmt")),
        as_number(invoice.get("Balance")),
    )
    if is_voided(invoice):
        return Stage("Voided", "voided")
    if not balance:
        return Stage("Paid in full", "good")
    if str(invoice.get("DueDate", "9999")) < today.isoformat():
        return Stage("Overdue", "bad")
    if balance < total:
        return Stage("Partially paid", "warn")
    if invoice.get("EmailStatus") == "EmailSent":
        return Stage("Sent", "info")
    return Stage("Awaiting send", "")


def is_voided(entity: Mapping[str, Any]) -> bool:
    """Say whether a transaction has been voided."""
    note = str(entity.get("PrivateNote", ""))
    return note.startswith("Voided") and not as_number(entity.get("TotalAmt"))


def quoted(text: str) -> str:
    """Write a text as a literal of the query language."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def amount_in(text: str, *, label: str) -> Decimal | None:
    """Read an amount a person typed (1,234.50 or 1234.5); empty reads as None."""
    cleaned = text.strip().replace(",", "").replace(" ", "").lstrip("$€£")
    if not cleaned:
        return None
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise UnreadableError(f"{label} is not a number: {text}")
    if abs(value) > LARGEST:
        raise UnreadableError(f"{label} is too large: {text}")
    return value


def date_in(text: str, *, label: str) -> str | None:
    """Read an ISO date a person chose; empty reads as None."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise UnreadableError(f"{label} is not a date: {text}") from error


@dataclass(frozen=True, slots=True)
class LineRow:
    """One row of the line editor, as typed."""

    id: str = ""
    item: str = ""
    description: str = ""
    quantity: str = ""
    rate: str = ""
    amount: str = ""
    tax: str = ""
    tracked: str = ""

    def refs(self) -> Body:
        """The tax code and the class that were chosen for it."""
        chosen = {"TaxCodeRef": self.tax, "ClassRef": self.tracked}
        return {name: {"value": value} for name, value in chosen.items() if value}

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        typed = (self.item, self.description, self.quantity, self.rate, self.amount)
        return not any(part.strip() for part in typed)


def typed_rows(form: Mapping[str, Sequence[str]]) -> list[LineRow]:
    """Read the rows of the line editor; every column has one value for each row."""
    names = [part.name for part in fields(LineRow)]
    columns = {name: list(form.get(f"line_{name}", [])) for name in names}
    count = max(map(len, columns.values()))
    return [
        LineRow(
            **{
                name: values[index] if index < len(values) else ""
                for name, values in columns.items()
            }
        )
        for index in range(count)
    ]


def _typed_rate(detail: Mapping[str, Any]) -> str:
    """The rate as a person types it: with the tax in it, where the line's amount has."""
    if not ("TaxInclusiveAmt" in detail and as_number(detail.get("Qty"))):
        return str(detail.get("UnitPrice", ""))
    gross = as_number(detail["TaxInclusiveAmt"]) / as_number(detail["Qty"])
    return str(number(gross.quantize(Decimal("0.0000001"))))


def shown_rows(invoice: Mapping[str, Any]) -> list[LineRow]:
    """Lay the editable lines of an invoice out as rows of the line editor."""
    rows = []
    for line in invoice.get("Line", []):
        detail = line.get("SalesItemLineDetail")
        if detail is None and line.get("DetailType") != "DescriptionOnly":
            continue
        detail = detail or {}
        if is_shipping(line):
            continue
        rows.append(
            LineRow(
                id=str(line.get("Id", "")),
                item=str(detail.get("ItemRef", {}).get("name", "")),
                description=str(line.get("Description", "")),
                quantity=str(detail.get("Qty", "")),
                rate=_typed_rate(detail),
                amount=str(detail.get("TaxInclusiveAmt", line.get("Amount", ""))),
                tax=str(detail.get("TaxCodeRef", {}).get("value", "")),
                tracked=str(detail.get("ClassRef", {}).get("value", "")),
            )
        )
    return rows


def held_items(invoice: Mapping[str, Any]) -> dict[str, str]:
    """The ids of the items on an invoice by the names its editor shows them under."""
    refs = [
        line["SalesItemLineDetail"]["ItemRef"]
        for line in invoice.get("Line", [])
        if "SalesItemLineDetail" in line
    ]
    return {str(ref.get("name", "")).strip(): str(ref["value"]) for ref in refs}


def is_shipping(line: Mapping[str, Any]) -> bool:
    """Say whether a line is the charge for shipping, which is no item."""
    detail = line.get("SalesItemLineDetail") or {}
    return bool(detail.get("ItemRef", {}).get("value") == SHIPPING)


def kept_lines(invoice: Mapping[str, Any]) -> list[Body]:
    """List the lines the editor does not touch: bundles and tips."""
    kinds = ("GroupLineDetail", "TipLineDetail")
    return [line for line in invoice.get("Line", []) if line.get("DetailType") in kinds]


def line_body(row: LineRow, *, item: str | None, number: int) -> Body:
    """Write one typed row as a line of the API; `item` is the id of its item."""
    head: Body = {"Id": row.id} if row.id else {}
    if row.description.strip():
        head["Description"] = row.description.strip()
    if item is None and not (row.quantity or row.rate or row.amount).strip():
        return {**head, "DetailType": "DescriptionOnly", "DescriptionLineDetail": {}}
    if item is None:
        raise UnreadableError(f"Line {number} has an amount but no product or service.")
    detail: Body = {"ItemRef": {"value": item}}
    quantity = amount_in(row.quantity, label=f"The quantity of line {number}")
    rate = amount_in(row.rate, label=f"The rate of line {number}")
    amount = amount_in(row.amount, label=f"The amount of line {number}")
    if rate is not None:
        quantity = Decimal(1) if quantity is None else quantity
        detail["UnitPrice"] = rate
        amount = (quantity * rate).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    if quantity is not None and rate is not None:
        detail["Qty"] = quantity
    if amount is None:
        raise UnreadableError(f"Line {number} has no rate and no amount.")
    detail |= row.refs()
    kind = "SalesItemLineDetail"
    return {**head, "Amount": amount, "DetailType": kind, kind: detail}
