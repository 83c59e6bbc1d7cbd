"""Addresses of the settings."""

from __future__ import annotations

from django.urls import path

from counterfoil.web.settings import views

urlpatterns = [
    path("", views.overview, name="settings"),
    path("integrations/quickbooks/", views.quickbooks, name="integration"),
]
