"""A real worker in a process of its own. ``DATABASE_URL`` is the test's database."""

from __future__ import annotations

import os

import django

os.environ["COUNTERFOIL_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.config.settings"
django.setup()

from counterfoil.config.processes import work  # noqa: E402

if __name__ == "__main__":
    work(concurrency=2)
