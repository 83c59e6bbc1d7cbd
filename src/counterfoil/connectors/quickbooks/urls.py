"""Addresses that Intuit knows: the OAuth callback and the webhook."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
