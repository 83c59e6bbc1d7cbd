"""What Intuit's objects are in our words: pure functions, one per entity.

Decimals become plain text without trailing zeros, absent values ``""`` or ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from counterfoil.connectors.quickbooks import wire
from counterfoil.posting.keys import marker_in

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
    return DELETED_SUFFIX.sub("", name)


def marker_of(note: str) -> str:
    """Our marker at the beginning of a note, also of one that was voided since."""
    return marker_in(VOIDED.sub("", note))


def customer(held: wire.Customer) -> Content:
    return {
        "display_name": undeleted(held.display_name),
        "full_name": undeleted(held.fully_qualified_name or held.display_name),
        "company_name": held.company_name,
        "given_name": held.given_name,
        "family_name": held.family_name,
        "email": held.primary_email_addr.address,
        "phone": held.primary_phone.free_form_number,
        "currency": held.currency_ref.value,
        "balance": plain(held.balance),
        "taxable": held.taxable,
        "default_tax_code_id": held.default_tax_code_ref.value,
        "terms_id": held.sales_term_ref.value,
        "parent_id": held.parent_ref.value,
        "bill_address": address(held.bill_addr),
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


def vendor(held: wire.Vendor) -> Content:
    return {"display_name": undeleted(held.display_name)}


def item(held: wire.Item) -> Content:
    return {
        "name": undeleted(held.name),
        "full_name": undeleted(held.fully_qualified_name or held.name),
        "sku": held.sku,
        "type": ITEM_KINDS.get(held.type, held.type.lower()),
        "description": held.description,
        "unit_price": plain(held.unit_price),
        "taxable": held.taxable,
        "income_account_id": held.income_account_ref.value,
        "sales_tax_code_id": held.sales_tax_code_ref.value,
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
    rates = held.sales_tax_rate_list.tax_rate_detail
    return {
        "name": undeleted(held.name),
        "description": held.description,
        "taxable": held.taxable,
        "sales_rates": [
            {"rate_id": rate.tax_rate_ref.value, "order": rate.tax_order}
            for rate in rates
        ],
    }


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


def invoice(held: wire.Invoice) -> Content:
    lines = list(_lines(held.line))
    subtotals = [
        line.amount for line in held.line if line.detail_type == "SubTotalLineDetail"
    ]
    net = subtotals[-1] if subtotals else held.total_amt - held.txn_tax_detail.total_tax
    return {
        "number": held.doc_number,
        "issued_on": held.txn_date[:10],
        "due_on": held.due_date[:10],
        "currency": held.currency_ref.value,
        "exchange_rate": plain(held.exchange_rate),
        "customer_id": held.customer_ref.value,
        "customer_name": held.customer_ref.name,
        "terms_id": held.sales_term_ref.value,
        "terms": held.sales_term_ref.name,
        "email": held.bill_email.address,
        "email_status": held.email_status,
        "sent_at": _instant(held.delivery_info.delivery_time),
        "message": held.customer_memo.value,
        "note": held.private_note,
        "total": plain(held.total_amt),
        "subtotal": plain(net),
        "tax": plain(held.txn_tax_detail.total_tax),
        "balance": plain(held.balance),
        "voided": _is_voided(held.private_note, held.total_amt),
        "lines": lines,
    }


def _lines(lines: Iterable[wire.Line]) -> Iterable[Content]:
    for line in lines:
        if line.detail_type == "SalesItemLineDetail":
            sold = line.sales_item_line_detail
            yield {
                "kind": "item",
                "item_id": sold.item_ref.value,
                "name": sold.item_ref.name,
                "description": line.description,
                "quantity": plain(sold.qty),
                "unit_price": plain(sold.unit_price),
                "amount": plain(line.amount),
                "tax_code": sold.tax_code_ref.value,
            }
        elif line.detail_type in {"DescriptionOnly", "DescriptionLineDetail"}:
            yield {"kind": "text", "description": line.description, "amount": "0"}
        elif line.detail_type == "DiscountLineDetail":
            percent = line.discount_line_detail.discount_percent
            yield {
                "kind": "discount",
                "description": line.description,
                "quantity": "",
                "percent": plain(percent),
                "amount": plain(-line.amount),
            }
        elif line.group_line_detail is not None:
            yield from _lines(line.group_line_detail.line)


def payment(held: wire.Payment) -> Content:
    """``allocations`` says which document got how much, one entry per document."""
    parts: dict[tuple[str, str], Decimal] = {}
    for line in held.line:
        for linked in line.linked_txn[:1]:
            key = (linked.txn_type.lower(), linked.txn_id)
            parts[key] = parts.get(key, Decimal(0)) + line.amount
    return {
        "paid_on": held.txn_date[:10],
        "currency": held.currency_ref.value,
        "exchange_rate": plain(held.exchange_rate),
        "customer_id": held.customer_ref.value,
        "customer_name": held.customer_ref.name,
        "method_id": held.payment_method_ref.value,
        "method": held.payment_method_ref.name,
        "reference": held.payment_ref_num,
        "amount": plain(held.total_amt),
        "unapplied": plain(held.unapplied_amt),
        "voided": _is_voided(held.private_note, held.total_amt),
        "note": held.private_note,
        "allocations": [
            {"kind": kind, "remote_id": remote_id, "amount": plain(amount)}
            for (kind, remote_id), amount in parts.items()
        ],
    }


def _is_voided(note: str, total: Decimal) -> bool:
    """QuickBooks has no field for it: it writes the note and empties the amounts."""
    return total == 0 and VOIDED.match(note) is not None


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()
