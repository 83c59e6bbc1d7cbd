"""How figures are printed: one JSON line each, beside what they are compared with."""

from __future__ import annotations

import json


def figure(name: str, value: float, unit: str, **more: object) -> None:
    """Print one line; ``baseline`` and ``baseline_value`` give a ``ratio``."""
    line: dict[str, object] = {"name": name, "value": round(value, 2), "unit": unit}
    base = more.get("baseline_value")
    if isinstance(base, float) and base:
        more = {
            **more,
            "baseline_value": round(base, 2),
            "ratio": round(value / base, 3),
        }
    print(json.dumps({**line, **more}), flush=True)
