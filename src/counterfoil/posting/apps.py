"""Django's entry for this room."""

from __future__ import annotations

from django.apps import AppConfig, apps as global_apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate  # noqa: TID251 - tells of no record


class PostingConfig(AppConfig):
    """Makes the room known under its short label."""

    name = "counterfoil.posting"
    label = "posting"

    def ready(self) -> None:
        post_migrate.connect(_begin, sender=self)


def _begin(*, using: str, apps: Apps = global_apps, **_kept: object) -> None:
    """Say whose database this is: after ``migrate``, and after ``flush`` emptied it."""
    try:
        installation = apps.get_model("posting", "Installation")
    except LookupError:  # a schema from before there was one
        return
    installation._default_manager.using(using).get_or_create(pk=1)
