"""Companies made large, alike from run to run."""

from __future__ import annotations
