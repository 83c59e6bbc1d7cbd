"""What tests lean on that is not data: a worker to run, servers to talk to."""

from __future__ import annotations
