"""The demo as its first user meets it: started, looked at, stopped, started again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from counterfoil.config import embedded
from counterfoil.demo.cast import LOGIN, PASSWORD

COMMAND = Path(sys.executable).with_name("counterfoil")
READY = "Counterfoil is ready"
PATIENCE = 90


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


class Demo:
    """One state folder with its ports, and the runs of the demo in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port, self.simulator_port = free_ports()
        self.output = home.with_suffix(".out")

    def start(self, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        clean = {name: os.environ[name] for name in ("PATH", "HOME")}
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
            process.wait(60)

    def refused(self, **environment: str) -> str:
        process = self.start(**environment)
        assert process.wait(60) in (1, 2), self.told()
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


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    home = tmp_path / "state"
    yield Demo(home)
    embedded.destroy(home)


def test_the_demo_starts_keeps_its_data_and_leaves_nothing_running(demo: Demo) -> None:
    with demo.running() as process:
        block = demo.told()
        page = httpx.get(
            f"http://127.0.0.1:{demo.port}/", follow_redirects=True, trust_env=False
        )
        simulator = httpx.get(
            f"http://127.0.0.1:{demo.simulator_port}/",
            follow_redirects=True,
            trust_env=False,
        )
        people = demo.query("SELECT count(*) FROM workspaces_user")
        demo.query("UPDATE workspaces_user SET name = 'Changed' RETURNING 1")
        second = Demo(demo.home)
        assert "The demo is running already" in second.refused()
    assert process.returncode == 0
    assert "Stopped. The data is kept" in demo.told()
    for part in (str(demo.port), str(demo.simulator_port), LOGIN, PASSWORD):
        assert part in block
    assert block.count(READY) == 1
    assert page.status_code == simulator.status_code == 200
    assert "csrf" in page.text, "the first page is the one to sign in"
    assert people
    assert demo.left_running() == []

    with demo.running():
        assert demo.query("SELECT count(*) FROM workspaces_user") == people
        assert demo.query("SELECT min(name) FROM workspaces_user") == "Changed"
        assert str(demo.home) in str(demo.left_running())

    with demo.running("--reset"):
        assert demo.query("SELECT count(*) FROM workspaces_user") == people
        assert demo.query("SELECT min(name) FROM workspaces_user") != "Changed"
    assert demo.left_running() == []


def test_a_dying_process_stops_everything_and_a_killed_demo_is_cleared_away(
    demo: Demo,
) -> None:
    with demo.running() as killed:
        killed.kill()
        killed.wait()
        assert demo.left_running()

    with demo.running() as process:
        worker = [
            int(entry.name)
            for entry in Path("/proc").glob("[0-9]*")
            if (entry / "stat").exists() and is_child(entry, process.pid, b"\0worker\0")
        ]
        os.kill(worker[0], signal.SIGKILL)
        assert process.wait(60) == 1

    assert re.search(r"The worker has ended \(signal 9\).*worker\.log", demo.told())
    assert "Traceback" not in demo.told()
    assert demo.left_running() == []


def is_child(entry: Path, parent: int, word: bytes) -> bool:
    try:
        above = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        return int(above) == parent and word in (entry / "cmdline").read_bytes()
    except OSError:
        return False


def test_what_stands_in_the_way_is_told_in_one_sentence(
    demo: Demo, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        sentence = demo.refused()
    assert f"Error: Port {demo.port} on 127.0.0.1 cannot be used" in sentence
    assert "PORT" in sentence
    assert len(sentence.splitlines()) == 1

    same = demo.refused(SIMULATOR_PORT=str(demo.port))
    assert "they must differ" in same

    (tmp_path / "file").write_text("")
    refused = demo.refused(COUNTERFOIL_HOME=str(tmp_path / "file" / "state"))
    assert "COUNTERFOIL_HOME" in refused
    assert "Traceback" not in refused
