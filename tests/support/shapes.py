"""Served objects held against the shapes of recorded ones.

`tests/fixtures/quickbooks/shapes.json` says which fields QuickBooks Online's answers
have, of which JSON types, and in how many of the objects that were seen. A field that
all of them have is one that clients rely on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "fixtures" / "quickbooks" / "shapes.json"
FORMATS = (
    ("bool", re.compile(r"true|false")),
    ("digits", re.compile(r"\d+")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("datetime", re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)")),
)
NESTED_ROWS = re.compile(r"Rows\.Row\[\](\.Rows\.Row\[\])+")
LOOSE = frozenset({"string", "string:digits"})
"""Strings that happen to be digits in all samples may be any string."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a recorded shape: its types, and how many objects had it."""

    types: frozenset[str]
    seen: int
    of: int
    values: frozenset[str]


@cache
def _shapes() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def entity_names() -> list[str]:
    """The entities of which there are shapes."""
    return [*_shapes()["entities"]]


def report_names() -> list[str]:
    """The reports of which there are shapes."""
    return [*_shapes()["reports"]]


def entity_shape(entity: str) -> dict[str, Field]:
    """The fields of an entity; counted among recorded objects if there are any.

    What has a status has been deleted and nothing more: it counts for nothing.
    """
    shape = _shapes()["entities"][entity]
    counted = "recorded" if shape["of_which_recorded"] else "present"
    stubs = _counts(shape["fields"].get("status", {}), counted)[0]
    found = {}
    for path, field in shape["fields"].items():
        seen, of = _counts(field, counted)
        if path != "status":
            of -= stubs
            seen = min(seen, of)
        types, values = frozenset(field["types"]), frozenset(field.get("values", ()))
        found[path] = Field(types, 0 if path == "status" else seen, of, values)
    return found


def _counts(field: Mapping[str, Any], counted: str) -> tuple[int, int]:
    seen, of = str(field.get(counted, field.get("present", "0/0"))).split("/")
    return int(seen), int(of)


def paths(value: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every field of an object with its path, type and value, as shapes write them."""
    if path:
        yield path, type_of(value), value
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from paths(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{path}[]")


def type_of(value: Any) -> str:
    """The JSON type of a value; strings of a format are told apart."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        fits = (name for name, pattern in FORMATS if pattern.fullmatch(value))
        found = next(fits, None)
        return f"string:{found}" if found else "string"
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "object"
    return "array" if isinstance(value, list) else "number"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something of a served object that is not as recorded.

    `how` is "more" (served, in no sample), "less" (in all samples, not served),
    "type", or "value" (a word that is in none of the samples' enumerations).
    """

    path: str
    how: str
    text: str
    word: str = ""


def compared(served: Any, shape: Mapping[str, Field]) -> list[Difference]:
    """What of a served object is not as recorded."""
    found: dict[str, set[str]] = {}
    values: dict[str, set[str]] = {}
    said = []
    for path, kind, value in paths(served):
        found.setdefault(path, set()).add(kind)
        if path in shape and shape[path].values:
            values.setdefault(path, set()).add(str(value))
    for path, kinds in found.items():
        if path not in shape:
            text = f"{path} is served, never recorded"
            said.append(Difference(path, "more", text))
        elif not all(_fits(kind, shape[path].types) for kind in kinds):
            recorded = "/".join(sorted(shape[path].types))
            text = f"{path} is {'/'.join(sorted(kinds))}, not {recorded}"
            said.append(Difference(path, "type", text))
    for path, words in values.items():
        said += [
            Difference(path, "value", f"{path} is {word}", word)
            for word in sorted(words - shape[path].values)
        ]
    said += [
        Difference(path, "less", f"{path} is always recorded, not served")
        for path in always(shape, found)
        if path not in found
    ]
    return said


def differences(
    served: Any, shape: Mapping[str, Field], *, besides: Iterable[str] = ()
) -> list[str]:
    """What of a served object is not as recorded, each as a sentence.

    `besides` are the paths that may differ; each covers all below it. Words beyond
    those of the samples' enumerations are passed over.
    """
    allowed = tuple(besides)
    return [
        each.text
        for each in compared(served, shape)
        if each.how != "value" and not covers(allowed, each.path)
    ]


def _fits(kind: str, types: frozenset[str]) -> bool:
    if kind in types or (kind.startswith("string") and "string" in types):
        return True
    return kind in LOOSE and bool(types & LOOSE)


def always(shape: Mapping[str, Field], served: Iterable[str]) -> list[str]:
    """The fields that every recorded object has that has what they are part of."""
    known = set(served)
    found = []
    for path, field in shape.items():
        above = (
            path.removesuffix("[]").rpartition(".")[0] if path[-1] != "]" else path[:-2]
        )
        whole = shape[above].seen if above in shape else field.of
        if field.seen and field.seen == whole and (not above or above in known):
            found.append(path)
    return found


def covers(allowed: Iterable[str], path: str) -> bool:
    """Whether one of these paths is this one, or one above it."""
    return any(
        path == each or path.startswith((f"{each}.", f"{each}[")) for each in allowed
    )


def report_shape(report: str) -> frozenset[str]:
    """The paths of a recorded report."""
    return frozenset(_shapes()["reports"][report])


def report_paths(served: Any) -> frozenset[str]:
    """The paths of a served report."""
    return frozenset(path for path, _, _ in paths(served))


def flat(path: str) -> str:
    """A path with rows within rows written once: how deep they nest follows the books."""
    return NESTED_ROWS.sub("Rows.Row[]", path)


def rows_grammar() -> frozenset[str]:
    """What a row of any recorded report may have."""
    return frozenset(
        flat(path)
        for report in report_names()
        for path in report_shape(report)
        if path.startswith("Rows")
    )


def report_differences(
    served: Any, report: str, *, besides: Iterable[str] = ()
) -> list[str]:
    """What of a served report is not as recorded, each as a sentence.

    Head and columns are those of the report itself; a row may have what rows of any
    report have, and has, at some depth, all that rows of this report had.
    """
    allowed = tuple(besides)
    recorded, found = report_shape(report), report_paths(served)
    rows = rows_grammar()
    said = []
    for path in sorted(found):
        known = flat(path) in rows if path.startswith("Rows") else path in recorded
        if not known:
            said.append((path, f"{path} is served, never recorded"))
    shallow = {flat(path) for path in found}
    said += [
        (path, f"{path} is recorded, not served")
        for path in sorted(recorded)
        if path not in found and flat(path) not in shallow
    ]
    return [text for path, text in said if not covers(allowed, path)]
