"""The demo as its first user meets it: started, looked at, stopped, started again."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.demo import PATIENCE, READY, Demo

from counterfoil.config import embedded
from counterfoil.demo.cast import LOGIN, PASSWORD


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
        assert process.wait(PATIENCE) == 1

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
