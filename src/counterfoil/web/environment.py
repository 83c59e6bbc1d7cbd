"""The Jinja2 environment of every page: texts, formats, icons and components."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from counterfoil.web import formats
from counterfoil.web.icons import icon
from counterfoil.web.place import here


class Components:
    """The macros of ``templates/components``: ``ui.chip`` is ``chip`` of ``chip.html``."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Callable[..., str]:
        template = self._environment.get_template(f"components/{name}.html")
        macro: Callable[..., str] = getattr(template.module, name)
        return macro


def address(name: str, *args: object, **query: object) -> str:
    """The path of a named page; keywords become its query, empty ones are left out."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    return reverse(name, args=args, query=kept or None)


def environment(**options: Any) -> Environment:
    """Django's own hook: called once with the options of the settings."""
    made = Environment(  # noqa: S701 (autoescape is set two lines down)
        **{
            **options,
            "autoescape": True,
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "extensions": ["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
        }
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.filters.update(formats.filters())
    made.globals.update(
        {
            "url": address,
            "static": static,
            "icon": icon,
            "here": here,
            "language": translation.get_language,
            "languages": settings.LANGUAGES,
            "messages": get_messages,
            "ui": Components(made),
        }
    )
    return made
