"""The composition root: settings, addresses, processes and the PostgreSQL launcher.

Everything is wired together here and nothing is decided here. No room imports it.
"""

from __future__ import annotations
