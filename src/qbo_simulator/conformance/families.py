"""The files that declare checks, a file per family of behaviours."""

from __future__ import annotations

from importlib import import_module

FAMILIES = (
    "envelope",
    "names",
    "queries",
    "sales",
    "payments",
    "purchases",
    "banking",
    "taxes",
    "files_and_reports",
)


def load() -> None:
    """Import every family, which declares its checks."""
    for name in FAMILIES:
        import_module(f"qbo_simulator.conformance.{name}")
