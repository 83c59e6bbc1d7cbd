"""Addresses of the settings."""

from __future__ import annotations

from django.urls import path

from counterfoil.web.settings import (
    books_views,
    integration_views,
    rule_views,
    token_views,
    views,
)

QUICKBOOKS = "integrations/quickbooks/"
COMPANY = f"{QUICKBOOKS}<int:connection_id>/"
urlpatterns = [
    path("", views.overview, name="settings"),
    path("workspace/", views.workspace, name="workspace_settings"),
    path("people/", views.people, name="people"),
    path("people/<int:membership_id>/role/", views.person_role, name="person_role"),
    path(
        "people/<int:membership_id>/remove/", views.person_remove, name="person_remove"
    ),
    path("tokens/", token_views.api_tokens, name="api_tokens"),
    path(
        "tokens/<int:token_id>/revoke/",
        token_views.api_token_revoke,
        name="api_token_revoke",
    ),
    path(QUICKBOOKS, integration_views.quickbooks, name="integration"),
    path(f"{QUICKBOOKS}connect/", integration_views.connect, name="connect"),
    path(f"{QUICKBOOKS}go-on/", books_views.resume, name="posting_resume"),
    path(COMPANY, integration_views.connection, name="connection"),
    path(f"{COMPANY}books/", books_views.agreement, name="books"),
    path(
        f"{COMPANY}books/findings/<int:finding_id>/",
        books_views.finding,
        name="books_finding",
    ),
    path(
        f"{COMPANY}books/documents/<uuid:intent_id>/",
        books_views.document,
        name="books_document",
    ),
    path(f"{COMPANY}reconnect/", integration_views.reconnect, name="reconnect"),
    path(f"{COMPANY}disconnect/", integration_views.disconnect, name="disconnect"),
    path(f"{COMPANY}customers/", rule_views.rule, name="contact_rule"),
    path(f"{COMPANY}customers/set/", rule_views.choose, name="contact_rule_set"),
]
