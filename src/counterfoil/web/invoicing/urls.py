"""Addresses of the wizard, the card, previews and adding existing invoices."""

from __future__ import annotations

from django.urls import path, register_converter

from counterfoil.invoicing.checks import STEPS
from counterfoil.invoicing.drafts import STARTING_POINTS
from counterfoil.web.invoicing import documents, existing, refresh, views


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


register_converter(StepConverter, "invoice_step")
register_converter(StartingPoint, "starting_point")

DRAFT = "drafts/<uuid:draft_id>/"
RECORD = "<starting_point:object_type>/<int:record_id>/"
urlpatterns = [
    path(f"new/{RECORD}", views.start, name="invoice_new"),
    path("drafts/", views.draft_list, name="invoice_drafts"),
    path(DRAFT, views.resume, name="invoice_draft"),
    path(f"{DRAFT}discard/", views.discard, name="invoice_discard"),
    path(f"{DRAFT}totals/", views.totals, name="invoice_totals"),
    path(f"{DRAFT}due/", views.due, name="invoice_due"),
    path(f"{DRAFT}customers/", views.find_customers, name="invoice_customers"),
    path(f"{DRAFT}products/", views.find_items, name="invoice_items"),
    path(f"{DRAFT}<invoice_step:step_key>/", views.step, name="invoice_step"),
    path(f"card/{RECORD}", refresh.card, name="invoice_card"),
    path(f"existing/{RECORD}", existing.choose, name="invoice_existing"),
    path("<int:invoice_id>/preview/", documents.preview, name="invoice_preview"),
    path("<int:invoice_id>/invoice.pdf", documents.pdf, name="invoice_pdf"),
    path("<int:invoice_id>/story/", documents.story, name="invoice_story"),
    path("<int:invoice_id>/correct/", documents.correct, name="invoice_correct"),
    path("<int:invoice_id>/cancel/", documents.cancel, name="invoice_cancel"),
    path("<int:invoice_id>/state/", refresh.invoice, name="invoice_state"),
    path("<int:invoice_id>/remove/", documents.remove, name="invoice_remove"),
]
