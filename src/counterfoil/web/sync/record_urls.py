"""Addresses of the explanations of records, below the records' own."""

from __future__ import annotations

from django.urls import path

from counterfoil.web.records import urls
from counterfoil.web.sync import record_views

ONE = f"{urls.ONE}sync/"
urlpatterns = [
    path(ONE, record_views.record, name="sync_record"),
    path(
        f"{ONE}<int:connection_id>/<slug:name>/<slug:act>/",
        record_views.act,
        name="sync_record_act",
    ),
]
