"""Logging in and out, and the reader's own preferences."""

from __future__ import annotations
