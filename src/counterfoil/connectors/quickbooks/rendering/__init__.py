"""Neutral documents to the exact bytes of a request. Pure: makes no call, reads no row."""

from __future__ import annotations
