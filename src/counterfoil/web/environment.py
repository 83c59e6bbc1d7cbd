"""The Jinja2 environment of every page."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """Django's own hook: called once with the options of the settings."""
    return Environment(autoescape=True, extensions=["jinja2.ext.i18n"], **options)
