"""Addresses of the wizard, the card, previews and adding existing invoices."""

from __future__ import annotations

from django.urls import path, register_converter

from counterfoil.invoicing import owed
from counterfoil.invoicing.checks import STEPS
from counterfoil.invoicing.drafts import STARTING_POINTS
from counterfoil.invoicing.kinds import kinds
from counterfoil.web.invoicing import (
    begin,
    documents,
    existing,
    fees,
    fragments,
    pay,
    refresh,
    views,
)


class StepConverter:
    """A step of the wizard."""

    regex = "|".join(STEPS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class StartingPoint(StepConverter):
    """A noun that has invoices."""

    regex = "|".join(STARTING_POINTS)


class Kind(StepConverter):
    """A kind of document that is made here."""

    regex = "|".join(kind.key for kind in kinds)


class PayingPoint(StepConverter):
    """A noun from which invoices are paid."""

    regex = "|".join(owed.STARTS)


register_converter(PayingPoint, "paying_point")
register_converter(StepConverter, "invoice_step")
register_converter(StartingPoint, "starting_point")
register_converter(Kind, "document_kind")

DRAFT = "drafts/<uuid:draft_id>/"
RECORD = "<starting_point:object_type>/<int:record_id>/"
urlpatterns = [
    path(f"new/{RECORD}", begin.start, name="invoice_new"),
    path(f"new/<document_kind:kind>/{RECORD}", begin.start, name="document_new"),
    path("drafts/", begin.draft_list, name="invoice_drafts"),
    path(DRAFT, begin.resume, name="invoice_draft"),
    path(f"{DRAFT}discard/", begin.discard, name="invoice_discard"),
    path(f"{DRAFT}totals/", fragments.totals, name="invoice_totals"),
    path(f"{DRAFT}due/", fragments.due, name="invoice_due"),
    path(f"{DRAFT}customers/", fragments.find_customers, name="invoice_customers"),
    path(f"{DRAFT}products/", fragments.find_items, name="invoice_items"),
    path(f"{DRAFT}<invoice_step:step_key>/", views.step, name="invoice_step"),
    path(f"card/{RECORD}", refresh.card, name="invoice_card"),
    path(f"existing/{RECORD}", existing.choose, name="invoice_existing"),
    path("fee/<int:record_id>/", fees.book, name="payment_fee"),
    path(
        "pay/<paying_point:object_type>/<int:record_id>/",
        pay.invoices_pay,
        name="invoices_pay",
    ),
    path("<int:invoice_id>/preview/", documents.preview, name="invoice_preview"),
    path("<int:invoice_id>/invoice.pdf", documents.pdf, name="invoice_pdf"),
    path("<int:invoice_id>/story/", documents.story, name="invoice_story"),
    path("<int:invoice_id>/correct/", documents.correct, name="invoice_correct"),
    path("<int:invoice_id>/cancel/", documents.cancel, name="invoice_cancel"),
    path("<int:invoice_id>/state/", refresh.invoice, name="invoice_state"),
    path("<int:invoice_id>/remove/", documents.remove, name="invoice_remove"),
]
