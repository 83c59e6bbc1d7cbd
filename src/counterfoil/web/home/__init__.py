"""The first page of a workspace, search and what needs attention."""

from __future__ import annotations
