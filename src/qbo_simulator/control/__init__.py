"""What tests ask of the simulator and tell it, under `/_sim/`."""

from __future__ import annotations
