"""Addresses that Intuit knows: the OAuth callback and the webhook."""

from __future__ import annotations

from django.urls import URLPattern, path

from counterfoil.connectors.quickbooks import views

urlpatterns: list[URLPattern] = [
    path("callback", views.callback, name="quickbooks_callback"),
    path("hook", views.hook, name="quickbooks_hook"),
]
