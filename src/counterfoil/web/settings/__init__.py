"""Settings of a workspace: itself, its people and its integrations."""

from __future__ import annotations
