"""Operators find each setting on one page, and nothing there that is no setting."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
READ = re.compile(
    r"env\.(?:text|required|number|whole|flag|items|address|local_secret)"
    r"\(\s*(?:HOME,\s*)?\"([A-Z_]+)\""
)
TOLD = re.compile(r"`((?:COUNTERFOIL|DATABASE|…)_[A-Z_]+)`")


def test_each_setting_stands_in_the_reference_and_nothing_else() -> None:
    rooms = (ROOT / "src/counterfoil").rglob("*.py")
    read = {name for path in rooms for name in READ.findall(path.read_text("utf-8"))}
    assert {"DATABASE_URL", "COUNTERFOIL_HOME", "COUNTERFOIL_SECRET_KEY"} <= read

    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    told = {name.replace("…", "COUNTERFOIL_QUICKBOOKS") for name in TOLD.findall(page)}

    assert told == read
