"""Named points at which tests may kill, stop or stall this process.

Nothing happens unless ``COUNTERFOIL_FAULTPOINTS`` is set, for example
``before_send=kill`` or ``after_send_before_settle=raise,before_send=stall:5``.
"""

from __future__ import annotations

import os
import signal
import time

VARIABLE = "COUNTERFOIL_FAULTPOINTS"
POINTS = (
    "after_claim",
    "after_render",
    "before_send",
    "after_send_before_settle",
    "inside_settle",
    "after_settle",
    "after_lookup_before_settle",
)


class Killed(BaseException):
    """Stands for ``kill -9``: nothing that handles errors handles it."""


def hit(point: str) -> None:
    """Do what the environment asks for at this point."""
    plan = os.environ.get(VARIABLE)
    if not plan:
        return
    for order in plan.split(","):
        name, _, deed = order.partition("=")
        if name.strip() == point:
            _do(deed.strip(), point)


def _do(deed: str, point: str) -> None:
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif deed == "raise":
        raise Killed(point)
    elif deed.startswith("stall:"):
        time.sleep(float(deed.removeprefix("stall:")))
    else:
        raise ValueError(f"{VARIABLE} asks for {deed!r} at {point}; see faultpoints")
