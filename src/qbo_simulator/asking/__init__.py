"""The query language and the change feed, served from indexes."""

from __future__ import annotations
