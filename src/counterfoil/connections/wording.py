"""What people call the streams of a company's books."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STREAMS = {
    "accounts": _("Accounts"),
    "customers": _("Customers"),
    "employees": _("Employees"),
    "invoices": _("Invoices"),
    "items": _("Items"),
    "payment_methods": _("Payment methods"),
    "payments": _("Payments"),
    "tax_codes": _("Tax codes"),
    "tax_rates": _("Tax rates"),
    "terms": _("Terms"),
    "vendors": _("Vendors"),
}


def stream_label(stream: str) -> str:
    """The stream in a person's words; an unknown one by its own name."""
    return str(STREAMS.get(stream) or stream.replace("_", " ").capitalize())
