"""Webhooks: what they say, and how they are delivered."""

from __future__ import annotations
