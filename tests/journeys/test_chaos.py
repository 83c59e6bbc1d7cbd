"""Documents of all kinds are made while workers die and the simulator misbehaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import simulator as simulated

from benchmarks import chaos_matrix
from benchmarks.chaos import MUST_BE_ZERO, ROOT
from benchmarks.chaos_faults import FAULTS
from benchmarks.outside import Simulator
from counterfoil.posting.documents import KINDS
from counterfoil.posting.faultpoints import POINTS

SIZE = 60


@pytest.mark.slow
@pytest.mark.skipif(
    "CHAOS_MATRIX" not in os.environ,
    reason="make chaos runs it; here it takes longer than all other tests: CHAOS_MATRIX=1",
)
@pytest.mark.django_db(transaction=True)
def test_every_pair_of_kill_fault_kind_and_treatment_of_ids_does_no_harm(
    tmp_path: Path,
) -> None:
    with simulated.serving(tmp_path) as running:
        books = Simulator(running.base_url, os.getpid())
        result = chaos_matrix.run(books, running.state, is_whole=False)
    wrong = {name: result[name] for name in MUST_BE_ZERO}
    assert set(wrong.values()) == {0}, result
    assert result["submitted"] == result["confirmed"] >= 12 * len(POINTS) * 3
    assert result["not_met"] == 0, result
    assert result["kinds_with_faults"] == len(FAULTS) * len(KINDS), result
    assert set(result["kills_at"]) == set(POINTS)
    sent = 12 * 3 * (len(POINTS) - 1)
    assert result["kills"] >= sent, result


@pytest.mark.slow
@pytest.mark.parametrize("requestid", ["honoured", "ignored", "forgotten"])
def test_nothing_is_lost_or_doubled_while_workers_are_killed(requestid: str) -> None:
    environment = {
        **os.environ,
        "CHAOS_PARTS": "random",
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
    result = json.loads(done.stdout.splitlines()[-1])["random"]
    wrong = {name: result[name] for name in MUST_BE_ZERO}
    assert set(wrong.values()) == {0}, (result, done.stderr[-4000:])
    assert result["submitted"] == result["confirmed"] >= SIZE
    assert result["kills"] > 5
    assert done.returncode == 0
