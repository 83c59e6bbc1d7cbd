"""Which field of ours is where in Intuit's customers and items, and what fits there.

One table for creating and for changing. Pure: a value that cannot be put is ``Rejected``
with a sentence; notes and long texts are cut, and so is what only describes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from counterfoil.core.errors import Rejected

Wire = dict[str, object]
Values = Mapping[str, object]

NAME_MAX, ITEM_NAME_MAX, NOTES_MAX, TEXT_MAX = 500, 100, 2000, 4000
LINES, LINE_MAX, PART_MAX, POSTAL_CODE_MAX = 5, 500, 255, 30
DELIVERY = {"print": "Print", "email": "Email", "none": "None"}
ADDRESS_PARTS = ("street", "city", "region", "postal_code", "country")


@dataclass(frozen=True, slots=True)
class Field:
    """``path`` is Intuit's; ``about`` is what a refusal names, where not the field itself.

    ``needed``: can be changed but not emptied. ``said_by`` is a flag that says whether
    there is a value at all.
    """

    path: str
    form: Callable[[Field, str, object], object]
    longest: int = 0
    about: str = ""
    needed: bool = False
    said_by: str = ""

    def put(self, body: Wire, name: str, value: object) -> None:
        """Write ``value`` into ``body``; nothing is written as emptiness."""
        about = self.about or name
        outer, _dot, inner = self.path.partition(".")
        found = self.form(self, about, value)
        if self.needed and found in {"", None}:
            raise Rejected(_("QuickBooks needs a value here."), field=about)
        body[outer] = {inner: found} if inner else found
        if self.said_by:
            body[self.said_by] = bool(found)


def text_of(value: object) -> str:
    return "" if value is None else str(value).strip()


def _name(field: Field, about: str, value: object) -> str:
    name = " ".join(text_of(value).split())
    if not name and field.needed:
        raise Rejected(_("Give it a name."), field=about)
    if ":" in name:
        raise Rejected(_("QuickBooks allows no colon in a name."), field=about)
    if len(name) > field.longest:
        sentence = _("The name is too long for QuickBooks: at most %(max)s characters.")
        raise Rejected(sentence % {"max": field.longest}, field=about)
    return name


def _cut_name(field: Field, about: str, value: object) -> str:
    """A part of a name that only describes: cut rather than refused."""
    text = " ".join(text_of(value).replace(":", " ").split())
    return text[: field.longest].strip()


def _whole(field: Field, about: str, value: object) -> str:
    """What would mean something else if it were cut: a number, an address."""
    text = " ".join(text_of(value).split())
    if len(text) > field.longest:
        sentence = _("It is too long for QuickBooks: at most %(max)s characters.")
        raise Rejected(sentence % {"max": field.longest}, field=about)
    return text


def _email(field: Field, about: str, value: object) -> str:
    text = _whole(field, about, value)
    if text and not ("@" in text and "." in text):
        raise Rejected(
            _("QuickBooks does not accept the e-mail address. Correct it."), field=about
        )
    return text


def _cut(field: Field, about: str, value: object) -> str:
    return text_of(value)[: field.longest]


def _reference(field: Field, about: str, value: object) -> str:
    return text_of(value)


def _flag(field: Field, about: str, value: object) -> object:
    if value is None or value == "":
        return ""
    return value if isinstance(value, bool) else str(value).lower() == "true"


def _delivery(field: Field, about: str, value: object) -> str:
    text = text_of(value)
    if text and text not in DELIVERY:
        raise Rejected(
            _("QuickBooks does not accept a value that was chosen."), field=about
        )
    return DELIVERY.get(text, "")


def _decimal(field: Field, about: str, value: object) -> object:
    return "" if value is None or value == "" else number(value, about)


def number(value: object, about: str) -> Decimal:
    """A finite number, or a refusal that names the field."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Rejected(_("An amount is not a number."), field=about)
    return found


