"""Documents are made while workers are killed and the books misbehave: ``make chaos``.

Twice, and always on real PostgreSQL (embedded, in a folder of its own). First everything
with everything: a kill at every named point, with every fault, for every kind of document,
however request ids are treated, in one process on a clock that jumps (``chaos_matrix``),
and the same for what is done with documents (a test of ``tests``). Then at random:
documents of all kinds in two companies, the simulator as a process, several workers killed
with SIGKILL every 0.1 to 0.5 s, PostgreSQL restarted at once every 4 to 9 s, and faults
drawn. Prints one JSON line; what it says is by the simulator's own list of what it
accepted. Ends with 1 when anything was lost, doubled, put into the wrong company, refused,
paid wrongly or left unresolved.

Variables: CHAOS_PARTS (matrix,acts,random; all of them), CHAOS_MATRIX (whole, or pairs:
a part in which each pair of kind, fault, point and treatment occurs), CHAOS_SIZE (random
documents per run, 500), CHAOS_REQUESTID (honoured, ignored, forgotten, or several with
commas, or all, the default), CHAOS_WORKERS (4), CHAOS_DB_RESTARTS (1; 0: never),
CHAOS_SEED (of the simulator's faults, 1), CHAOS_TIMEOUT (seconds per run, 900),
CHAOS_LOG (keep the workers' log under this name).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.outside import Simulator, Workers, say, simulator

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("matrix", "acts", "random")
MODES = ("honoured", "ignored", "forgotten")
MATRIX = ("whole", "pairs")
ACTS = "tests/integration/posting/test_acts_killed.py"
MUST_BE_ZERO = (
    "lost",
    "duplicated",
    "wrong_company",
    "unresolved",
    "rejected",
    "unpaid",
    "done_twice",
    "not_done",
)

# The waits of the design, sixty times shorter; the settle wait of 3 s is longer than the
# simulator's latest commit and its read lag together.
WAITS = {
    "COUNTERFOIL_POSTING_TIME_SCALE": str(1 / 60),
    "COUNTERFOIL_POSTING_DEADLINE": "3",
    "COUNTERFOIL_POSTING_LEASE": "4",
    "COUNTERFOIL_POSTING_GIVE_UP_AFTER": str(60 * 3600),
    "COUNTERFOIL_POSTING_BREAKER_HOLD": "120",
    "COUNTERFOIL_QUICKBOOKS_THROTTLE_REST": "1",
    "COUNTERFOIL_QUICKBOOKS_POLL_SECONDS": "3600",
    "COUNTERFOIL_LOG_LEVEL": "ERROR",
}
LATE_COMMIT = 1.0
READ_LAG = 0.5
FAULTS: list[dict[str, Any]] = [
    {"kind": "drop_before", "probability": 0.04, "operation": "create"},
    {"kind": "drop_after", "probability": 0.04, "operation": "create"},
    {"kind": "error_before", "probability": 0.03, "operation": "create"},
    {"kind": "error_after", "probability": 0.03, "operation": "create"},
    {"kind": "throttle", "probability": 0.01, "operation": "create"},
    {"kind": "truncate", "probability": 0.02, "operation": "create"},
    {
        "kind": "late_commit",
        "probability": 0.03,
        "operation": "create",
        "seconds": LATE_COMMIT,
    },
    {"kind": "error_before", "probability": 0.05, "operation": "query"},
    {"kind": "delay", "probability": 0.05, "seconds": 0.2},
]


def main() -> int:
    """Run the parts that are wanted, and print what came of them."""
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__)
        return 0
    parts = _chosen("CHAOS_PARTS", PARTS)
    modes = _chosen("CHAOS_REQUESTID", MODES)
    (extent, *_) = _chosen("CHAOS_MATRIX", MATRIX)
    told: dict[str, Any] = {}
    if "matrix" in parts:
        told["matrix"] = _in_a_world(
            "matrix", lambda home: _matrix(home, extent, modes)
        )
    if "acts" in parts:
        told["acts"] = {"failed": _acts()}
    if "random" in parts:
        runs = {mode: run(mode) for mode in modes}
        told["random"] = {**_sum(list(runs.values())), "requestid": runs}
    print(json.dumps(told), flush=True)
    return 1 if any(_wrong(result) for result in told.values()) else 0


def _chosen(variable: str, known: tuple[str, ...]) -> tuple[str, ...]:
    wanted = os.environ.get(variable, "all")
    chosen = known if wanted == "all" else tuple(wanted.split(","))
    if unknown := set(chosen) - set(known):
        say(f"{variable} is some of {', '.join(known)}, or all, not {unknown}.")
        raise SystemExit(2)
    return chosen


def _sum(results: list[dict[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(name for result in results for name in result)
    return {
        name: round(sum(result.get(name, 0) for result in results), 1) for name in names
    }


def _wrong(result: dict[str, Any]) -> bool:
    wrong = ("failed", "not_met", *MUST_BE_ZERO)
    return any(result.get(name) for name in wrong)


def _acts() -> int:
    """Whether what is done with documents fails the same trial."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ACTS]
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, stdout=sys.stderr, check=False
    ).returncode


