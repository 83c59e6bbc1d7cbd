"""Brings the nouns of this room into the catalogue, in the order of the navigation."""

from __future__ import annotations

from counterfoil.crm.nouns import people, sales  # isort: skip
from counterfoil.crm.nouns import books, documents  # isort: skip

__all__ = ["books", "documents", "people", "sales"]
