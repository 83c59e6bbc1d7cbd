"""One value of a record, ready for the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from counterfoil.crm.catalogue import Property, display
from counterfoil.crm.models import Invoice, PostingState, Quote, QuoteStatus, Record
from counterfoil.crm.quotes import effective_status
from counterfoil.web import formats
from counterfoil.web.place import here
from counterfoil.web.records.looks import CHIPS, POSTING_STATES


@dataclass(frozen=True)
class Cell:
    """What a column or a property shows: ``kind`` chooses the component's markup."""

    name: str
    label: str
    kind: str
    text: str
    href: str = ""
    look: str = ""
    value: Any = None

    @property
    def is_number(self) -> bool:
        return self.kind == "number"


def _number(record: Record, prop: Property, value: Any) -> tuple[str, str]:
    return "number", formats.number(value)


def _money(record: Record, prop: Property, value: Any) -> tuple[str, str]:
    currency = getattr(record, "currency", "")
    if not currency:
        return "number", formats.number(value)
    is_price = getattr(prop.type, "is_unit_price", False)
    shown = formats.price if is_price else formats.money
    return "number", shown(value, currency)


def _moment(record: Record, prop: Property, value: Any) -> tuple[str, str]:
    return "moment", formats.ago(value)


def _day(record: Record, prop: Property, value: Any) -> tuple[str, str]:
    return "day", formats.day(value)


_SHOWN: dict[str, Callable[[Record, Property, Any], tuple[str, str]]] = {
    "number": _number,
    "currency": _money,
    "date": _day,
    "date_time": _moment,
}
_LINKS = {"email": "mailto:", "phone": "tel:", "url": ""}


def is_outside(invoice: Invoice) -> bool:
    """Whether the books do not have it: then its stage says less than why."""
    return invoice.posting_state not in {PostingState.NONE, PostingState.CONFIRMED}


def status_of(quote: Quote) -> QuoteStatus:
    """A quote's status on the day of the page: past its date it is an offer no more."""
    today = here().today
    return effective_status(quote, today) if today else QuoteStatus(quote.status)


def cell(record: Record, prop: Property) -> Cell:
    """The value of one property; a reference needs its row to be loaded already."""
    value = prop.of(record)
    label = str(prop.label)
    if value is None or value == ():
        kind = "number" if prop.type.key in {"currency", "number"} else "blank"
        return Cell(prop.name, label, kind, "")
    if shown := _SHOWN.get(prop.type.key):
        kind, text = shown(record, prop, value)
        return Cell(prop.name, label, kind, text, value=value)
    text = display(
        record, prop, locale=str(here().locale).replace("_", "-"), zone=here().zone
    )
    if prop.type.key in _LINKS:
        return Cell(
            prop.name, label, "link", text, href=f"{_LINKS[prop.type.key]}{value}"
        )
    if isinstance(record, Invoice) and prop.name == "stage" and is_outside(record):
        state = record.posting_state
        text = str(record.get_posting_state_display())
        return Cell(prop.name, label, "chip", text, look=POSTING_STATES[state])
    if isinstance(record, Quote) and prop.name == "status":
        value = status_of(record)
        text = str(value.label)
    chips = CHIPS.get((record.object_type, prop.name))
    if chips is not None:
        return Cell(prop.name, label, "chip", text, look=chips.get(value, "plain"))
    return Cell(prop.name, label, "text", text)
