"""Addresses of the API."""

from __future__ import annotations

from django.urls import path

from counterfoil.api import views

DOCUMENT = "documents/<slug:object_type>/<int:record_id>/"
urlpatterns = [
    path("documents/", views.create, name="api_documents"),
    path(DOCUMENT, views.read, name="api_document"),
    path(f"{DOCUMENT}send/", views.send, name="api_send"),
    path(f"{DOCUMENT}void/", views.void, name="api_void"),
    path(f"{DOCUMENT}delete/", views.delete, name="api_delete"),
]