def run(mode: str) -> dict[str, Any]:
    """Documents at random, with request ids treated like that."""

    def trial(home: Path) -> dict[str, Any]:
        os.environ.update(WAITS)
        with simulator(home / "simulator") as books:
            os.environ.update(books.environment())
            return _trial(home, books, mode)

    result = _in_a_world(mode, trial)
    say(f"{mode}: {json.dumps(result)}")
    return result


def _matrix(home: Path, extent: str, modes: Sequence[str]) -> dict[str, Any]:
    from qbo_simulator import testing  # noqa: PLC0415
    from qbo_simulator.switches import Switches  # noqa: PLC0415

    switches = Switches(throttle=False)
    (home / "simulator").mkdir()
    with testing.serve(home / "simulator", switches=switches) as running:
        books = Simulator(running.base_url, os.getpid())
        os.environ.update(books.environment())
        os.environ["COUNTERFOIL_LOG_LEVEL"] = "CRITICAL"  # every fault is told
        _prepare()
        from benchmarks import chaos_matrix  # noqa: PLC0415  needs the settings

        started = time.monotonic()
        is_whole = extent == "whole"
        result = chaos_matrix.run(books, running.state, is_whole=is_whole, modes=modes)
        return {**result, "seconds": round(time.monotonic() - started, 1)}


def _prepare() -> None:
    from counterfoil.config import preparation  # noqa: PLC0415

    preparation.prepare()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)


def _in_a_world(name: str, trial: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """One run in a world of its own, which is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="chaos-"))
    home.chmod(0o755)
    try:
        return _in_a_process(name, lambda: _stopping(home, trial))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _stopping(home: Path, trial: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """In the process of the trial; the database ends with it."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["COUNTERFOIL_HOME"] = str(home)
    os.environ["COUNTERFOIL_MODE"] = "development"
    from counterfoil.config import embedded  # noqa: PLC0415

    try:
        return trial(home)
    finally:
        embedded.stop(home)


def _in_a_process(name: str, trial: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Fork: settings are loaded once per process, and every run has its own."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            result = trial()
            os.write(writing, json.dumps(result).encode())
            status = 0
        except BaseException:  # noqa: BLE001  the fork must end here
            import traceback  # noqa: PLC0415

            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    if not text:
        say(f"The run {name} failed.")
        raise SystemExit(1)
    return dict(json.loads(text))


def _trial(home: Path, books: Simulator, mode: str) -> dict[str, Any]:
    _prepare()
    from benchmarks import chaos_inside  # noqa: PLC0415  needs the settings

    size = int(os.environ.get("CHAOS_SIZE", "500"))
    stage = chaos_inside.Stage.set(books)
    misbehave(books, mode)
    crew = int(os.environ.get("CHAOS_WORKERS", "4"))
    workers = Workers(crew, os.environ, home / "workers.log")
    database = chaos_inside.Database(home)
    started = time.monotonic()
    try:
        workers.start()
        workers.kill_at_random(0.1, 0.5)
        if os.environ.get("CHAOS_DB_RESTARTS", "1") == "1":
            database.restart_at_random(4, 9)
        say(f"{mode}: {size} documents, {crew} workers")
        stage.submit(size)
        stage.wait(float(os.environ.get("CHAOS_TIMEOUT", "900")))
    finally:
        database.close()
        workers.close()
        kept = os.environ.get("CHAOS_LOG")
        if kept:
            shutil.copy(home / "workers.log", f"{kept}.{mode}")
    calm(books)
    result = stage.judge()
    seconds = round(time.monotonic() - started, 1)
    return {
        **result,
        "kills": workers.kills,
        "db_restarts": database.restarts,
        "seconds": seconds,
    }


def misbehave(books: Simulator, mode: str) -> None:
    """Throw every switch."""
    switches = {
        "throttle": False,
        "requestid": mode,
        "requestid_ttl": 1.0,
        "read_lag": READ_LAG,
    }
    books.call("POST", "/_sim/switches", switches)
    seed = int(os.environ.get("CHAOS_SEED", "1"))
    books.call("POST", "/_sim/faults", {"rules": FAULTS, "seed": seed})


def calm(books: Simulator) -> None:
    """What is late has come after this, and everything can be read."""
    books.call("DELETE", "/_sim/faults")
    time.sleep(2 * LATE_COMMIT + READ_LAG)
    books.call("POST", "/_sim/switches", {"read_lag": 0.0})


if __name__ == "__main__":
    sys.exit(main())
