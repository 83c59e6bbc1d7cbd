"""Fail when a model has changed without a migration. Needs no database."""

from __future__ import annotations

import os
import sys
import warnings

import django
from django.core.management import call_command

os.environ["COUNTERFOIL_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.config.settings"
# The command looks for a database to compare with and warns when there is none.
warnings.filterwarnings("ignore", category=RuntimeWarning)
django.setup()
try:
    call_command("makemigrations", check_changes=True, dry_run=True)
except SystemExit:
    sys.exit("A model has changed: run ./manage.py makemigrations and commit it.")
