"""Django's entry for this room."""

from __future__ import annotations

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    """Makes the room known under its short label."""

    name = "counterfoil.invoicing"
    label = "invoicing"
