"""What is missing before strangers may use this server, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from counterfoil.config.embedded_files import OLDEST_MAJOR

LOCAL = {"127.0.0.1", "localhost", "::1"}
SHORTEST_SECRET = 50


def faults(*, deploy: bool) -> list[str]:
    """List what is wrong; ``deploy`` adds what only matters in production."""
    found = list(_database_faults()) or [*_event_faults(), *_posting_faults()]
    if deploy:
        found += [*_address_faults(), *_secret_faults(), *_connection_faults()]
    return found


def _database_faults() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    if major < OLDEST_MAJOR:
        yield f"The database is PostgreSQL {major}: use {OLDEST_MAJOR} or newer."
    if encoding != "UTF8":
        yield f"The database keeps text as {encoding}: make it with encoding UTF8."
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "The database is not at this version: run 'counterfoil migrate'."


def _event_faults() -> Iterator[str]:
    from counterfoil.events import dispatch  # noqa: PLC0415  needs the settings

    for subscriber, count in dispatch.failed().items():
        yield (
            f"{count} of the events for {subscriber} were given up: see the log for the "
            "cause, mend it, then run 'counterfoil retry-events'."
        )


def _posting_faults() -> Iterator[str]:
    from counterfoil.posting import mark, recovery  # noqa: PLC0415  needs the settings

    if recovery.fitness(datetime.now(UTC)) is not recovery.Fitness.FIT:
        yield "Nothing is sent from this machine: see 'counterfoil posting status'."
    elif recovery.standstill() is not None:
        yield (
            "Nothing is sent to some companies since the database was restored: see "
            "'counterfoil posting status'."
        )
    elif settings.POSTING_MARK_FILE and not mark.read(Path(settings.POSTING_MARK_FILE)):
        yield (
            f"{settings.POSTING_MARK_FILE} cannot be written, so a restored database "
            "would not be noticed: set COUNTERFOIL_POSTING_MARK_FILE to a file on a "
            "disk that lasts."
        )


def _address_faults() -> Iterator[str]:
    parts = urlsplit(settings.BASE_URL)
    if not settings.PRODUCTION:
        yield (
            "This is not production yet: set COUNTERFOIL_MODE=production, or "
            "DATABASE_URL to a PostgreSQL of your own."
        )
    if parts.hostname in LOCAL:
        yield (
            "COUNTERFOIL_BASE_URL is this machine's own address: set it to the one "
            "that people open, such as https://desk.example.com."
        )
    elif parts.scheme != "https":
        yield (
            "COUNTERFOIL_BASE_URL does not start with https://: sessions and "
            "QuickBooks need it."
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield "COUNTERFOIL_ALLOWED_HOSTS allows every host: name yours."


def _secret_faults() -> Iterator[str]:
    if len(settings.SECRET_KEY) < SHORTEST_SECRET or len(set(settings.SECRET_KEY)) < 5:
        yield (
            "COUNTERFOIL_SECRET_KEY is too short or too regular: use at least "
            f"{SHORTEST_SECRET} random characters."
        )
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield (
            "The static files are not collected: run './manage.py collectstatic' or "
            "use the image, which has them."
        )


def _connection_faults() -> Iterator[str]:
    quickbooks = settings.QUICKBOOKS
    for key in ("client_id", "client_secret", "webhook_token"):
        if not quickbooks[key]:
            yield (
                f"COUNTERFOIL_QUICKBOOKS_{key.upper()} is not set: QuickBooks cannot "
                "be connected without it."
            )
    for key in ("discovery_url", "api_url"):
        parts = urlsplit(str(quickbooks[key]))
        if parts.scheme != "https":
            yield (
                f"COUNTERFOIL_QUICKBOOKS_{key.upper()} does not start with https://: "
                "tokens would travel in the open."
            )
