"""Django's entry for the composition root: finds what the rooms declare."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    """Last in the list: by now every room's models are loaded."""

    name = "counterfoil.config"
    label = "config"

    def ready(self) -> None:
        autodiscover_modules("objects", "connector", "subscribers")
