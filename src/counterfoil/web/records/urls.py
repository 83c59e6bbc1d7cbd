"""Addresses of records."""

from __future__ import annotations

from django.urls import path, register_converter

from counterfoil.web.records import (
    bulk_views,
    deal_views,
    line_views,
    payment_views,
    record_views,
    saved_views,
    tie_views,
    views,
)


class Plural:
    """A noun's name in addresses: ``contacts``."""

    regex = (
        "contacts|companies|deals|quotes|products|invoices|payments|estimates"
        "|sales-receipts|credit-memos|refund-receipts|expenses"
    )

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class QuoteAct(Plural):
    """What can be done with a quote."""

    regex = "publish|take-back|sign"


register_converter(Plural, "plural")
register_converter(QuoteAct, "act")
ONE = "<plural:plural>/<int:record_id>/"

urlpatterns = [
    path("<plural:plural>/", views.index, name="records"),
    path("<plural:plural>/export/", views.export, name="records_export"),
    path("<plural:plural>/archive/", bulk_views.archive_many, name="records_archive"),
    path("<plural:plural>/send/", bulk_views.send_many, name="records_send"),
    path(
        "<plural:plural>/export/chosen/",
        bulk_views.export_many,
        name="records_export_chosen",
    ),
    path("<plural:plural>/views/new/", saved_views.view_new, name="saved_view_new"),
    path(
        "<plural:plural>/views/<int:view_id>/",
        saved_views.view_edit,
        name="saved_view_edit",
    ),
    path(
        "<plural:plural>/views/<int:view_id>/keep/",
        saved_views.view_keep,
        name="saved_view_keep",
    ),
    path(
        "<plural:plural>/views/<int:view_id>/delete/",
        saved_views.view_delete,
        name="saved_view_delete",
    ),
    path("<plural:plural>/new/", record_views.new, name="record_new"),
    path(ONE, record_views.record, name="record"),
    path(f"{ONE}edit/", record_views.edit, name="record_edit"),
    path(f"{ONE}timeline/", record_views.timeline, name="record_timeline"),
    path(f"{ONE}archive/", record_views.archive, name="record_archive"),
    path(f"{ONE}restore/", record_views.restore, name="record_restore"),
    path(
        f"{ONE}properties/<slug:name>/",
        record_views.property_edit,
        name="record_property",
    ),
    path(f"{ONE}ties/<plural:other>/", tie_views.ties, name="ties"),
    path(
        f"{ONE}ties/<plural:other>/<int:other_id>/remove/",
        tie_views.tie_remove,
        name="tie_remove",
    ),
    path(f"{ONE}lines/", line_views.lines, name="lines"),
    path(f"{ONE}payment/", payment_views.payment_new, name="payment_new"),
    path(
        "payments/<int:record_id>/refund/",
        payment_views.payment_refund,
        name="payment_refund",
    ),
    path("deals/<int:record_id>/stage/", deal_views.move, name="deal_move"),
    path("quotes/<int:record_id>/<act:act>/", line_views.quote_act, name="quote_act"),
]
