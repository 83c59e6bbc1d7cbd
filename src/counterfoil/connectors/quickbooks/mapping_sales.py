"""What Intuit's transactions are in our words: pure functions, one per entity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

from counterfoil.connectors.quickbooks import wire_sales
from counterfoil.connectors.quickbooks.mapping import VOIDED, Content, plain
from counterfoil.connectors.quickbooks.rendering.lines import SHIPPING_ITEM

WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def snake(name: str) -> str:
    """``CreditMemo`` as ``credit_memo``."""
    return WORDS.sub("_", name).lower()


def invoice(held: wire_sales.Invoice) -> Content:
    return {
        **_sale(held),
        "due_on": held.due_date[:10],
        "terms_id": held.sales_term_ref.value,
        "terms": held.sales_term_ref.name,
        "balance": plain(held.balance),
        "estimate_ids": _linked(held, "Estimate"),
    }


def estimate(held: wire_sales.Estimate) -> Content:
    return {
        **_sale(held),
        "status": held.txn_status.lower() or "pending",
        "expires_on": held.expiration_date[:10],
        "accepted_by": held.accepted_by,
        "accepted_on": held.accepted_date[:10],
        "invoice_ids": _linked(held, "Invoice"),
    }


def sales_receipt(held: wire_sales.Receipt) -> Content:
    return {**_sale(held), **_moved(held), "deposit_id": _deposit(held)}


def refund_receipt(held: wire_sales.Receipt) -> Content:
    return {**_sale(held), **_moved(held)}


def credit_memo(held: wire_sales.CreditMemo) -> Content:
    left = held.balance if held.remaining_credit is None else held.remaining_credit
    return {**_sale(held), "remaining": plain(left)}


def payment(held: wire_sales.Payment) -> Content:
    """``allocations`` says which document got how much, one entry per document."""
    parts: dict[tuple[str, str], Decimal] = {}
    for line in held.line:
        for linked in line.linked_txn[:1]:
            key = (snake(linked.txn_type), linked.txn_id)
            parts[key] = parts.get(key, Decimal(0)) + line.amount
    return {
        **_moved(held),
        "paid_on": held.txn_date[:10],
        "currency": held.currency_ref.value,
        "exchange_rate": plain(held.exchange_rate),
        "customer_id": held.customer_ref.value,
        "customer_name": held.customer_ref.name,
        "amount": plain(held.total_amt),
        "unapplied": plain(held.unapplied_amt),
        "voided": _is_voided(held),
        "note": held.private_note,
        "deposit_id": _deposit(held),
        "allocations": [
            {"kind": kind, "remote_id": remote_id, "amount": plain(amount)}
            for (kind, remote_id), amount in parts.items()
        ],
    }


def deposit(held: wire_sales.Deposit) -> Content:
    """``parts`` are the payments and receipts in it; what else was put in is left out."""
    parts = [
        {"kind": snake(linked.txn_type), "remote_id": linked.txn_id}
        for line in held.line
        for linked in line.linked_txn[:1]
        if linked.txn_type in {"Payment", "SalesReceipt"}
    ]
    return {
        "name": held.doc_number or held.id,
        "deposited_on": held.txn_date[:10],
        "account_id": held.deposit_to_account_ref.value,
        "account": held.deposit_to_account_ref.name,
        "currency": held.currency_ref.value,
        "total": plain(held.total_amt),
        "parts": parts,
    }


def _sale(held: wire_sales.Sale) -> Content:
    subtotals = [
        line.amount for line in held.line if line.detail_type == "SubTotalLineDetail"
    ]
    net = subtotals[-1] if subtotals else held.total_amt - held.txn_tax_detail.total_tax
    return {
        "number": held.doc_number,
        "issued_on": held.txn_date[:10],
        "currency": held.currency_ref.value,
        "exchange_rate": plain(held.exchange_rate),
        "customer_id": held.customer_ref.value,
        "customer_name": held.customer_ref.name,
        "email": held.bill_email.address,
        "email_status": held.email_status,
        "sent_at": instant(held.delivery_info.delivery_time),
        "message": held.customer_memo.value,
        "note": held.private_note,
        "total": plain(held.total_amt),
        "subtotal": plain(net),
        "tax": plain(held.txn_tax_detail.total_tax),
        "voided": _is_voided(held),
        "lines": list(_lines(held.line)),
    }


def _moved(held: wire_sales.Receipt | wire_sales.Payment) -> Content:
    """How the money moved."""
    return {
        "method_id": held.payment_method_ref.value,
        "method": held.payment_method_ref.name,
        "reference": held.payment_ref_num,
        "account_id": held.deposit_to_account_ref.value,
        "account": held.deposit_to_account_ref.name,
    }


def _linked(held: wire_sales.Transaction, kind: str) -> list[str]:
    """The ids of the transactions of a kind that it is tied to, by head or by line."""
    links = [
        *held.linked_txn,
        *(link for line in held.line for link in line.linked_txn),
    ]
    found = (link.txn_id for link in links if link.txn_type == kind)
    return list(dict.fromkeys(found))


def _deposit(held: wire_sales.Transaction) -> str:
    return next(iter(_linked(held, "Deposit")), "")


def _lines(lines: Iterable[wire_sales.Line]) -> Iterator[Content]:
    for line in lines:
        if line.detail_type == "SalesItemLineDetail":
            sold = line.sales_item_line_detail
            is_shipping = sold.item_ref.value == SHIPPING_ITEM
            yield {
                "kind": "shipping" if is_shipping else "item",
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


def _is_voided(held: wire_sales.Transaction) -> bool:
    """QuickBooks has no field for it: it writes the note and empties the amounts."""
    return held.total_amt == 0 and VOIDED.match(held.private_note) is not None


def instant(at: datetime | None) -> str:
    """A time as text, in UTC; nothing as ``""``."""
    return "" if at is None else at.astimezone(UTC).isoformat()
