"""What every document is put together from: texts, amounts, references, the marker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks import fields
from counterfoil.connectors.quickbooks.fields import Wire
from counterfoil.core.errors import Rejected
from counterfoil.core.money import rounded

Document = Mapping[str, object]

NUMBER_MAX, NOTE_MAX, MEMO_MAX, TEXT_MAX, EMAIL_MAX = 21, 4000, 1000, 4000, 100
REFERENCE_MAX = 21
PER_DOCUMENT, PER_LINE = "document", "line"
HOME = frozenset({"", "US", "USA"})


@dataclass(frozen=True, slots=True)
class Setup:
    """How the company keeps its books, as far as it shapes a request.

    ``class_tracking`` is ``document``, ``line`` or ``""``.
    """

    multi_currency: bool = False
    class_tracking: str = ""
    tracks_departments: bool = False
    country: str = ""

    @classmethod
    def of(cls, facts: Mapping[str, object], country: str) -> Setup:
        return cls(
            multi_currency=bool(facts.get("multi_currency")),
            class_tracking=str(facts.get("class_tracking") or ""),
            tracks_departments=bool(facts.get("tracks_departments")),
            country=country,
        )

    @property
    def is_abroad(self) -> bool:
        """Whether tax is said by the codes of lines, as outside the United States."""
        return self.country not in HOME


def marked(marker: str, note: str, longest: int) -> str:
    """The marker first, whatever has to give way for it."""
    return (f"{marker}\n{note}" if note and marker else marker or note)[:longest]


def text(document: Document, name: str, longest: int) -> str:
    return str(document.get(name) or "").strip()[:longest]


def decimal(document: Document, name: str) -> Decimal | None:
    value = document.get(name)
    return None if value is None or value == "" else fields.number(value, name)


def lines_of(document: Document) -> Sequence[Document]:
    return cast("Sequence[Document]", document.get("lines") or ())


def put(body: Wire, name: str, value: str) -> None:
    if value:
        body[name] = value


def put_in(body: Wire, name: str, inner: str, value: str) -> None:
    if value:
        body[name] = {inner: value}


def put_references(body: Wire, document: Document, places: Mapping[str, str]) -> None:
    """References that are there; ``places`` says where each id of ours belongs."""
    for name, place in places.items():
        put_in(body, place, "value", text(document, name, 40))


def needed(document: Document, name: str, sentence: str, *, field: str) -> str:
    """A value without which there is no document."""
    value = str(document.get(name) or "").strip()
    if not value:
        raise Rejected(sentence, field=field)
    return value


def day(document: Document, name: str) -> str:
    return needed(document, name, _("Choose a date."), field=name)[:10]


def currency_of(document: Document) -> str:
    return str(document.get("currency") or "USD")


def put_currency(body: Wire, document: Document, setup: Setup) -> None:
    """Only where there are several: elsewhere QuickBooks has but one."""
    if not setup.multi_currency or not document.get("currency"):
        return
    body["CurrencyRef"] = {"value": document["currency"]}
    rate = decimal(document, "exchange_rate")
    if rate is None:
        return
    if rate <= 0:
        raise Rejected(
            _("The exchange rate must be greater than zero."), field="exchange_rate"
        )
    body["ExchangeRate"] = rate


def number(document: Document) -> str:
    found = str(document.get("number") or "").strip()
    if len(found) > NUMBER_MAX:
        sentence = _(
            "The number is too long for QuickBooks: at most %(max)s characters."
        )
        raise Rejected(sentence % {"max": NUMBER_MAX}, field="number")
    return found


def email(document: Document) -> str:
    """Refused rather than cut: what is left of an address is another's."""
    found = str(document.get("email") or "").strip()
    if found and (len(found) > EMAIL_MAX or "@" not in found or "." not in found):
        raise Rejected(
            _("QuickBooks does not accept the e-mail address. Correct it."),
            field="email",
        )
    return found


def put_reference(body: Wire, document: Document) -> str:
    """What the payer calls it; gives the note, which holds it whole if it is too long."""
    note = text(document, "note", 2 * NOTE_MAX)
    reference = " ".join(str(document.get("reference") or "").split())
    put(body, "PaymentRefNum", reference[:REFERENCE_MAX].strip())
    if len(reference) <= REFERENCE_MAX:
        return note
    return "\n".join(part for part in (reference, note) if part)


def positive(document: Document, name: str, currency: str) -> Decimal:
    """An amount of money that must be there and be more than nothing."""
    amount = decimal(document, name)
    if amount is None or rounded(amount, currency) <= 0:
        raise Rejected(_("The amount must be greater than zero."), field=name)
    return rounded(amount, currency)


def tax_calculation(document: Document, setup: Setup) -> Wire:
    """How amounts are meant; the United States know no such thing."""
    mode = str(document.get("tax_mode") or "none")
    if mode == "per_line":
        is_gross = bool(document.get("prices_include_tax"))
        return {"GlobalTaxCalculation": "TaxInclusive" if is_gross else "TaxExcluded"}
    if mode == "none" and setup.is_abroad:
        return {"GlobalTaxCalculation": "NotApplicable"}
    return {}
