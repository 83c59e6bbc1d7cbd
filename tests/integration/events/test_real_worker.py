"""A real Procrastinate worker in its own process, as the command line starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from factories import make_workspace
from support.processes import database_url
from support.worker import forget_jobs

from counterfoil.core.registry import Registry
from counterfoil.events import dispatch, publish as publishing
from counterfoil.events.models import EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish
from counterfoil.workspaces.models import Workspace

PROGRAM = Path(__file__).parents[2] / "support" / "worker_process.py"
pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 90


def wait_until(is_so: Callable[[], bool], *, seconds: float) -> float:
    """How long it took, in seconds."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            message = f"still not so after {seconds} seconds"
            raise AssertionError(message)
        time.sleep(0.02)
    return time.monotonic() - started


def is_listening() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return bool(cursor.fetchone()[0])


@pytest.fixture
def worker(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    forget_jobs()
    registry: Registry[dispatch.Subscriber] = Registry("subscriber")
    monkeypatch.setattr(publishing, "subscribers", registry)
    registry.add(
        dispatch.Subscriber(
            "probe", frozenset({"probe_told"}), frozenset(), lambda _e, _n: None
        )
    )
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "COUNTERFOIL_MODE": "test",
    }
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(is_listening, seconds=PATIENCE)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=5)
    assert process.returncode == 0, log.read_text()


def tell(workspace: Workspace, **payload: object) -> None:
    publish(
        workspace=workspace,
        kind="probe_told",
        payload=payload,
        actor=Actor.system(),
        origin=Origin.system(),
        now=datetime.now(UTC),
    )


def is_named(workspace: Workspace, name: str) -> bool:
    return Workspace.objects.get(pk=workspace.pk).name == name


def heard_after(workspace: Workspace, name: str, **more: object) -> float:
    """How many seconds it took until the worker had done what it was told of."""
    tell(workspace, name=name, **more)
    return wait_until(partial(is_named, workspace, name), seconds=PATIENCE)


def test_a_real_worker_delivers_within_two_seconds_of_the_commit_and_retries(
    worker: subprocess.Popen[bytes],
) -> None:
    workspace = make_workspace()
    assert heard_after(workspace, "heard") < 2
    # A failed delivery is retried after two seconds, by a wake-up of its own.
    assert heard_after(workspace, "heard again", fails=True) < 8
    assert set(EventDelivery.objects.values_list("attempts", flat=True)) == {1, 2}
