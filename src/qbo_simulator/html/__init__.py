"""Pages rendered and forms read, for the bookkeeper and for consent."""

from __future__ import annotations
