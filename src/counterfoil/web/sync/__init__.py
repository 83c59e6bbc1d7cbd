"""Pages of sync: what is synced and how, its runs, and what needs a person."""

from __future__ import annotations
