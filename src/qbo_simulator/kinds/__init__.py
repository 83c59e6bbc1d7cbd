"""The kinds of entity a company's books hold, one small file per family."""

from __future__ import annotations
