"""Says at the end of a run of the machine what came to pass in it."""

from __future__ import annotations

from collections import Counter

import pytest
from _pytest.terminal import TerminalReporter


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """One line over all seeds; with several processes the reports carry the counts."""
    met: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        if isinstance(report, pytest.TestReport) and report.when == "call":
            for name, counts in report.user_properties:
                if name == "machine" and isinstance(counts, dict):
                    met.update(counts)
    if met:
        words = (f"{count} {word}" for word, count in sorted(met.items()))
        terminalreporter.write_line(f"the machine met: {', '.join(words)}")
