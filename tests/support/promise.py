"""What the product promises of its pages, measured where other work goes on beside it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator

from support.browser import PATIENCE

SECONDS = 5.0
"""From an act in the books until an open page shows it."""


@dataclass
class Promise:
    """Waits for what a page shows by itself, and knows how long each act took.

    Each is waited for with patience, so that a broken promise tells by how much.
    """

    took: list[float] = field(default_factory=list)

    def sees(self, *locators: Locator) -> None:
        """What one act brings to the page: all of it is there, and was there so soon."""
        began = time.monotonic()
        for each in locators:
            each.first.wait_for(timeout=PATIENCE)
        self.took.append(time.monotonic() - began)

    def is_kept(self) -> bool:
        return max(self.took) <= SECONDS
