"""Whether this process lives, and whether it can do its work; nothing else is told."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can answer at all; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database can be written and has this version's tables."""
    ready = _is_ready()
    return HttpResponse(
        "ready\n" if ready else "not ready\n",
        content_type="text/plain",
        status=200 if ready else 503,
    )


def _is_ready() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            if cursor.fetchone()[0] != "off":
                return False
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False
