from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from counterfoil.demo.household import Collapsed, Household, Process

SLEEP = "import time; time.sleep(60)"
# Makes a grandchild and tells its number, then ignores the wish to stop politely.
PARENT = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def process(name: str, source: str, *, ready: bool = True) -> Process:
    return Process(
        name=name, command=[sys.executable, "-c", source], is_ready=lambda: ready
    )


def lives(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for_line(path: Path) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if text := path.read_text().strip():
            return text
        time.sleep(0.05)
    raise AssertionError(f"{path} stays empty")


def test_all_processes_end_with_the_household_and_so_do_their_children(
    tmp_path: Path,
) -> None:
    household = Household(tmp_path)
    household.start(process("parent", PARENT))
    household.start(process("other", SLEEP))
    grandchild = int(wait_for_line(household.log("parent")))
    assert lives(grandchild)

    household.stop()

    assert not lives(grandchild)
    assert not (tmp_path / "demo-processes.json").exists()


def test_a_process_that_ends_collapses_the_household_with_its_last_words(
    tmp_path: Path,
) -> None:
    household = Household(tmp_path)
    household.start(process("fine", SLEEP))

    with pytest.raises(
        Collapsed, match=r"(?s)The weak has ended \(exit code 3\).*ouch"
    ):
        household.start(
            process(
                "weak", "print('ouch', flush=True); raise SystemExit(3)", ready=False
            )
        )

    household.stop()


def test_a_death_after_the_start_is_noticed(tmp_path: Path) -> None:
    household = Household(tmp_path)
    started = tmp_path / "started"
    household.start(
        process(
            "brief",
            "import pathlib, time\n"
            f"while not pathlib.Path({str(started)!r}).exists(): time.sleep(0.05)",
        )
    )
    started.touch()

    with pytest.raises(Collapsed, match="The brief has ended"):
        household.watch()

    household.stop()


def test_the_next_household_stops_what_a_killed_one_left_behind(tmp_path: Path) -> None:
    source = (
        "import sys, pathlib, os; from counterfoil.demo.household import *\n"
        "h = Household(pathlib.Path(sys.argv[1]))\n"
        f"h.start(Process('left', [sys.executable, '-c', {SLEEP!r}], lambda: True))\n"
        "print(next(iter(h._running.values())).pid, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", source, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    left = int(killed.stdout)
    assert lives(left)

    Household(tmp_path).stop_leftovers()

    assert not lives(left)


def test_a_number_that_another_program_has_now_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)
    note = tmp_path / "demo-processes.json"
    note.write_text(f'{{"{stranger.pid}": "1"}}')

    Household(tmp_path).stop_leftovers()

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_secrets_of_the_household_are_not_in_what_others_may_read(
    tmp_path: Path,
) -> None:
    household = Household(tmp_path)
    household.start(process("any", SLEEP))
    household.stop()

    assert (tmp_path / "log").stat().st_mode & 0o077 == 0
