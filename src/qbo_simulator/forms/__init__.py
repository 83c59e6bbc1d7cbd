"""What transactions are made of: lines, numbers, links, and what settles them."""

from __future__ import annotations
