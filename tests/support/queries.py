"""Count the queries that a page costs, leaving out what only opens and closes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

ASIDE = (
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "SELECT current_setting",
    "SELECT set_config",
)


@contextmanager
def at_most(limit: int) -> Iterator[None]:
    """Fail, and show them, when the block makes more queries than ``limit``."""
    with CaptureQueriesContext(connection) as captured:
        yield
    made = [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(ASIDE)
    ]
    assert len(made) <= limit, f"{len(made)} queries:\n" + "\n".join(
        sql[:220] for sql in made
    )
