"""Addresses of the wizard, the card, previews and adding existing invoices."""

from __future__ import annotations

from django.urls import path, register_converter

from counterfoil.invoicing import owed
from counterfoil.invoicing.checks import STEPS
from counterfoil.invoicing.drafts import STARTING_POINTS
from counterfoil.invoicing.kinds import kinds
from counterfoil.web.invoicing import (
    begin,
    deeds,
    documents,
    existing,
    fees,
    files,
    fragments,
    pay,
    refresh,
    views,
)
from counterfoil.web.invoicing.dossier import DOCUMENTS


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


class Noun(StepConverter):
    """A noun that is a document of the books."""

    regex = "|".join(DOCUMENTS)


register_converter(PayingPoint, "paying_point")
register_converter(StepConverter, "invoice_step")
register_converter(StartingPoint, "starting_point")
register_converter(Kind, "document_kind")
register_converter(Noun, "document_noun")

DRAFT = "drafts/<uuid:draft_id>/"
RECORD = "<starting_point:object_type>/<int:record_id>/"
DOCUMENT = "<document_noun:noun>/<int:record_id>/"
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
    path(f"{DOCUMENT}preview/", documents.preview, name="document_preview"),
    path(f"{DOCUMENT}open/", documents.open_there, name="document_open"),
    path(f"{DOCUMENT}document.pdf", documents.pdf, name="document_pdf"),
    path(f"{DOCUMENT}story/", documents.story, name="document_story"),
    path(f"{DOCUMENT}correct/", documents.correct, name="document_correct"),
    path(f"{DOCUMENT}cancel/", documents.cancel, name="document_cancel"),
    path(f"{DOCUMENT}state/", refresh.document, name="document_state"),
    path(f"{DOCUMENT}remove/", documents.remove, name="document_remove"),
    path(f"{DOCUMENT}send/", deeds.send, name="document_send"),
    path(f"{DOCUMENT}unsend/", deeds.unsend, name="document_unsend"),
    path(f"{DOCUMENT}void/", deeds.void, name="document_void"),
    path(f"{DOCUMENT}delete/", deeds.delete, name="document_delete"),
    path(f"{DOCUMENT}files/", files.listed, name="attachments"),
    path(f"{DOCUMENT}files/add/", files.add, name="attachment_add"),
    path(f"{DOCUMENT}files/<int:attachment_id>/", files.download, name="attachment"),
    path(
        f"{DOCUMENT}files/<int:attachment_id>/remove/",
        files.remove,
        name="attachment_remove",
    ),
    path(f"{DOCUMENT}acts/<uuid:act_id>/", deeds.decide, name="document_decide"),
]
