"""Addresses of the whole product."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("connect/quickbooks/", include("counterfoil.connectors.quickbooks.urls")),
    path("", include("counterfoil.web.urls")),
]
