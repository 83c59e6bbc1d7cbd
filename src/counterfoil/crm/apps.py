"""Django's entry for this room: every property type is known before any noun."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """Makes the room known under its short label."""

    name = "counterfoil.crm"
    label = "crm"

    def ready(self) -> None:
        package = import_module("counterfoil.crm.property_types")
        for module in pkgutil.iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
        import_module("counterfoil.crm.checks")
