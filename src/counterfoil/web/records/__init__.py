"""Lists and pages of records, generic over the catalogue."""

from __future__ import annotations
