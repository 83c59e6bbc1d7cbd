"""How much memory a worker needs for a small import and a very large one.

``python -m benchmarks.memory``: a world of its own for each size. Prints one JSON line
per size with the most that the worker held, and its growth over the first size.

Variables: BENCH_SIZES (customers, with commas; 10000,100000), BENCH_PAIRED (1: into
contacts and companies; 0: into the mirror only).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks.figures import figure
from benchmarks.world import world

MEGABYTE = 1024 * 1024


def main() -> int:
    """Each size in a process of its own: settings are loaded once per process."""
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__)
        return 0
    if len(sys.argv) > 1:
        return one(int(sys.argv[1]), float(sys.argv[2]))
    first = 0.0
    for size in os.environ.get("BENCH_SIZES", "10000,100000").split(","):
        command = [sys.executable, "-m", "benchmarks.memory", size, str(first)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        sys.stdout.write(done.stdout)
        sys.stdout.flush()
        first = first or _value(done.stdout)
    return 0


def one(size: int, first: float) -> int:
    """Import so many customers and say what the worker held."""
    with world("--empty", "--scale", f"customers={size}") as (books, home):
        from benchmarks import first_import  # noqa: PLC0415  needs the settings
        from benchmarks.company import Company  # noqa: PLC0415

        company = Company(books)
        if os.environ.get("BENCH_PAIRED", "1") == "1":
            company.pair()
        done = first_import.first_import(company, home)
    figure(
        "import_memory",
        done.peak_bytes / MEGABYTE,
        "MB at most",
        rows=done.rows,
        rows_per_second=round(done.rate),
        baseline="the smallest",
        baseline_value=first,
    )
    return 0


def _value(printed: str) -> float:
    found: float = json.loads(printed)["value"]
    return found


if __name__ == "__main__":
    sys.exit(main())
