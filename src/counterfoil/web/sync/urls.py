"""Addresses of one connection's sync, below the connection's own."""

from __future__ import annotations

from django.urls import path

from counterfoil.web.sync import overview_views

urlpatterns = [
    path("", overview_views.overview, name="sync"),
]
