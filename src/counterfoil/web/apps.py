"""Django's entry for this room."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import AppConfig

from counterfoil import web


class WebConfig(AppConfig):
    """Makes the room known under its short label and finds its sections' cards."""

    name = "counterfoil.web"
    label = "web"

    def ready(self) -> None:
        for module in iter_modules(web.__path__, f"{web.__name__}."):
            if module.ispkg and find_spec(f"{module.name}.cards"):
                import_module(f"{module.name}.cards")
