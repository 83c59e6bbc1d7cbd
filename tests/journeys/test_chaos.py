"""Invoices are made while workers are killed and the simulator misbehaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIZE = 60
NAMES_AT_TWO_COMPANIES = 2 * 2 * 8


@pytest.mark.slow
@pytest.mark.parametrize("requestid", ["honoured", "ignored"])
def test_nothing_is_lost_or_doubled_while_workers_are_killed(requestid: str) -> None:
    environment = {
        **os.environ,
        "CHAOS_SIZE": str(SIZE),
        "CHAOS_REQUESTID": requestid,
        "CHAOS_DB_RESTARTS": "0",
        "CHAOS_TIMEOUT": "420",
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.chaos"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stdout, done.stderr[-4000:]
    result = json.loads(done.stdout.splitlines()[-1])
    wrong = {
        name: result[name]
        for name in ("lost", "duplicated", "wrong_company", "unresolved")
    }
    assert set(wrong.values()) == {0}, (result, done.stderr[-4000:])
    assert result["submitted"] == result["confirmed"] == SIZE + NAMES_AT_TWO_COMPANIES
    assert result["kills"] > 5
    assert done.returncode == 0
