"""Leaves: money, errors named by recovery, registries, rows in bulk, HTTP out, secrets.

Knows no other room and no business noun. At most eight files, each a noun.
"""

from __future__ import annotations
