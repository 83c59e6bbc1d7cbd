"""What several nouns declare alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from counterfoil.core.money import known_currencies
from counterfoil.crm.catalogue import Group, Property
from counterfoil.crm.models import (
    PostingState,
)
from counterfoil.crm.property_types.base import PropertyType
from counterfoil.crm.property_types.boolean import Boolean
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.date import Date
from counterfoil.crm.property_types.date_time import DateTime
from counterfoil.crm.property_types.mailing import Mailing
from counterfoil.crm.property_types.number import Number
from counterfoil.crm.property_types.owner import Owner
from counterfoil.crm.property_types.reference import Reference
from counterfoil.crm.property_types.text import Text

CURRENCIES = Choice([(code, code) for code in sorted(known_currencies())])

ABOUT = Group("about", gettext_lazy("About"))
ADDRESS = Group("address", gettext_lazy("Address"))
INVOICES = Group("invoices", gettext_lazy("Invoices"))
BOOKS = Group("books", gettext_lazy("In the books"))
CUSTOM = Group("custom", gettext_lazy("More"))
RECORD = Group("record", gettext_lazy("Record"))

SHARED = (
    Property("owner", Owner(), gettext_lazy("Owner"), "record"),
    Property(
        "created_at", DateTime(), gettext_lazy("Created"), "record", read_only=True
    ),
    Property(
        "updated_at", DateTime(), gettext_lazy("Last changed"), "record", read_only=True
    ),
)
POSTAL = (
    Property("street", Text(max_length=500), gettext_lazy("Street"), "address"),
    Property("city", Text(max_length=255), gettext_lazy("City"), "address"),
    Property(
        "region", Text(max_length=255), gettext_lazy("State or region"), "address"
    ),
    Property(
        "postal_code", Text(max_length=30), gettext_lazy("Postal code"), "address"
    ),
    Property("country", Text(max_length=255), gettext_lazy("Country"), "address"),
)


def said(
    name: str, kind: PropertyType, label: object, group: str = "about"
) -> Property:
    """A property that the books or the system fill in, and people only read."""
    return Property(name, kind, label, group, read_only=True)


def kept(name: str, kind: PropertyType, label: object) -> Property:
    """Bookkeeping of ours that no page shows."""
    return Property(name, kind, label, "books", read_only=True, internal=True)


BOOKED = (
    said(
        "connection",
        Reference("connections.Connection"),
        gettext_lazy("QuickBooks company"),
        "books",
    ),
    said(
        "posting_state",
        Choice(PostingState.choices),
        gettext_lazy("In the books"),
        "books",
    ),
    said("posting_message", Text(is_long=True), gettext_lazy("What is wrong"), "books"),
    said("voided", Boolean(), gettext_lazy("Voided"), "books"),
    said("deleted_remotely", Boolean(), gettext_lazy("Deleted in QuickBooks"), "books"),
    said(
        "exchange_rate",
        Number(places=9, digits=19),
        gettext_lazy("Exchange rate"),
        "books",
    ),
    kept("customer_remote_id", Text(max_length=64), gettext_lazy("Customer number")),
    kept("remote_updated_at", DateTime(), gettext_lazy("Changed in QuickBooks")),
)


def issued(day: object) -> tuple[Property, ...]:
    """What the documents of a customer say; ``day`` is what their date is called."""
    return (
        said("number", Text(max_length=40), gettext_lazy("Number")),
        said("customer_name", Text(max_length=600), gettext_lazy("Customer")),
        said("total", Currency(), gettext_lazy("Total")),
        said("subtotal", Currency(), gettext_lazy("Subtotal")),
        said("tax", Currency(), gettext_lazy("Tax")),
        said("currency", CURRENCIES, gettext_lazy("Currency")),
        said("issued_on", Date(), day),
        said("recipient", Text(max_length=500), gettext_lazy("Recipient")),
        said("message", Text(is_long=True), gettext_lazy("Message")),
        said("email_status", Mailing(), gettext_lazy("E-mail status")),
        said("sent_at", DateTime(), gettext_lazy("Sent")),
    )


def received(account: object) -> tuple[Property, ...]:
    """How money moved; ``account`` is what its account is called."""
    return (
        said("method", Text(max_length=100), gettext_lazy("Method")),
        said("reference", Text(max_length=100), gettext_lazy("Reference")),
        said("deposit_account", Text(max_length=500), account),
    )


DEPOSITED = (
    said("deposited_on", Date(), gettext_lazy("Deposited on")),
    said("bank_account", Text(max_length=500), gettext_lazy("Bank account")),
    kept("deposit_remote_id", Text(max_length=64), gettext_lazy("Deposit number")),
)
MONEY = Group("money", gettext_lazy("Money"))
ROLLED_UP = (
    said("invoiced_total", Currency(), gettext_lazy("Invoiced"), "money"),
    said("open_balance", Currency(), gettext_lazy("Open balance"), "money"),
    said("overdue_balance", Currency(), gettext_lazy("Overdue"), "money"),
    said("paid_total", Currency(), gettext_lazy("Paid"), "money"),
    said("last_invoice_on", Date(), gettext_lazy("Last invoice"), "money"),
    said("last_paid_on", Date(), gettext_lazy("Last payment"), "money"),
    kept("currency", Text(max_length=3), gettext_lazy("Currency")),
)
