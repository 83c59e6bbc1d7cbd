"""Background work of this room: overdue invoices, and figures made of documents."""

from __future__ import annotations

from counterfoil.events.wake import Drain, drains
from counterfoil.invoicing import rollups, staging

drains.add(Drain("overdue", staging.make_overdue))
drains.add(Drain(rollups.DRAIN, rollups.run))
