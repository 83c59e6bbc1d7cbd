"""Separate processes that share one grant spend its refresh token once per expiry."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from factories.people import make_workspace
from support import simulator as simulated
from support.processes import program

from counterfoil.connections.models import Connection, ConnectionState
from qbo_simulator.oauth.rotation import Policy, Rotation, Superseded
from qbo_simulator.oauth.tokens import Authority

PROCESSES, EXPIRIES = 3, 5


def answers(processes: list[subprocess.Popen[str]]) -> list[str]:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return [said(process) for process in processes]


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, "the process has died"
    return line


@pytest.mark.django_db(transaction=True)
def test_processes_refresh_once_per_expiry_under_strict_rotation(
    tmp_path: Path,
) -> None:
    with simulated.serving(tmp_path) as simulator, ExitStack() as stack:
        Authority(simulator.state.store).set_policy(
            Policy(Rotation.ALWAYS, Superseded.STRICT)
        )
        connection = simulated.connect(
            simulator, make_workspace(), now=datetime.now(UTC)
        )
        started = [
            program("token_process", str(connection.pk), simulator=simulator)
            for _number in range(PROCESSES)
        ]
        processes = [stack.enter_context(each) for each in started]
        assert {said(process) for process in processes} == {"ready"}
        seen = set()
        for _expiry in range(EXPIRIES):
            Connection.objects.update(
                access_expires_at=datetime.now(UTC) - timedelta(seconds=1)
            )
            (token,) = set(answers(processes))
            seen.add(token)
    connection.refresh_from_db()
    assert len(seen) == EXPIRIES
    assert connection.state == ConnectionState.ACTIVE
    assert connection.token_version == 1 + EXPIRIES
