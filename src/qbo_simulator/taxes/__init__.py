"""Sales and purchase tax: arithmetic, codes, and which form bears which."""

from __future__ import annotations
