"""Checks of single behaviours, run alike against the simulator and a real sandbox."""

from __future__ import annotations
