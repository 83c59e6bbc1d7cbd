"""Django's entry for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Makes the room known under its short label."""

    name = "counterfoil.api"
    label = "api"
