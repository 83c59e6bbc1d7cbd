"""The demo as a process: one state folder with its ports, started and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from counterfoil.config import embedded
from support.ports import free_port

COMMAND = Path(sys.executable).with_name("counterfoil")
READY = "Counterfoil is ready"
PATIENCE = 240
# What else the environment holds is no business of a demo.
KEPT = ("PATH", "HOME")


class Demo:
    """One state folder with its ports, and the runs of the demo in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = self.simulator_port = free_port()
        while self.simulator_port == self.port:
            self.simulator_port = free_port()
        self.output = home.with_suffix(".out")

    def start(self, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        clean = {name: os.environ[name] for name in KEPT if name in os.environ}
        ports = {"PORT": self.port, "SIMULATOR_PORT": self.simulator_port}
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [COMMAND, "demo", *words],
                env=clean
                | {"COUNTERFOIL_HOME": str(self.home)}
                | {name: str(port) for name, port in ports.items()}
                | environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def told(self) -> str:
        return self.output.read_text()

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        process = self.start(*words)
        deadline = time.monotonic() + PATIENCE
        while READY not in self.told():
            assert process.poll() is None, self.told()
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.2)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)

    def refused(self, **environment: str) -> str:
        process = self.start(**environment)
        assert process.wait(PATIENCE) in (1, 2), self.told()
        return self.told()

    def query(self, query: str) -> object:
        address = embedded.running_database_url(self.home)
        with psycopg.connect(address) as connection:
            row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return row[0]

    def left_running(self) -> list[str]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(self.home) in words or f":{self.port}" in words:
                found.append(words.replace("\0", " "))
        return found
