"""What sync costs, measured on real processes: ``make bench``.

A simulator as a process, PostgreSQL in a folder of its own, a real worker and a real
server. Prints one JSON line per figure: ``name``, ``value``, ``unit``, and where there
is something to compare with ``baseline``, ``baseline_value`` and ``ratio``. All of it in
one run on one machine; trust the ratios, and the processor time per row.

Variables: BENCH_CUSTOMERS (customers of the first import, 20000), BENCH_USUAL (of these
read by the loop with python-quickbooks, 3000), BENCH_CHANGES (customers that change at
once, 1000), BENCH_SECONDS (of 20 changes a second, 30), BENCH_WEBHOOKS (payments whose
way to the deal is timed, 50), BENCH_DOOR (contacts written through the one door, 10000).
Memory by size of import: ``python -m benchmarks.memory``.
"""

from __future__ import annotations

import os
import sys

from benchmarks.world import world


def main() -> int:
    """Measure in a world of its own, which is gone afterwards."""
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__)
        return 0
    customers = os.environ.get("BENCH_CUSTOMERS", "20000")
    with world("--empty", "--scale", f"customers={customers},items=50") as (
        books,
        home,
    ):
        from benchmarks import sync  # noqa: PLC0415  needs the settings

        sync.measure(books, home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
