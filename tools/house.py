"""Check the rules of the house that no other tool knows."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
DRAWERS = {"utils.py", "helpers.py", "common.py", "services.py"}


def files() -> Iterator[Path]:
    # Tests may be long: a list of sentences is read one by one.
    for folder in ("src", "benchmarks", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def faults() -> Iterator[str]:
    """Yield a sentence for each rule that is broken."""
    for path in files():
        name = path.relative_to(ROOT)
        length = len(path.read_text(encoding="utf-8").splitlines())
        if length > LONGEST_FILE:
            yield f"{name} has {length} lines: part it, {LONGEST_FILE} are allowed."
        if path.name in DRAWERS:
            yield f"{name} is a drawer: name the module for what it does."
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    version = project["project"]["version"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if "## [Unreleased]" not in changes and f"## [{version}]" not in changes:
        yield f"CHANGELOG.md has neither [Unreleased] nor [{version}]."
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        if re.search(r"https?://|file:|-index-url", path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(ROOT)} holds an address of a registry."


if __name__ == "__main__":
    found = list(faults())
    sys.exit("\n".join(found) if found else 0)
