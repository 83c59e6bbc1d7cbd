"""Addresses of the pages."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

# Sections in the order in which their addresses are tried.
SECTIONS = [
    path("", include("counterfoil.web.home.urls")),
    path("settings/", include("counterfoil.web.settings.urls")),
    path(
        "settings/integrations/quickbooks/<int:connection_id>/sync/",
        include("counterfoil.web.sync.urls"),
    ),
    path(
        "settings/integrations/quickbooks/<int:connection_id>/sync/",
        include("counterfoil.web.sync.trouble_urls"),
    ),
    path("", include("counterfoil.web.sync.record_urls")),
    path("", include("counterfoil.web.records.urls")),
]
if find_spec("counterfoil.web.invoicing"):
    SECTIONS.insert(0, path("invoicing/", include("counterfoil.web.invoicing.urls")))

urlpatterns = [
    path("", include("counterfoil.web.signin.urls")),
    path("w/<int:workspace_id>/", include(SECTIONS)),
]
