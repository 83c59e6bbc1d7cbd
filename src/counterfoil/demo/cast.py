"""Who signs in to the demo. It listens on this machine only, so the words are known."""

from __future__ import annotations

LOGIN = "ada@example.test"
PASSWORD = "counterfoil-demo"  # noqa: S105  printed by the demo, valid nowhere else
