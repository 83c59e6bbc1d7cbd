"""Addresses of the whole product."""

from __future__ import annotations

from django.urls import include, path

from counterfoil.config import health

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("connect/quickbooks/", include("counterfoil.connectors.quickbooks.urls")),
    path("api/v1/", include("counterfoil.api.urls")),
    path("", include("counterfoil.web.urls")),
]

handler403 = "counterfoil.web.problems.not_allowed"
handler404 = "counterfoil.config.failures.not_found"
handler500 = "counterfoil.config.failures.failed"
