"""Ports for programs that a test starts a while after it has chosen one for them."""

from __future__ import annotations

import os
import random
import socket

# Below those from which systems take one for every connection that goes out, and others
# for each worker of pytest: what is free now is free when the program listens.
FIRST, COUNT = 20_000, 1_500


def free_port() -> int:
    """One of 127.0.0.1 that nobody uses, and nobody is given by chance."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    first = FIRST + COUNT * (int(worker) % 6)
    ports = random.sample(range(first, first + COUNT), COUNT)
    return next(port for port in ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
