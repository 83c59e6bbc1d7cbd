"""Django's entry for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    """Makes the room known under its short label."""

    name = "counterfoil.connections"
    label = "connections"