def _address(field: Field, about: str, value: object) -> Wire:
    """The whole of it: what is left out of an address is emptied."""
    if not isinstance(value, Mapping):
        return {}
    lines = [line.strip() for line in str(value.get("street") or "").splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], ", ".join(lines[LINES - 1 :])]
    body: Wire = {f"Line{i}": line[:LINE_MAX] for i, line in enumerate(lines, start=1)}
    parts = {
        "City": (value.get("city"), PART_MAX),
        "CountrySubDivisionCode": (value.get("region"), PART_MAX),
        "PostalCode": (value.get("postal_code"), POSTAL_CODE_MAX),
        "Country": (value.get("country"), PART_MAX),
    }
    for name, (part, longest) in parts.items():
        if text := text_of(part)[:longest]:
            body[name] = text
    return body


CUSTOMER: Mapping[str, Field] = {
    "display_name": Field("DisplayName", _name, NAME_MAX, about="name", needed=True),
    "title": Field("Title", _cut_name, 16),
    "given_name": Field("GivenName", _cut_name, 100),
    "middle_name": Field("MiddleName", _cut_name, 100),
    "family_name": Field("FamilyName", _cut_name, 100),
    "suffix": Field("Suffix", _cut_name, 16),
    "company_name": Field("CompanyName", _cut, 100),
    "print_name": Field("PrintOnCheckName", _cut_name, 110, needed=True),
    "email": Field("PrimaryEmailAddr.Address", _email, 100),
    "phone": Field("PrimaryPhone.FreeFormNumber", _whole, 30),
    "mobile": Field("Mobile.FreeFormNumber", _whole, 30),
    "alternate_phone": Field("AlternatePhone.FreeFormNumber", _whole, 30),
    "fax": Field("Fax.FreeFormNumber", _whole, 30),
    "website": Field("WebAddr.URI", _whole, 1000),
    "notes": Field("Notes", _cut, NOTES_MAX),
    "bill_address": Field("BillAddr", _address),
    "ship_address": Field("ShipAddr", _address),
    "taxable": Field("Taxable", _flag),
    "resale_number": Field("ResaleNum", _whole, 16),
    "default_tax_code_id": Field("DefaultTaxCodeRef.value", _reference),
    "terms_id": Field("SalesTermRef.value", _reference, about="terms"),
    "payment_method_id": Field("PaymentMethodRef.value", _reference),
    "preferred_delivery": Field("PreferredDeliveryMethod", _delivery),
    "parent_id": Field("ParentRef.value", _reference, said_by="Job"),
    "bill_with_parent": Field("BillWithParent", _flag),
}
ITEM: Mapping[str, Field] = {
    "name": Field("Name", _name, ITEM_NAME_MAX, needed=True),
    "sku": Field("Sku", _whole, 100),
    "description": Field("Description", _cut, TEXT_MAX),
    "purchase_description": Field("PurchaseDesc", _cut, 1000),
    "unit_price": Field("UnitPrice", _decimal),
    "purchase_cost": Field("PurchaseCost", _decimal),
    "taxable": Field("Taxable", _flag),
    "price_includes_tax": Field("SalesTaxIncluded", _flag),
    "income_account_id": Field(
        "IncomeAccountRef.value", _reference, about="income_account", needed=True
    ),
    "expense_account_id": Field("ExpenseAccountRef.value", _reference),
    "sales_tax_code_id": Field("SalesTaxCodeRef.value", _reference),
    "parent_id": Field("ParentRef.value", _reference, said_by="SubItem"),
}
WRITABLE: Mapping[str, Mapping[str, Field]] = {"customers": CUSTOMER, "items": ITEM}


def gathered(values: Values) -> dict[str, object]:
    """``{"bill_address.city": x}`` as ``{"bill_address": {"city": x}}``."""
    found: dict[str, object] = {}
    for name, value in values.items():
        outer, dot, inner = name.partition(".")
        if not dot:
            found[name] = value
            continue
        held = found.get(outer)
        found[outer] = {**(held if isinstance(held, Mapping) else {}), inner: value}
    return found


def put_all(
    body: Wire, fields: Mapping[str, Field], values: Values, *, empties: bool
) -> None:
    """Write the values that have a place; empty ones only where they shall empty."""
    for name, value in gathered(values).items():
        field = fields.get(name)
        if field is None or (not empties and is_nothing(value)):
            continue
        field.put(body, name, value)


def is_nothing(value: object) -> bool:
    """Nothing at all; ``False`` and ``0`` are something."""
    if isinstance(value, Mapping):
        return not any(text_of(part) for part in value.values())
    return value is None or (isinstance(value, str) and not value.strip())
