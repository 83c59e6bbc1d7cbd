"""Invoices are made while workers are killed and the books misbehave: ``make chaos``.

Real PostgreSQL (embedded, in a folder of its own), the simulator as a process, several
workers killed with SIGKILL every 0.1 to 0.5 s, faults drawn at random. Prints one JSON
line; what it says is by the simulator's own list of what it accepted. Ends with 1 when
anything was lost, doubled, put into the wrong company or left unresolved.

Variables: CHAOS_SIZE (invoices per run, 500), CHAOS_REQUESTID (honoured, ignored,
forgotten, or several with commas, or all; default honoured,ignored), CHAOS_WORKERS (4),
CHAOS_DB_RESTARTS (1: PostgreSQL is restarted at once every 8 to 16 s; 0: never),
CHAOS_SEED (of the simulator's faults, 1), CHAOS_TIMEOUT (seconds per run, 900),
CHAOS_LOG (keep the workers' log under this name).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.outside import Simulator, Workers, say, simulator

MODES = ("honoured", "ignored", "forgotten")
SUMMED = (
    "submitted",
    "confirmed",
    "lost",
    "duplicated",
    "wrong_company",
    "unresolved",
    "kills",
    "db_restarts",
    "seconds",
)
MUST_BE_ZERO = ("lost", "duplicated", "wrong_company", "unresolved")

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
    """Run once for every way of treating request ids, and print the sum."""
    wanted = os.environ.get("CHAOS_REQUESTID", "honoured,ignored")
    modes = MODES if wanted == "all" else tuple(wanted.split(","))
    if unknown := set(modes) - set(MODES):
        say(f"CHAOS_REQUESTID is one of {', '.join(MODES)} or all, not {unknown}.")
        return 2
    results = {mode: run(mode) for mode in modes}
    total: dict[str, Any] = {
        name: round(sum(result[name] for result in results.values()), 1)
        for name in SUMMED
    }
    print(json.dumps({**total, "requestid": results}), flush=True)
    return 1 if any(total[name] for name in MUST_BE_ZERO) else 0


def run(mode: str) -> dict[str, Any]:
    """One run in a world of its own, which is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="chaos-"))
    home.chmod(0o755)
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(
        {**WAITS, "COUNTERFOIL_HOME": str(home), "COUNTERFOIL_MODE": "development"}
    )
    try:
        with simulator(home / "simulator") as books:
            os.environ.update(books.environment())
            return _in_a_process(home, books, mode)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _in_a_process(home: Path, books: Simulator, mode: str) -> dict[str, Any]:
    """Fork: settings are loaded once per process, and every run has its own."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            result = _trial(home, books, mode)
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
        say(f"The run with request ids {mode} failed.")
        raise SystemExit(1)
    return dict(json.loads(text))


def _trial(home: Path, books: Simulator, mode: str) -> dict[str, Any]:
    from counterfoil.config import embedded, preparation  # noqa: PLC0415

    preparation.prepare()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
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
            database.restart_at_random(8, 16)
        say(f"{mode}: {size} invoices, {crew} workers")
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
    embedded.stop(home)
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
