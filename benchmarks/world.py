"""A world to measure in: a simulator, PostgreSQL in a folder of its own, the schema."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.outside import Simulator, say, simulator

QUIET = {
    "COUNTERFOIL_MODE": "development",
    "COUNTERFOIL_LOG_LEVEL": "ERROR",
    "COUNTERFOIL_QUICKBOOKS_POLL_SECONDS": "86400",
    "OAUTHLIB_INSECURE_TRANSPORT": "1",
}


@contextmanager
def world(*seeded: str) -> Iterator[tuple[Simulator, Path]]:
    """The simulator and the folder of state; both are gone afterwards.

    Nothing of the product may be imported before: it loads its settings here.
    """
    home = Path(tempfile.mkdtemp(prefix="bench-"))
    home.chmod(0o755)
    os.environ.pop("DATABASE_URL", None)
    os.environ.update({**QUIET, "COUNTERFOIL_HOME": str(home)})
    try:
        say("making the books")
        with simulator(home / "simulator", *seeded) as books:
            os.environ.update(books.environment())
            books.call("POST", "/_sim/switches", {"throttle": False})
            from counterfoil.config import embedded, preparation  # noqa: PLC0415

            try:
                preparation.prepare()
                from django.core.management import call_command  # noqa: PLC0415

                call_command("migrate", interactive=False, verbosity=0)
                yield books, home
            finally:
                embedded.stop(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
