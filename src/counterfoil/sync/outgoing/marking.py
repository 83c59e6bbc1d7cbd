"""The same as ``sync.marking``, which the incoming side uses, too."""

from __future__ import annotations

from counterfoil.sync.marking import mark

__all__ = ["mark"]
