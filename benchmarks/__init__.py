"""Measurements and trials by fire, on real processes: ``make bench``, ``make chaos``."""

from __future__ import annotations
