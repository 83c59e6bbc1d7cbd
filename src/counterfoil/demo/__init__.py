"""The demo: starts the simulator beside the product and seeds a believable business."""

from __future__ import annotations
