"""The demo's processes: started together, watched, and stopped together.

Each runs in a session of its own, so that Ctrl-C in the terminal reaches only the
parent, which stops them in the right order.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from counterfoil.core.errors import CounterfoilError

READY_SECONDS = 120.0
STOP_SECONDS = 35.0
LEFTOVER_SECONDS = 8.0
KILL_SECONDS = 2.0
TAIL_LINES = 12


class Collapsed(CounterfoilError):
    """A process of the demo ended or did not start; the text holds its last lines."""


@dataclass(frozen=True, slots=True)
class Process:
    """How to start one process and how to see that it is ready."""

    name: str
    command: Sequence[str | Path]
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)


class Household:
    """Processes that live and die together, with logs in ``home/log``."""

    def __init__(self, home: Path) -> None:
        self._logs = home / "log"
        self._note = home / "demo-processes.json"
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._told_to_stop = False

    def listen(self) -> None:
        """Take SIGTERM, SIGHUP and Ctrl-C as the wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_stop = True

    @property
    def told_to_stop(self) -> bool:
        return self._told_to_stop

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def start(self, process: Process) -> bool:
        """Start and wait until ready; ``False`` when told to stop meanwhile."""
        self._logs.mkdir(mode=0o700, exist_ok=True)
        with self.log(process.name).open("wb") as log:
            self._running[process.name] = subprocess.Popen(  # noqa: S603  our own
                [str(part) for part in process.command],
                env={**os.environ, **process.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._write_note()
        deadline = time.monotonic() + READY_SECONDS
        while not self._told_to_stop:
            self._require_alive()
            if process.is_ready():
                return True
            if time.monotonic() > deadline:
                raise Collapsed(
                    f"The {process.name} did not become ready in "
                    f"{READY_SECONDS:.0f} seconds.{self._tail(process.name)}"
                )
            time.sleep(0.1)
        return False

    def watch(self) -> None:
        """Return when told to stop; raise :class:`Collapsed` when a process ends."""
        while not self._told_to_stop:
            self._require_alive()
            time.sleep(0.25)

    def stop(self) -> None:
        """Stop the last started first; what does not end in time is killed."""
        for running in reversed(self._running.values()):
            _signal_group(running.pid, signal.SIGTERM, alone=True)
            with suppress(subprocess.TimeoutExpired):
                running.wait(STOP_SECONDS)
            # Whatever is left of its group: a server's workers, for instance.
            _signal_group(running.pid, signal.SIGKILL)
            running.wait()
            _remaining([running.pid], KILL_SECONDS)
        self._running.clear()
        self._note.unlink(missing_ok=True)

    def stop_leftovers(self) -> None:
        """Stop what a killed run left behind, by the note that it kept."""
        with suppress(OSError, ValueError):
            noted = json.loads(self._note.read_text())
            left = [
                int(n) for n, born in noted.items() if born and _born(int(n)) == born
            ]
            for wanted, patience in (
                (signal.SIGTERM, LEFTOVER_SECONDS),
                (signal.SIGKILL, LEFTOVER_SECONDS),
            ):
                for number in left:
                    _signal_group(number, wanted)
                left = _remaining(left, patience)
        self._note.unlink(missing_ok=True)

    def _write_note(self) -> None:
        numbers = [running.pid for running in self._running.values()]
        self._note.write_text(json.dumps({n: _born(n) for n in numbers}))

    def _require_alive(self) -> None:
        for name, running in self._running.items():
            if running.poll() is not None:
                raise Collapsed(
                    f"The {name} has ended ({_ending(running.returncode)}), so "
                    f"everything is stopped.{self._tail(name)}\nData that another "
                    "version made is the usual reason after an update: `make "
                    "demo-reset` deletes it and starts afresh."
                )

    def _tail(self, name: str) -> str:
        path = self.log(name)
        lines = path.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        last = "".join(f"\n  {line[:300]}" for line in lines)
        return f" Its log is {path}" + (f" and ends with:{last}" if last else ".")


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _signal_group(number: int, wanted: signal.Signals, *, alone: bool = False) -> None:
    """Signal a process, or the whole group that it leads."""
    with suppress(ProcessLookupError, PermissionError):
        if alone:
            os.kill(number, wanted)
        else:
            os.killpg(number, wanted)


def _remaining(leaders: list[int], patience: float) -> list[int]:
    """Wait until the groups of ``leaders`` are gone; return those that are not."""
    deadline = time.monotonic() + patience
    while left := [number for number in leaders if _has_group(number)]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return left


def _has_group(number: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(number, 0)
        return True
    return False


def _born(number: int) -> str:
    """When a process started, in the kernel's own ticks; empty where unknown.

    Together with the number it names one process for good: numbers are used again.
    """
    with suppress(OSError):
        stat = Path(f"/proc/{number}/stat").read_text()
        return stat.rpartition(")")[2].split()[19]
    return ""
