"""The one file that holds every company."""

from __future__ import annotations
