"""The outside world of a trial: a simulator in a process of its own, workers to kill.

Nothing here needs Django, so that the environment can be set before it is loaded.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_SECONDS = 60.0
UNLIMITED = ("CALLS_PER_SECOND", "CALLS_PER_MINUTE", "CALLS_AT_ONCE")


class Simulator:
    """A served simulator, spoken to over HTTP only."""

    def __init__(self, address: str, pid: int) -> None:
        self.address = address
        self.pid = pid

    def call(self, method: str, path: str, body: object = None, token: str = "") -> Any:
        """Ask the simulator something."""
        request = urllib.request.Request(  # noqa: S310  this machine
            f"{self.address}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json", "accept": "application/json"},
        )
        if token:
            request.add_header("authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    def credentials(self, company: int) -> dict[str, str]:
        """Addresses, keys and fresh tokens of a company, counted from 1."""
        issued = self.call("POST", "/_sim/credentials", {"company": company})
        return {name: str(value) for name, value in issued.items()}

    def query(self, keys: Mapping[str, str], statement: str) -> dict[str, Any]:
        """Ask a company in Intuit's query language."""
        asked = urllib.parse.quote(statement)
        path = f"/v3/company/{keys['realm_id']}/query?query={asked}"
        answer = self.call("GET", path, token=keys["access_token"])
        return dict(answer["QueryResponse"])

    def environment(self) -> dict[str, str]:
        """Variables that point Counterfoil at this simulator, unthrottled."""
        keys = self.credentials(1)
        prefix = "COUNTERFOIL_QUICKBOOKS_"
        return {
            f"{prefix}CLIENT_ID": keys["client_id"],
            f"{prefix}CLIENT_SECRET": keys["client_secret"],
            f"{prefix}DISCOVERY_URL": keys["discovery_url"],
            f"{prefix}API_URL": keys["base_url"],
            f"{prefix}APP_URL": self.address,
            f"{prefix}ENVIRONMENT": "sandbox",
            f"{prefix}WEBHOOK_TOKEN": keys["webhook_verifier_token"],
            **{f"{prefix}{name}": "0" for name in UNLIMITED},
        }


@contextmanager
def simulator(folder: Path, *seeded: str) -> Iterator[Simulator]:
    """Serve a seeded simulator on a free port until the block ends.

    ``seeded`` are more arguments of its command: ``--empty``, ``--scale``.
    """
    command = [sys.executable, "-m", "qbo_simulator.cli", "serve", "--port", "0"]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "simulator.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603
            [*command, "--data", str(folder), *seeded],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            served = Simulator(_address(process), process.pid)
            _wait_for(served)
            yield served
        finally:
            process.terminate()
            process.wait(30)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        _, found, address = line.partition("simulator: ")
        if found:
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return address.strip()
    raise RuntimeError("the simulator did not start; see its log")


def _wait_for(served: Simulator) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            served.call("GET", "/_sim/clock")
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


class Workers:
    """Worker processes that are killed and replaced, again and again.

    They are forked from a process that has loaded everything already (see ``nursery``),
    since loading takes longer than they are allowed to live.
    """

    def __init__(self, count: int, environment: Mapping[str, str], log: Path) -> None:
        self.kills = 0
        self._count = count
        self._pids: list[int] = []
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._nursery = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "benchmarks.nursery", str(log)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environment),
            text=True,
        )

    def start(self) -> None:
        """Bring all of them to life."""
        self._pids = [self._spawn() for _ in range(self._count)]

    @property
    def pid(self) -> int:
        """The first of them."""
        return self._pids[0]

    def kill_at_random(self, shortest: float, longest: float) -> threading.Thread:
        """Kill one of them with SIGKILL every so many seconds, until ``close``."""

        def loop() -> None:
            while not self._stop.wait(random.uniform(shortest, longest)):  # noqa: S311
                self.kill_one()

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        return thread

    def kill_one(self) -> None:
        """Kill one that lives, and put another in its place."""
        with self._lock:
            if self._stop.is_set():
                return
            index = random.randrange(self._count)  # noqa: S311
            if _end(self._pids[index]):
                self.kills += 1
            self._pids[index] = self._spawn()

    def close(self) -> None:
        """End them all."""
        self._stop.set()
        with self._lock:
            for pid in self._pids:
                _end(pid)
        with self._nursery:  # which closes its pipes, too
            self._nursery.terminate()

    def _spawn(self) -> int:
        stdin, stdout = self._nursery.stdin, self._nursery.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("worker\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError("the workers cannot be started; see their log")
        return int(line)


def _end(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def say(text: str) -> None:
    """Tell a person what is going on; the figures alone go to the standard output."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
