"""What people call the streams of a company's books."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STREAMS = {
    "accounts": _("Accounts"),
    "classes": _("Classes"),
    "credit_memos": _("Credit memos"),
    "customers": _("Customers"),
    "departments": _("Departments"),
    "deposits": _("Deposits"),
    "employees": _("Employees"),
    "estimates": _("Estimates"),
    "expenses": _("Expenses"),
    "invoices": _("Invoices"),
    "items": _("Items"),
    "payment_methods": _("Payment methods"),
    "payments": _("Payments"),
    "refund_receipts": _("Refund receipts"),
    "sales_receipts": _("Sales receipts"),
    "tax_codes": _("Tax codes"),
    "tax_rates": _("Tax rates"),
    "terms": _("Terms"),
    "vendors": _("Vendors"),
}


def stream_label(stream: str) -> str:
    """The stream in a person's words; an unknown one by its own name."""
    return str(STREAMS.get(stream) or stream.replace("_", " ").capitalize())
