"""Which of QuickBooks' lists have two sides: customers are people and companies, items products."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks.mappable import (
    CUSTOMER_FIELDS,
    INCOME_ACCOUNT,
    ITEM_FIELDS,
    NAME_MAX,
)
from counterfoil.core.errors import Rejected
from counterfoil.sync.engine.decide import Values
from counterfoil.sync.engine.fields import Direction, Rule, Wins
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.ports import Pairing, RemoteField

PRODUCTS = frozenset({"service", "non_inventory", "inventory"})
CONTACTS, COMPANIES = "contacts", "companies"
# Where a customer is a company and its person, these are the person's; all else is the
# company's.
PERSONAL = frozenset(
    {"title", "given_name", "middle_name", "family_name", "suffix", "email", "mobile"}
)


Mapped = tuple[str, str, Wins]
BILLING: tuple[Mapped, ...] = tuple(
    (part, f"bill_address.{part}", Wins.REMOTE)
    for part in ("street", "city", "region", "postal_code", "country")
)
CONTACT_RULES: tuple[Mapped, ...] = (
    ("first_name", "given_name", Wins.ASK),
    ("last_name", "family_name", Wins.ASK),
    ("email", "email", Wins.ASK),
    ("phone", "phone", Wins.ASK),
    # Where the customer is a company, too, the phone is the company's.
    ("phone", "mobile", Wins.ASK),
    ("website", "website", Wins.ASK),
    *BILLING,
)
COMPANY_RULES: tuple[Mapped, ...] = (
    ("name", "display_name", Wins.ASK),
    ("email", "email", Wins.ASK),
    ("phone", "phone", Wins.ASK),
    ("domain", "website", Wins.ASK),
    *BILLING,
)
PRODUCT_RULES: tuple[Mapped, ...] = (
    ("name", "name", Wins.ASK),
    ("sku", "sku", Wins.ASK),
    ("description", "description", Wins.REMOTE),
    ("unit_price", "unit_price", Wins.REMOTE),
    ("taxable", "taxable", Wins.REMOTE),
    ("kind", "type", Wins.REMOTE),
    ("active", "active", Wins.REMOTE),
)


def rules_from(
    mapped: Iterable[Mapped], fields: Iterable[RemoteField]
) -> tuple[Rule, ...]:
    """Rules both ways, or inward where QuickBooks alone fills the field in."""
    by_name = {field.name: field for field in fields}
    found = []
    for local, remote, wins in mapped:
        field = by_name[remote]
        direction = Direction.BOTH if field.writable else Direction.IN
        found.append(
            Rule(local, remote, field.kind, direction, wins=wins, longest=field.longest)
        )
    return tuple(found)


def is_person(content: Values) -> bool:
    """A customer with a first or last name is somebody."""
    return bool(content.get("given_name") or content.get("family_name"))


def is_organisation(content: Values) -> bool:
    """A customer with a company's name, or without a person's, is an organisation."""
    return bool(content.get("company_name")) or not is_person(content)


class CustomerPairing(Pairing):
    """What contacts and companies have in common: customers."""

    service = "quickbooks"
    stream = "customers"
    kind = "customer"
    fields = CUSTOMER_FIELDS
    mapped: ClassVar[tuple[Mapped, ...]]
    match_by: ClassVar[tuple[MatchKey, ...]]

    def defaults(self, connection: Connection) -> Settings:
        return Settings(
            self.name,
            match_by=self.match_by,
            rules=rules_from(self.mapped, self.fields),
        )

    def title(self, content: Values) -> str:
        return str(content.get("display_name") or "")

    def document(
        self, connection: Connection, settings: Settings, values: Values
    ) -> dict[str, object]:
        name = _display_name(values)
        if not name:
            raise Rejected(
                _("Give it a name or an e-mail address first."), field="name"
            )
        found = _nested(values)
        found.pop("display_name", None)
        found.setdefault("currency", connection.home_currency)
        return {**found, "name": name[:NAME_MAX]}


def _display_name(values: Values) -> str:
    person = f"{values.get('given_name') or ''} {values.get('family_name') or ''}"
    named = (
        values.get("display_name"),
        person.strip(),
        values.get("company_name"),
        values.get("email"),
        values.get("phone"),
    )
    return next((" ".join(str(name).split()) for name in named if name), "")


def _nested(values: Values) -> dict[str, object]:
    """Fields with dots as parts of what they are in; what is empty is left out."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if value is None or value == "":
            continue
        first, _dot, rest = name.partition(".")
        if rest:
            found.setdefault(first, {})[rest] = value
        else:
            found[first] = value
    return found


