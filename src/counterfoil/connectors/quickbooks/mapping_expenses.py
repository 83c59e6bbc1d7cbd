"""What Intuit's purchases are in our words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from counterfoil.connectors.quickbooks import wire_expenses
from counterfoil.connectors.quickbooks.mapping import VOIDED, Content, plain

WAYS: Mapping[str, str] = {
    "Cash": "cash",
    "Check": "check",
    "CreditCard": "credit_card",
}


def expense(held: wire_expenses.Purchase) -> Content:
    """``vendor_id`` is set where a vendor was paid, not a customer or an employee."""
    payee = held.entity_ref
    is_vendor = payee.type in {"", "Vendor"}
    return {
        "number": held.doc_number,
        "spent_on": held.txn_date[:10],
        "payment_type": WAYS.get(held.payment_type, held.payment_type.lower()),
        "reference": held.payment_ref_num,
        "account_id": held.account_ref.value,
        "account": held.account_ref.name,
        "vendor_id": payee.value if is_vendor else "",
        "vendor_name": payee.name,
        "department_id": held.department_ref.value,
        "currency": held.currency_ref.value,
        "exchange_rate": plain(held.exchange_rate),
        "total": plain(held.total_amt),
        "tax": plain(held.txn_tax_detail.total_tax),
        "is_refund": held.credit,
        "voided": held.total_amt == 0 and VOIDED.match(held.private_note) is not None,
        "note": held.private_note,
        "lines": list(_lines(held.line)),
    }


def _lines(lines: Iterable[wire_expenses.ExpenseLine]) -> Iterator[Content]:
    for line in lines:
        spent = line.account_based_expense_line_detail
        bought = line.item_based_expense_line_detail
        detail = spent or bought
        if detail is None:
            continue
        yield {
            "account_id": spent.account_ref.value if spent else "",
            "account": spent.account_ref.name if spent else "",
            "item_id": bought.item_ref.value if bought else "",
            "name": bought.item_ref.name if bought else "",
            "description": line.description,
            "amount": plain(line.amount),
            "tax_code": detail.tax_code_ref.value,
            "class_id": detail.class_ref.value,
            "customer_id": detail.customer_ref.value,
        }
