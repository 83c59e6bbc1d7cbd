"""A nightly comparison of what nobody has changed: rows a second."""

from __future__ import annotations

import time

from django.utils import timezone

from benchmarks.company import Company, drain
from benchmarks.figures import figure
from benchmarks.outside import say
from counterfoil.sync.models import Run, StreamRun
from counterfoil.sync.runs import plan


def nightly(company: Company, *, bare: float) -> None:
    """Compare twice: the first night reads what it has not seen yet, the others do not."""
    for name in ("first_comparison", "nightly_comparison"):
        say(name.replace("_", " "))
        rows, rate = compared(company)
        figure(
            name,
            rate,
            "rows/s",
            rows=rows,
            baseline="simulator's bare serving rate",
            baseline_value=bare,
        )


def compared(company: Company) -> tuple[int, float]:
    """How many customers were compared, and how many of them a second."""
    began, busy = time.perf_counter(), time.process_time()
    run = plan.begin_comparison(company.connection, timezone.now())
    drain("imports")
    seconds = time.perf_counter() - began
    run = Run.objects.get(pk=run.pk)
    part = StreamRun.objects.get(run=run, stream="customers")
    assert run.ended_at is not None, (run.state, run.held_reason, part.error)
    assert not run.counts["found"], (
        f"{run.counts['found']} customers were found to differ"
    )
    figure(
        "comparison_worker",
        (time.process_time() - busy) / part.rows * 1e6,
        "cpu µs/row",
    )
    return part.rows, part.rows / seconds
