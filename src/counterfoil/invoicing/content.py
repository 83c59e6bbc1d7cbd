"""What a draft holds: everything as it was typed, so that going back loses nothing.

Text is kept as entered and read leniently here; :mod:`checks` says what is wrong with
it. Nothing in this module touches the database.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

_THOUSANDS = re.compile(r"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
MOST_DIGITS = 19
NO_TAX = "none"  # of ``tax_code_id``: decided that there is none
UNKNOWN = "unknown"  # a line names a tax code or class that the books do not have


def number(text: str) -> Decimal | None:
    """Read a number a person typed: ``1,234.50``, ``1 234,5`` or ``12``."""
    bare = _SPACES.sub("", text)
    if _THOUSANDS.match(bare):
        bare = bare.replace(",", "")
    elif "," in bare and "." in bare and bare.rindex(",") > bare.rindex("."):
        bare = bare.replace(".", "").replace(",", ".")
    else:
        bare = bare.replace(",", ".")
    if not bare or len(bare) > MOST_DIGITS:
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    return value if value.is_finite() and "e" not in bare.lower() else None


def day(text: str) -> date | None:
    """Read an ISO date, as date fields send it."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def plain(value: Decimal) -> str:
    """A number as people write it, without the zeros it does not need."""
    whole, _, part = f"{value:f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}" if part.strip("0") else whole


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as entered. ``key`` names it for as long as the draft lives.

    ``item_id`` is the item in the books; ``income_account_id`` is set when the item
    is to be created there. A ``text`` line has a description only.
    """

    key: str
    kind: str = "item"
    product_id: int | None = None
    item_id: str = ""
    income_account_id: str = ""
    name: str = ""
    sku: str = ""
    description: str = ""
    quantity: str = "1"
    unit_price: str = ""
    discount_percent: str = ""
    discount_amount: str = ""
    taxable: bool = True
    tax_code_id: str = ""
    service_on: str = ""
    class_id: str = ""

    @property
    def is_text(self) -> bool:
        return self.kind == "text"

    @property
    def creates_item(self) -> bool:
        return not self.is_text and not self.item_id and bool(self.income_account_id)

    @property
    def called(self) -> str:
        return self.name or self.description


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be created in the books together with the invoice."""

    display_name: str = ""
    company_name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All five steps. ``filled_from`` is the source that the lines were taken from.

    ``filled_for`` is the customer whose terms and address were proposed: what is emptied
    after that stays empty.

    ``rate_for`` is the currency and the day that the rate was proposed for, or the
    currency alone where a person typed it.

    ``kind`` is the key of the document's kind (see :mod:`kinds`).
    """

    kind: str = "invoice"
    source: str = ""
    quote_id: int | None = None
    filled_from: str = ""
    filled_for: str = ""
    currency: str = ""
    customer: str = ""
    customer_id: str = ""
    customer_reason: str = ""
    new_customer: NewCustomer = NewCustomer()
    lines: tuple[DraftLine, ...] = ()
    last_key: int = 0
    discount_kind: str = ""
    discount_value: str = ""
    tax_code_id: str = ""
    prices_include_tax: bool = False
    terms_id: str = ""
    issued_on: str = ""
    due_on: str = ""
    expires_on: str = ""
    exchange_rate: str = ""
    rate_for: str = ""
    number: str = ""
    email: str = ""
    message: str = ""
    shipping: str = ""
    shipping_tax_code_id: str = ""
    class_id: str = ""
    department_id: str = ""
    deposit_account_id: str = ""
    payment_method_id: str = ""
    reference: str = ""

    @property
    def creates_customer(self) -> bool:
        return self.customer == "new"

    @property
    def has_proposals(self) -> bool:
        """Whether the terms were filled for the customer that stands here."""
        return self.filled_for == (self.customer_id or self.customer)

    def with_line(self, line: DraftLine) -> Content:
        """Append a line under a key of its own."""
        key = self.last_key + 1
        added = replace(line, key=str(key))
        return replace(self, lines=(*self.lines, added), last_key=key)

    def without_line(self, key: str) -> Content:
        """Leave out one line."""
        kept = tuple(line for line in self.lines if line.key != key)
        return replace(self, lines=kept)

    def moved(self, key: str, *, by: int) -> Content:
        """Move a line up (-1) or down (1); at the edge it stays."""
        order = list(self.lines)
        place = next((i for i, line in enumerate(order) if line.key == key), None)
        if place is None or not 0 <= place + by < len(order):
            return self
        order[place], order[place + by] = order[place + by], order[place]
        return replace(self, lines=tuple(order))

    def changed_line(self, line: DraftLine) -> Content:
        """Put ``line`` in the place of the one with its key."""
        return replace(
            self,
            lines=tuple(line if each.key == line.key else each for each in self.lines),
        )


def to_json(content: Content) -> dict[str, object]:
    """Shape for a JSON column."""
    return asdict(content)


def fingerprint(content: Content) -> str:
    """Differs when anything does: what is issued is what was looked through."""
    held = json.dumps(to_json(content), sort_keys=True)
    return hashlib.sha256(held.encode()).hexdigest()[:32]


def from_json(held: Mapping[str, Any]) -> Content:
    """Read what :func:`to_json` made; parts that are no longer known are left out."""
    known = {each.name for each in fields(Content)} - {"lines", "new_customer"}
    rest = {name: held[name] for name in known if name in held}
    lines = held.get("lines")
    customer = held.get("new_customer")
    return Content(
        **rest,
        lines=tuple(
            DraftLine(**_known(DraftLine, line))
            for line in (lines if isinstance(lines, list | tuple) else ())
        ),
        new_customer=NewCustomer(
            **_known(NewCustomer, customer if isinstance(customer, Mapping) else {})
        ),
    )


def _known(shape: type, held: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(shape)}
    return {name: value for name, value in held.items() if name in names}
