"""The companies a simulator may have: their country, their people, their business."""

from __future__ import annotations
