"""Background work of this room: invoices become overdue when a day begins."""

from __future__ import annotations

from counterfoil.events.wake import Drain, drains
from counterfoil.invoicing import staging

drains.add(Drain("overdue", staging.make_overdue))