class Contacts(CustomerPairing):
    """Customers as people."""

    name = CONTACTS
    object_type = "contact"
    label = gettext_lazy("Contacts")
    sentence = gettext_lazy(
        "Contacts and QuickBooks customers are kept in step: a change on one side "
        "reaches the other."
    )
    mapped = CONTACT_RULES
    match_by = (MatchKey.EMAIL, MatchKey.NAME)
    match_keys: ClassVar[Mapping[MatchKey, tuple[str, str]]] = {
        MatchKey.EMAIL: ("email", "email"),
        MatchKey.NAME: ("title", "display_name"),
        MatchKey.PHONE: ("phone", "phone"),
    }

    def covers(self, content: Values, others: Collection[str]) -> Reason:
        if COMPANIES in others and not is_person(content):
            return Reason.IS_ORGANISATION
        return Reason.NONE

    def speaks_for(self, content: Values, others: Collection[str]) -> frozenset[str]:
        if COMPANIES in others and is_organisation(content):
            return PERSONAL
        return _NAMES_OF_CUSTOMERS

    def starting_values(
        self, connection: Connection, content: Values
    ) -> dict[str, object]:
        """A customer that has only a display name is called by it."""
        if is_person(content):
            return {}
        return {"last_name": self.title(content)}


class Companies(CustomerPairing):
    """Customers as organisations."""

    name = COMPANIES
    object_type = "company"
    label = gettext_lazy("Companies")
    sentence = gettext_lazy(
        "Companies and QuickBooks customers are kept in step: a company is one customer, "
        "its contacts are its people."
    )
    mapped = COMPANY_RULES
    match_by = (MatchKey.NAME, MatchKey.EMAIL)
    match_keys: ClassVar[Mapping[MatchKey, tuple[str, str]]] = {
        MatchKey.NAME: ("name", "display_name"),
        MatchKey.EMAIL: ("email", "email"),
        MatchKey.PHONE: ("phone", "phone"),
    }

    def covers(self, content: Values, others: Collection[str]) -> Reason:
        if CONTACTS in others and not is_organisation(content):
            return Reason.IS_PERSON
        return Reason.NONE

    def speaks_for(self, content: Values, others: Collection[str]) -> frozenset[str]:
        if CONTACTS in others and is_person(content):
            return _NAMES_OF_CUSTOMERS - PERSONAL
        return _NAMES_OF_CUSTOMERS

    def document(
        self, connection: Connection, settings: Settings, values: Values
    ) -> dict[str, object]:
        found = super().document(connection, settings, values)
        found.setdefault("company_name", str(found["name"])[:100])
        return found


class Products(Pairing):
    """Items as products."""

    service = "quickbooks"
    name = "products"
    stream = "items"
    object_type = "product"
    kind = "item"
    label = gettext_lazy("Products")
    sentence = gettext_lazy(
        "Products and QuickBooks items are kept in step: names, SKUs and prices."
    )
    fields = ITEM_FIELDS
    match_keys: ClassVar[Mapping[MatchKey, tuple[str, str]]] = {
        MatchKey.SKU: ("sku", "sku"),
        MatchKey.NAME: ("name", "name"),
    }

    def defaults(self, connection: Connection) -> Settings:
        return Settings(
            self.name,
            match_by=(MatchKey.SKU, MatchKey.NAME),
            rules=rules_from(PRODUCT_RULES, self.fields),
        )

    def covers(self, content: Values, others: Collection[str]) -> Reason:
        if content.get("type") in PRODUCTS:
            return Reason.NONE
        return Reason.NOT_A_PRODUCT

    def speaks_for(self, content: Values, others: Collection[str]) -> frozenset[str]:
        return _NAMES_OF_ITEMS

    def title(self, content: Values) -> str:
        return str(content.get("name") or "")

    def starting_values(
        self, connection: Connection, content: Values
    ) -> dict[str, object]:
        """Prices are in the company's own currency."""
        return {"currency": connection.home_currency}

    def document(
        self, connection: Connection, settings: Settings, values: Values
    ) -> dict[str, object]:
        found = _nested(values)
        name = " ".join(str(found.get("name") or "").split())
        if not name:
            raise Rejected(_("Give the product a name first."), field="name")
        account = found.get(INCOME_ACCOUNT) or settings.options.get(INCOME_ACCOUNT)
        if not account:
            raise Rejected(
                _(
                    "Choose in the settings of products the income account that their "
                    "sales go to."
                ),
                field="income_account",
            )
        kind = found.pop("type", None) or "service"
        return {**found, "name": name, "kind": kind, INCOME_ACCOUNT: account}


_NAMES_OF_CUSTOMERS = frozenset(field.name for field in CUSTOMER_FIELDS)
_NAMES_OF_ITEMS = frozenset(field.name for field in ITEM_FIELDS)
