from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from support.ports import free_port

from counterfoil.config import embedded

COMMAND = Path(sys.executable).with_name("counterfoil")
CLEAN = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def until(holds: Callable[[], object], what: str, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.1)


def answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("processes")
    yield folder
    embedded.destroy(folder)


@pytest.fixture(scope="module")
def migrated(home: Path) -> Path:
    done = run(home, "migrate")
    assert done.returncode == 0, done.stderr
    return home


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *words],
        env=CLEAN | {"COUNTERFOIL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def start(home: Path, *words: str) -> subprocess.Popen[bytes]:
    with (home / f"{words[0]}.log").open("wb") as log:
        return subprocess.Popen(
            [COMMAND, *words],
            env=CLEAN | {"COUNTERFOIL_HOME": str(home)},
            stdout=log,
            stderr=log,
        )


def log(home: Path, name: str) -> str:
    return (home / f"{name}.log").read_text()


@pytest.mark.parametrize(
    "words", [("serve",), ("worker",), ("user", "create", "a@b.c")]
)
def test_nothing_runs_on_tables_of_another_version(
    tmp_path_factory: pytest.TempPathFactory, words: tuple[str, ...]
) -> None:
    folder = tmp_path_factory.mktemp("processes")
    try:
        refused = run(folder, *words)
    finally:
        embedded.destroy(folder)

    assert refused.returncode == 1
    assert "run 'counterfoil migrate' first" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_secrets_are_made_once_and_only_their_owner_may_read_them(
    migrated: Path,
) -> None:
    before = {path: path.read_text() for path in (migrated / "secrets").iterdir()}
    run(migrated, "check")

    assert len(before) == 2
    for path, text in before.items():
        assert path.read_text() == text
        assert path.stat().st_mode & 0o077 == 0


def test_the_web_server_serves_and_stops_when_told(migrated: Path) -> None:
    port = free_port()
    web = start(migrated, "serve", "--port", str(port), "--workers", "1")
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), "an answer")
        taken = run(migrated, "serve", "--port", str(port))
    finally:
        web.send_signal(signal.SIGTERM)

    assert web.wait(240) == 0, log(migrated, "serve")
    assert taken.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in taken.stderr


def test_a_worker_runs_the_upkeep_and_stops_when_told(migrated: Path) -> None:
    address = embedded.running_database_url(migrated)
    worker = start(migrated, "worker", "--concurrency", "2")
    try:
        until(lambda: "worker_started" in log(migrated, "worker"), "the start")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args,"
                " status, scheduled_at, attempts, abort_requested) VALUES ('default',"
                " 'counterfoil.delete_finished_jobs', 0,"
                " '{\"timestamp\": 0}', 'todo', NULL, 0, false)"
            )

            def is_done() -> bool:
                row = connection.execute(
                    "SELECT 1 FROM procrastinate_jobs WHERE task_name LIKE '%finished%'"
                ).fetchone()
                return row is None

            until(is_done, "the job")
    finally:
        worker.send_signal(signal.SIGTERM)

    assert worker.wait(240) == 0, log(migrated, "worker")
    assert "worker_stopped" in log(migrated, "worker")


def test_the_job_of_a_killed_worker_is_rescued(migrated: Path) -> None:
    address = embedded.running_database_url(migrated)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args,"
            " status, scheduled_at, attempts, abort_requested) VALUES ('default',"
            " 'counterfoil.delete_finished_jobs', 0,"
            " '{\"timestamp\": 0}', 'doing', NULL, 1, false)"
        )
        # The rescue comes every minute; here it is asked for.
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args,"
            " status, scheduled_at, attempts, abort_requested) VALUES ('default',"
            " 'counterfoil.rescue_stalled_jobs', 0,"
            " '{\"timestamp\": 0}', 'todo', NULL, 0, false)"
        )
        worker = start(migrated, "worker")
        try:
            until(
                lambda: (
                    connection.execute(
                        "SELECT count(*) = 0 FROM procrastinate_jobs"
                        " WHERE task_name LIKE '%finished%'"
                    ).fetchone()
                    == (True,)
                ),
                "the rescue",
            )
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(240)
