"""Names of what is made inactive: marked, so that another may bear them.

What is made active again has its name back, unless it is given another.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Draft
    from qbo_simulator.books.work import Work

MARK = re.compile(r" \(deleted(?: \d+)?\)$")


def retires(draft: Draft) -> bool:
    """Whether an update makes inactive what was active."""
    return (
        draft.old is not None
        and draft.old.get("Active", True)
        and not draft.new["Active"]
    )


def rename(work: Work, draft: Draft, part: str, among: tuple[str, ...]) -> None:
    """Mark the name in `part`, or take the mark away.

    `among` are the kinds of which only one may bear a name.
    """
    new, old = draft.new, draft.old or {}
    if retires(draft):
        whole = str(old.get("FullyQualifiedName", ""))
        path = f"{whole.rpartition(':')[0]}:" if ":" in whole else ""
        new[part] = _free_name(work, new[part], among, path)
    elif new["Active"] and not old.get("Active", True) and new[part] == old[part]:
        new[part] = MARK.sub("", new[part])


def _free_name(work: Work, name: str, among: tuple[str, ...], path: str) -> str:
    found, number = f"{name} (deleted)", 0
    while _is_taken(work, f"{path}{found}".casefold(), among):
        number += 1
        found = f"{name} (deleted {number})"
    return found


def _is_taken(work: Work, key: str, among: tuple[str, ...]) -> bool:
    rows = work.db.execute(
        "SELECT kind FROM entity WHERE realm = ? AND name_key = ? AND deleted = 0",
        (work.realm, key),
    )
    return any(row["kind"] in among for row in rows)
