"""The sections of the product, as the left navigation shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counterfoil.core.registry import Registry


@dataclass(frozen=True)
class Section:
    """One entry: ``key`` is what a page passes as ``active``."""

    key: str
    group: str
    label: str | Promise
    icon: str
    route: str
    argument: str = ""

    def address(self, workspace_id: int) -> str:
        arguments = [workspace_id, self.argument] if self.argument else [workspace_id]
        return reverse(self.route, args=arguments)


@dataclass(frozen=True)
class Entry:
    """A section as drawn on one page."""

    label: str | Promise
    icon: str
    address: str
    current: bool


GROUPS: dict[str, str | Promise] = {"": "", "crm": _("CRM"), "money": _("Money")}
sections: Registry[Section] = Registry("section")
for _section in (
    Section("home", "", _("Home"), "house", "home"),
    Section("contacts", "crm", _("Contacts"), "users", "records", "contacts"),
    Section("companies", "crm", _("Companies"), "building-2", "records", "companies"),
    Section("deals", "crm", _("Deals"), "handshake", "records", "deals"),
    Section("quotes", "crm", _("Quotes"), "file-text", "records", "quotes"),
    Section("products", "crm", _("Products"), "package", "records", "products"),
    Section("invoices", "money", _("Invoices"), "receipt", "records", "invoices"),
    Section("payments", "money", _("Payments"), "hand-coins", "records", "payments"),
    Section("estimates", "money", _("Estimates"), "calculator", "records", "estimates"),
    Section(
        "sales-receipts",
        "money",
        _("Sales receipts"),
        "shopping-bag",
        "records",
        "sales-receipts",
    ),
    Section(
        "credit-memos",
        "money",
        _("Credit memos"),
        "ticket-percent",
        "records",
        "credit-memos",
    ),
    Section(
        "refund-receipts",
        "money",
        _("Refund receipts"),
        "undo-2",
        "records",
        "refund-receipts",
    ),
    Section("expenses", "money", _("Expenses"), "wallet", "records", "expenses"),
):
    sections.add(_section)


def navigation(
    workspace_id: int, active: str
) -> Iterator[tuple[str | Promise, list[Entry]]]:
    """Groups with their entries; the group of Home has no heading."""
    for key, label in GROUPS.items():
        entries = [
            Entry(
                section.label,
                section.icon,
                section.address(workspace_id),
                section.key == active,
            )
            for section in sections
            if section.group == key
        ]
        if entries:
            yield label, entries
