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
from benchmarks.outside import Simulator
from counterfoil.posting.documents import KINDS
from counterfoil.posting.faultpoints import POINTS

SIZE = 60


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_kill_at_every_point_does_no_harm_whatever_kind_and_fault(
    tmp_path: Path,
) -> None:
    """Every kind with a fault of its own at each point, request ids not honoured.

    ``make chaos`` tries every fault with every point, and all treatments of request ids.
    """
    with simulated.serving(tmp_path) as running:
        books = Simulator(running.base_url, os.getpid())
        result = chaos_matrix.run(
            books, running.state, is_whole=False, modes=["ignored"]
        )
    wrong = {name: result[name] for name in MUST_BE_ZERO}
    assert set(wrong.values()) == {0}, result
    assert result["submitted"] == result["confirmed"] >= len(KINDS) * len(POINTS)
    assert result["not_met"] == 0, result
    # Who needs no lookup does not die after one.
    after_lookup = result["kills_at"].pop("after_lookup_before_settle")
    asked = result["submitted"] // len(POINTS)
    assert set(result["kills_at"].values()) == {asked}, result
    assert 0 < after_lookup <= asked, result


@pytest.mark.slow
@pytest.mark.parametrize("requestid", ["honoured", "ignored", "forgotten"])
def test_nothing_is_lost_or_doubled_while_workers_are_killed(requestid: str) -> None:
    environment = {
        **os.environ,
        "CHAOS_PARTS": "random",
        "CHAOS_SIZE": str(SIZE),
        "CHAOS_REQUESTID": requestid,
        "CHAOS_DB_RESTARTS": "0",
        "CHAOS_TIMEOUT": "900",
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.chaos"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.stdout, done.stderr[-4000:]
    result = json.loads(done.stdout.splitlines()[-1])["random"]
    wrong = {name: result[name] for name in MUST_BE_ZERO}
    assert set(wrong.values()) == {0}, (result, done.stderr[-4000:])
    assert result["submitted"] == result["confirmed"] >= SIZE
    assert result["kills"] > 5
    assert done.returncode == 0
