"""The books of a company: what is entered, what it posts, what it shows."""

from __future__ import annotations
