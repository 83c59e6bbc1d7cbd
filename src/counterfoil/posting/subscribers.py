"""What posting hears of: companies that are connected again."""

from __future__ import annotations

from datetime import datetime

from counterfoil.events.dispatch import subscribe
from counterfoil.events.models import Event
from counterfoil.events.wake import wake
from counterfoil.posting.outcomes import DRAIN


@subscribe(
    "posting.reconnected", kinds=("connection_connected", "connection_reconnected")
)
def company_connected(event: Event, now: datetime) -> None:
    """What waited for the company goes on at once."""
    wake(DRAIN)
