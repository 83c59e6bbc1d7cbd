"""What processes use of the machine: seconds of its processors, and memory at most."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat after the name, counted from its state.
PARENT, USER, SYSTEM, ENDED_USER, ENDED_SYSTEM = 1, 11, 12, 13, 14
# Fields of the first line of /proc/stat that are no work: idle and waiting.
IDLE = slice(3, 5)


@dataclass(frozen=True)
class Reading:
    """Processor seconds so far, by who used them; ``machine`` is all of it."""

    seconds: Mapping[str, float]
    machine: float

    def since(self, before: Reading) -> Reading:
        """What has been used meanwhile."""
        used = {
            name: seconds - before.seconds[name]
            for name, seconds in self.seconds.items()
        }
        return Reading(used, self.machine - before.machine)

    @property
    def by_others(self) -> float:
        """What was used by none of those that are named."""
        return max(self.machine - sum(self.seconds.values()), 0.0)


def read(pids: Mapping[str, int]) -> Reading:
    """The seconds of processes with their children, those that have ended included."""
    stats = _stats()
    return Reading(
        {name: _family(pid, stats) / TICKS for name, pid in pids.items()}, machine()
    )


def machine() -> float:
    """Seconds that all processors together have worked."""
    line = Path("/proc/stat").read_text().partition("\n")[0]
    values = [int(each) for each in line.split()[1:9]]
    return (sum(values) - sum(values[IDLE])) / TICKS


def peak_memory(pid: int) -> int:
    """The most bytes that a process has held in memory at once."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _colon, rest = line.partition(":")
        if name == "VmHWM":
            return int(rest.split()[0]) * 1024
    raise RuntimeError(f"process {pid} does not say what it holds")


def _stats() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            text = (folder / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[int(folder.name)] = parsed(text)
    return found


def parsed(text: str) -> list[int]:
    """The numbers after the name, which may hold blanks and brackets; 0 for the state."""
    fields = text.rpartition(")")[2].split()
    return [0, *(int(each) for each in fields[1:])]


def _family(pid: int, stats: Mapping[int, list[int]]) -> int:
    own = stats[pid]
    used = own[USER] + own[SYSTEM] + own[ENDED_USER] + own[ENDED_SYSTEM]
    children = [each for each, fields in stats.items() if fields[PARENT] == pid]
    return used + sum(_family(each, stats) for each in children)


def parent(pid: int) -> int:
    """Whose child a process is."""
    return parsed(Path(f"/proc/{pid}/stat").read_text())[PARENT]
