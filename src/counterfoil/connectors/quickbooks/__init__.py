"""QuickBooks Online: everything that knows Intuit's wire protocol, and nothing else does."""

from __future__ import annotations
