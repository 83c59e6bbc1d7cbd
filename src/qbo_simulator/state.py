"""What every part of a running simulator shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.api.metering import RequestLog
from qbo_simulator.clock import Clock
from qbo_simulator.company import Company
from qbo_simulator.injection import Plan
from qbo_simulator.switches import Switches

if TYPE_CHECKING:
    from qbo_simulator.storage.store import Store


class State:
    """What every part of the simulator shares."""

    def __init__(self, store: Store, switches: Switches | None = None) -> None:
        self.store = store
        self.clock = Clock(store)
        self.switches = switches or Switches()
        self.faults = Plan()
        self.requests = RequestLog()
        self._companies: dict[str, Company] = {}

    def company(self, realm: str) -> Company:
        """The books of one company; KeyError if there is none of that id."""
        if realm not in self._companies:
            if realm not in self.store.realms():
                raise KeyError(realm)
            self._companies[realm] = Company(self.store, realm, self.switches)
        return self._companies[realm]

    def forget_companies(self) -> None:
        """Look them up anew: a reset has taken those away that were added."""
        self._companies.clear()
