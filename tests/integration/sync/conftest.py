"""A connection and Ada; and at the end, what came to pass in a run of the machine."""

from __future__ import annotations

from collections import Counter

import pytest
from _pytest.terminal import TerminalReporter
from factories import make_access, make_connection, make_workspace

from counterfoil.connections.models import Connection
from counterfoil.workspaces.models import User


@pytest.fixture
def connection() -> Connection:
    """A company of a workspace of its own; nothing answers for it."""
    return make_connection(make_workspace())


@pytest.fixture
def ada(connection: Connection) -> User:
    """Who owns the workspace of the connection."""
    return make_access(connection.workspace).user


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
