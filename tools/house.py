"""Check the rules of the house that no other tool knows."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE, LONGEST_FUNCTION = 400, 40
# What is one thing all the same: a table of arguments, a page drawn in one go.
LONG_FUNCTIONS = {
    ("src/counterfoil/web/invoicing/existing.py", "choose"),
    ("src/qbo_simulator/cli.py", "_serve"),
    ("src/qbo_simulator/cli_companies.py", "add_commands"),
}
DRAWERS = {"utils.py", "helpers.py", "common.py", "services.py"}


def files() -> Iterator[Path]:
    # Tests may be long: a list of sentences is read one by one.
    for folder in ("src", "benchmarks", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Yield each function with its lines, its signature and docstring left out."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[0]
        if ast.get_docstring(node) is not None and len(node.body) > 1:
            first = node.body[1]
        yield node.name, (node.end_lineno or 0) - first.lineno + 1


def long_functions() -> Iterator[str]:
    """Yield a sentence for each function that should be parted, or need not any more."""
    long = {
        (str(path.relative_to(ROOT)), name): length
        for path in files()
        for name, length in functions(path.read_text(encoding="utf-8"))
        if length > LONGEST_FUNCTION
    }
    for (path, name), length in long.items():
        if (path, name) not in LONG_FUNCTIONS:
            yield f"{path}: {name} has {length} lines: part it, {LONGEST_FUNCTION} are allowed."
    for path, name in sorted(LONG_FUNCTIONS - long.keys()):
        yield f"{path}: {name} is not too long any more: take it off the list."


def faults() -> Iterator[str]:
    """Yield a sentence for each rule that is broken."""
    for path in files():
        name = path.relative_to(ROOT)
        length = len(path.read_text(encoding="utf-8").splitlines())
        if length > LONGEST_FILE:
            yield f"{name} has {length} lines: part it, {LONGEST_FILE} are allowed."
        if path.name in DRAWERS:
            yield f"{name} is a drawer: name the module for what it does."
    yield from long_functions()
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
