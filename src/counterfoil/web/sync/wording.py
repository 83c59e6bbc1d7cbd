"""The choices of sync in words: what each means, in a sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.sync.engine.fields import Direction

DIRECTIONS: dict[Direction, Any] = {
    Direction.BOTH: _("Both ways"),
    Direction.IN: _("From QuickBooks only"),
    Direction.OUT: _("To QuickBooks only"),
}
