"""What a command does before it can use the product: database, secrets, settings."""

from __future__ import annotations

import os
from pathlib import Path

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from counterfoil.config import embedded, env
from counterfoil.config.problems import Problem, plainly


def state_folder() -> Path:
    """Name the folder that holds all state when there is no production database."""
    return Path(env.text("COUNTERFOIL_HOME", "var")).absolute()


def prepare() -> None:
    """Start or adopt the embedded database if it is to be used, and load the settings.

    In production the settings themselves insist on what they need.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterfoil.config.settings")
    if not env.is_production():
        home = state_folder()
        if not env.text("DATABASE_URL"):
            embedded.ensure(home)
        with plainly(home):
            env.keep_local_secrets(home)
            # Whitenoise warns of a missing folder though it looks elsewhere then.
            (home / "static").mkdir(exist_ok=True)
    django.setup()
    _require_database(settings.DATABASE_URL)


def release() -> None:
    """Close the pools at the end of a command; left alone they delay it for seconds."""
    if not apps.ready:
        return
    for each in connections.all(initialized_only=True):
        if each.settings_dict["OPTIONS"].get("pool") and hasattr(each, "close_pool"):
            each.close()
            each.close_pool()


def _require_database(address: str) -> None:
    """Try once, outside the pool: that would keep trying for half a minute."""
    try:
        psycopg.connect(address, connect_timeout=10).close()
    except psycopg.Error as error:
        raise Problem(unreachable(error)) from error


def require_current_schema() -> None:
    """Refuse to work on tables of another version. Raises :class:`Problem`."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Problem(
            "The database is not at this version of Counterfoil: run "
            "'counterfoil migrate' first."
        )


def unreachable(error: Exception) -> str:
    """Say in one sentence why the database could not be used."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = lines[0] if lines else type(error).__name__
    return f"The database cannot be used: {reason.rstrip('.')}."
