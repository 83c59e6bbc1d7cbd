"""``kill -9`` before a statement: ``with connection.execute_wrapper(Reaper(n)): ...``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection as database

# What opens and closes a transaction does nothing that could be lost by itself.
BOUNDS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Crash(BaseException):
    """Stands for ``kill -9``: nothing that handles errors handles it."""


class Reaper:
    """Kills before the ``left``-th statement.

    ``between`` counts only what is done between two transactions: everything that was
    committed stays, and nothing else. Never within what Django does in one go and in no
    transaction of ours: here that is part of the test's, which would be undone with it.
    """

    def __init__(self, left: int, *, between: bool = False) -> None:
        self.left = left
        self._between = between
        self._depth = len(database.savepoint_ids)

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: Any,
        context: Mapping[str, Any],
    ) -> Any:
        self.left -= self._counts(str(sql))
        if self.left == 0:
            self.left = -1
            raise Crash
        return execute(sql, params, many, context)

    def _counts(self, sql: str) -> bool:
        opened = database.savepoint_ids[self._depth :]
        if self._between:
            return not opened and not sql.startswith(("RELEASE", "ROLLBACK"))
        is_in_one_go = bool(opened) and opened[0] is None
        return not is_in_one_go and not sql.startswith(BOUNDS)
