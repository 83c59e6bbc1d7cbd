"""The figures of sync, one after the other, in one world."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks import baselines, first_import
from benchmarks.arriving import arriving
from benchmarks.baselines import Paced
from benchmarks.company import Company
from benchmarks.door import door
from benchmarks.figures import figure
from benchmarks.first_import import Imported
from benchmarks.latency import latency
from benchmarks.nightly import nightly
from benchmarks.outside import Simulator, say

CEILING = 8_333.0
"""Rows a second that Intuit gives out: 500 calls a minute of 1,000 rows."""


def wanted(name: str, usual: int) -> int:
    """A number from the environment."""
    return int(os.environ.get(name, usual))


def measure(books: Simulator, home: Path) -> None:
    """Everything: the import beside its baselines, then what goes on every day."""
    company = Company(books)
    company.pair()
    customers = wanted("BENCH_CUSTOMERS", 20_000)
    asked = baselines.statements(company)
    before = _beside(company, asked)
    say("the usual loop")
    most = min(customers, wanted("BENCH_USUAL", 3_000))
    usual = baselines.paced(lambda: baselines.usual(company, most))
    baselines.forget_usual(company)
    done = first_import.first_import(company, home)
    after = _beside(company, asked)
    _compare(done, before, after, usual)
    first_import.report(done)
    nightly(company, bare=_mean(before[0], after[0]))
    changes = min(wanted("BENCH_CHANGES", 1_000), customers // 4)
    arriving(company, home, changes=changes, seconds=wanted("BENCH_SECONDS", 30))
    latency(company, wanted("BENCH_WEBHOOKS", 50), home)
    door(company.connection, wanted("BENCH_DOOR", 10_000))


def _beside(company: Company, asked: list[str]) -> tuple[Paced, Paced]:
    """Bare and least; before the import and after it, since others use the machine."""
    say("bare, and fetch, decode and copy")
    bare = baselines.paced(lambda: baselines.bare(company, asked))
    return bare, baselines.paced(lambda: baselines.least(company, asked))


def _mean(one: Paced, other: Paced) -> float:
    return (one.rows + other.rows) / (one.seconds + other.seconds)


def _compare(
    done: Imported,
    before: tuple[Paced, Paced],
    after: tuple[Paced, Paced],
    usual: Paced,
) -> None:
    bare, least = (_mean(*pair) for pair in zip(before, after, strict=True))
    assert before[0].rows == before[1].rows, "the baselines read the same pages"
    for baseline, rate in (
        ("simulator's bare serving rate", bare),
        ("fetch, decode and COPY into one plain table", least),
        ("python-quickbooks saving a row each through the ORM", usual.rate),
        ("Intuit's ceiling", CEILING),
    ):
        figure(
            "first_import",
            done.rate,
            "rows/s",
            rows=done.rows,
            baseline=baseline,
            baseline_value=rate,
        )
    for name, cpu in (("bare", before[0].cpu), ("least", before[1].cpu)):
        figure(f"{name}_client", cpu, "cpu µs/row")
    figure("usual_loop_client", usual.cpu, "cpu µs/row", rows=usual.rows)
