"""What reading QuickBooks costs, measured on real processes: ``make bench``.

A simulator as a process, PostgreSQL in a folder of its own, a real worker. Prints one
JSON line per figure: ``name``, ``value``, ``unit``, and where there is something to
compare with ``baseline``, ``baseline_value`` and ``ratio``. All of it in one run on one
machine; trust the ratios.

Variables: BENCH_CUSTOMERS (customers to read, 20000), BENCH_WEBHOOKS (webhooks whose
way to the deal is timed, 100), BENCH_CHANGES (changed records, 1000).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.outside import simulator

QUIET = {
    "COUNTERFOIL_MODE": "development",
    "COUNTERFOIL_LOG_LEVEL": "ERROR",
    "COUNTERFOIL_QUICKBOOKS_POLL_SECONDS": "86400",
    "OAUTHLIB_INSECURE_TRANSPORT": "1",
}


def main() -> int:
    """Measure in a world of its own, which is gone afterwards."""
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__)
        return 0
    home = Path(tempfile.mkdtemp(prefix="bench-"))
    home.chmod(0o755)
    os.environ.pop("DATABASE_URL", None)
    os.environ.update({**QUIET, "COUNTERFOIL_HOME": str(home)})
    try:
        with simulator(home / "simulator") as books:
            os.environ.update(books.environment())
            books.call("POST", "/_sim/switches", {"throttle": False})
            from counterfoil.config import embedded, preparation  # noqa: PLC0415

            preparation.prepare()
            try:
                from benchmarks import inbound  # noqa: PLC0415  needs the settings

                inbound.measure(books, home)
            finally:
                embedded.stop(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
