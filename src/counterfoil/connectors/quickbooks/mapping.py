"""What Intuit's lists are in our words: pure functions, one per entity.

Decimals become plain text without trailing zeros, absent values ``""`` or ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from counterfoil.connectors.quickbooks import wire
from counterfoil.posting.keys import MARKER, marker_in

Content = dict[str, object]

DELETED_SUFFIX = re.compile(r" \(deleted(?: \d+)?\)$")
VOIDED = re.compile(r"^\s*voided\b[\s:,.-]*", re.IGNORECASE)
ITEM_KINDS: Mapping[str, str] = {
    "Service": "service",
    "NonInventory": "non_inventory",
    "Inventory": "inventory",
    "Group": "bundle",
    "Category": "category",
}


def plain(number: Decimal | None) -> str:
    """``100.50`` as ``100.5``, ``0`` as ``0``; nothing as ``""``."""
    if number is None:
        return ""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def undeleted(name: str) -> str:
    """The name without what QuickBooks adds when it is made inactive."""
    return DELETED_SUFFIX.sub("", name) if name.endswith(")") else name


def marker_of(note: str) -> str:
    """Our marker at the beginning of a note, also of one that was voided since."""
    if not note:
        return ""
    return marker_in(VOIDED.sub("", note))


def unmarked(note: str) -> str:
    """The note as people wrote it, without the marker before it."""
    return MARKER.sub("", note, count=1).strip() if marker_in(note) else note


def customer(held: wire.Customer) -> Content:
    return {
        "display_name": undeleted(held.display_name),
        "full_name": undeleted(held.fully_qualified_name or held.display_name),
        "title": held.title,
        "given_name": held.given_name,
        "middle_name": held.middle_name,
        "family_name": held.family_name,
        "suffix": held.suffix,
        "company_name": held.company_name,
        "print_name": undeleted(held.print_on_check_name),
        "email": held.primary_email_addr.address,
        "phone": held.primary_phone.free_form_number,
        "mobile": held.mobile.free_form_number,
        "alternate_phone": held.alternate_phone.free_form_number,
        "fax": held.fax.free_form_number,
        "website": held.web_addr.uri,
        "notes": unmarked(held.notes) if held.notes else "",
        "marker": marker_in(held.notes) if held.notes else "",
        "bill_address": address(held.bill_addr),
        "ship_address": address(held.ship_addr),
        "currency": held.currency_ref.value,
        "balance": plain(held.balance),
        "taxable": held.taxable,
        "resale_number": held.resale_num,
        "default_tax_code_id": held.default_tax_code_ref.value,
        "terms_id": held.sales_term_ref.value,
        "payment_method_id": held.payment_method_ref.value,
        "preferred_delivery": held.preferred_delivery_method.lower(),
        "parent_id": held.parent_ref.value,
        "bill_with_parent": held.bill_with_parent,
        "is_job": held.job,
        "is_project": held.is_project,
        "level": held.level,
        "active": held.active,
    }


def address(held: wire.Address) -> dict[str, str]:
    lines = (held.line1, held.line2, held.line3, held.line4, held.line5)
    return {
        "street": "\n".join(line for line in lines if line),
        "city": held.city,
        "region": held.country_sub_division_code,
        "postal_code": held.postal_code,
        "country": held.country,
    }


def name(held: wire.Name) -> Content:
    return {"display_name": undeleted(held.display_name)}


def employee(held: wire.Employee) -> Content:
    parts = f"{held.given_name} {held.family_name}".strip()
    return {"display_name": undeleted(held.display_name) or parts}


def listed(held: wire.Listed) -> Content:
    return {
        "name": undeleted(held.name),
        "full_name": undeleted(held.fully_qualified_name or held.name),
        "parent_id": held.parent_ref.value,
    }


def item(held: wire.Item) -> Content:
    return {
        "name": undeleted(held.name),
        "full_name": undeleted(held.fully_qualified_name or held.name),
        "sku": held.sku,
        "type": ITEM_KINDS.get(held.type, held.type.lower()),
        "description": held.description,
        "purchase_description": held.purchase_desc,
        "unit_price": plain(held.unit_price),
        "purchase_cost": plain(held.purchase_cost),
        "quantity_on_hand": plain(held.qty_on_hand),
        "taxable": held.taxable,
        "price_includes_tax": held.sales_tax_included,
        "income_account_id": held.income_account_ref.value,
        "expense_account_id": held.expense_account_ref.value,
        "asset_account_id": held.asset_account_ref.value,
        "sales_tax_code_id": held.sales_tax_code_ref.value,
        "parent_id": held.parent_ref.value,
        "active": held.active,
    }


def term(held: wire.Term) -> Content:
    return {
        "name": undeleted(held.name),
        "kind": "date_driven" if held.type == "DATE_DRIVEN" else "standard",
        "due_days": held.due_days,
        "day_of_month_due": held.day_of_month_due,
        "due_next_month_days": held.due_next_month_days,
    }


def tax_code(held: wire.TaxCode) -> Content:
    return {
        "name": undeleted(held.name),
        "description": held.description,
        "taxable": held.taxable,
        "sales_rates": _tax_rates(held.sales_tax_rate_list),
        "purchase_rates": _tax_rates(held.purchase_tax_rate_list),
    }


# What a rate is taken of, where that is not the amount.
TAX_BASES = {"TaxOnAmountPlusTax": "amount_and_tax", "TaxOnTax": "tax"}


def _tax_rates(held: wire.TaxRateList) -> list[Content]:
    return [
        {
            "rate_id": rate.tax_rate_ref.value,
            "order": rate.tax_order,
            "of": TAX_BASES.get(rate.tax_type_applicable, "amount"),
        }
        for rate in held.tax_rate_detail
    ]


def tax_rate(held: wire.TaxRate) -> Content:
    return {"name": undeleted(held.name), "percent": plain(held.rate_value)}


def account(held: wire.Account) -> Content:
    return {
        "name": undeleted(held.fully_qualified_name or held.name),
        "type": held.account_type,
        "subtype": held.account_sub_type,
        "currency": held.currency_ref.value,
    }


def payment_method(held: wire.PaymentMethod) -> Content:
    return {"name": undeleted(held.name)}
