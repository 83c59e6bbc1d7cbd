"""What processes use is read where the system says it, names with brackets included."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks import usage
from benchmarks.usage import Reading

STAT = "4711 (a) b (c)) S 815 4711 4711 0 -1 0 0 0 0 0 25 5 300 70 20 0 1 0 9 0 0"
SPINNING = """
import time
while time.process_time() < 0.3:
    pass
print("done", flush=True)
input()
"""


def test_a_name_with_brackets_and_blanks_moves_no_number() -> None:
    fields = usage.parsed(STAT)

    assert fields[usage.PARENT] == 815
    assert [fields[usage.USER], fields[usage.SYSTEM]] == [25, 5]
    assert [fields[usage.ENDED_USER], fields[usage.ENDED_SYSTEM]] == [300, 70]


def test_what_a_child_uses_is_counted_while_it_lives_and_after_it_has_ended() -> None:
    own = {"own": os.getpid()}
    before = usage.read(own)
    with subprocess.Popen(
        [sys.executable, "-c", SPINNING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "done\n"
        assert usage.parent(child.pid) == os.getpid()
        living = usage.read(own).since(before).seconds["own"]
        child.communicate("\n")
    ended = usage.read(own).since(before).seconds["own"]

    assert living > 0.25
    assert ended >= living


def test_what_others_used_is_what_is_left_and_never_less_than_nothing() -> None:
    assert Reading({"worker": 2.0, "postgresql": 1.5}, machine=5.0).by_others == 1.5
    assert Reading({"worker": 2.0}, machine=1.98).by_others == 0.0


def test_the_most_that_this_process_held_is_at_least_what_it_was_given() -> None:
    held = bytearray(64 * 1024 * 1024)
    held[::4096] = b"x" * len(held[::4096])

    assert usage.peak_memory(os.getpid()) > len(held)
