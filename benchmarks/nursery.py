"""Forks workers on request: each line read is a wish, each line written a process id.

A worker here is what ``counterfoil worker`` runs, less the loading of the program.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from counterfoil.config import preparation, processes
from counterfoil.core import http

CONCURRENCY = 2
NOBODY = "http://127.0.0.1:9/"


def main() -> None:
    """Load everything once, then fork."""
    log = Path(sys.argv[1]).open("ab", buffering=0)  # noqa: SIM115  kept for the forks
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    preparation.prepare()
    _know_http()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _wish in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live()
        answers.write(f"{pid}\n")
        answers.flush()


def _know_http() -> None:
    """Read certificates once: for each fork anew it is a third of what a short life can."""
    for is_write in (False, True):
        with suppress(http.NotSent):
            http.send("GET", NOBODY, is_write=is_write)


def _live() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        processes.work(concurrency=CONCURRENCY)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
