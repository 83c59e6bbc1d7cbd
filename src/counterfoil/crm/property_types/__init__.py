"""The kinds of values that a property may have: one class per module.

A new kind is a new module here; nothing else changes. ``base`` holds the contract, which
``tests/contract`` checks for every kind.
"""

from __future__ import annotations
