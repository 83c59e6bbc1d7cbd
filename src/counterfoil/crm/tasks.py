"""Background work of this room: quotes expire when a day begins."""

from __future__ import annotations

from counterfoil.crm import quotes
from counterfoil.events.wake import Drain, drains

drains.add(Drain("quotes", quotes.follow_dates))
