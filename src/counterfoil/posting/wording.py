"""How sentences call the documents of each kind."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CALLED: dict[str, str | Promise] = {
    "customer": _("The customer"),
    "item": _("The item"),
    "invoice": _("The invoice"),
    "estimate": _("The estimate"),
    "sales_receipt": _("The sales receipt"),
    "credit_memo": _("The credit memo"),
    "refund_receipt": _("The refund receipt"),
    "payment": _("The payment"),
    "expense": _("The expense"),
}
WAITED_FOR: dict[str, str | Promise] = {
    "customer": _("Waiting for the customer %(name)s to be created."),
    "item": _("Waiting for the item %(name)s to be created."),
    "invoice": _("Waiting for the invoice %(name)s to be created."),
    "estimate": _("Waiting for the estimate %(name)s to be created."),
    "sales_receipt": _("Waiting for the sales receipt %(name)s to be created."),
    "credit_memo": _("Waiting for the credit memo %(name)s to be created."),
    "refund_receipt": _("Waiting for the refund receipt %(name)s to be created."),
    "payment": _("Waiting for the payment %(name)s to be created."),
    "expense": _("Waiting for the expense %(name)s to be created."),
}
