"""How long changes take to arrive: a histogram small enough for a row per hour. Pure.

Each bucket is a fifth wider than the one before, so that a quantile is right to within a
fifth from a twentieth of a second to a week.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

FINEST = 0.05
STEPS_PER_DOUBLING = 4
LAST = math.ceil(STEPS_PER_DOUBLING * math.log2(7 * 86_400 / FINEST))

Histogram = Mapping[str, int]


def bucket(lag: timedelta) -> str:
    """The key under which a lag is counted; clocks that disagree make it none."""
    seconds = lag.total_seconds()
    if seconds <= FINEST:
        return "0"
    steps = STEPS_PER_DOUBLING * math.log2(seconds / FINEST)
    return str(min(math.ceil(steps - 1e-9), LAST))


def counted(lags: Iterable[timedelta]) -> dict[str, int]:
    """The histogram of some lags."""
    return dict(Counter(bucket(each) for each in lags))


def added(histograms: Iterable[Histogram]) -> dict[str, int]:
    """Several histograms as one."""
    total: Counter[str] = Counter()
    for each in histograms:
        total.update(each)
    return dict(total)


def quantile(histogram: Histogram, share: float) -> timedelta | None:
    """The lag that ``share`` of the changes did not exceed; ``None`` without any.

    It is the upper end of a bucket: the truth is never worse than what is said.
    """
    total = sum(histogram.values())
    if not total:
        return None
    wanted, seen = math.ceil(total * share), 0
    for key in sorted(histogram, key=int):
        seen += histogram[key]
        if seen >= wanted:
            return _upper(int(key))
    return _upper(LAST)


def _upper(index: int) -> timedelta:
    return timedelta(seconds=FINEST * 2 ** (index / STEPS_PER_DOUBLING))
