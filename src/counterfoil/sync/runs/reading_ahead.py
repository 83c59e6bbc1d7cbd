"""Reads the next page in a thread while the current one is applied."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Self

from django.db import connection as database, connections

from counterfoil.sync.runs.parts import Cursor, Job, PartWorker, Piece


class Reader:
    """The pages of a part, one after the other; ``begin`` is a hint which comes next.

    Without a thread for workers that do not want one, and inside of a transaction,
    whose rows no other connection would see.
    """

    def __init__(self, worker: PartWorker, job: Job) -> None:
        self._worker, self._job = worker, job
        self._has_thread = worker.reads_ahead and not database.in_atomic_block
        self._pool: ThreadPoolExecutor | None = None
        self._ahead: Future[Piece] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.submit(connections.close_all)
            self._pool.shutdown()

    def begin(self, cursor: Cursor) -> None:
        """Start to read the page at ``cursor``, which is asked for next."""
        if not self._has_thread:
            return
        self._pool = self._pool or ThreadPoolExecutor(max_workers=1)
        self._ahead = self._pool.submit(
            copy_context().run, self._worker.fetch, self._job, cursor
        )

    def read(self, cursor: Cursor) -> Piece:
        """The page at ``cursor``."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            return ahead.result()
        return self._worker.fetch(self._job, cursor)
