"""A QuickBooks Online company served over HTTP, for trying and testing integrations.

It shares no code with the application that talks to it.
"""

from __future__ import annotations
