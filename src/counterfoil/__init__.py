"""Counterfoil: a self-hosted revenue desk, wired to QuickBooks Online."""

from __future__ import annotations
