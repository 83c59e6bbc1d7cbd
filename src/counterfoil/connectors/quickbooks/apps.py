"""Django's entry for the QuickBooks connector."""

from __future__ import annotations

from django.apps import AppConfig


class QuickBooksConfig(AppConfig):
    """Makes the connector known."""

    name = "counterfoil.connectors.quickbooks"
    label = "quickbooks"
