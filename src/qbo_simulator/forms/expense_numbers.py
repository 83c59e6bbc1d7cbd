"""Which DocNumber a purchase form bears, and when one that is taken is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books.kind import Body, Draft
from qbo_simulator.faults import duplicate_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbo_simulator.books.work import Work

CUSTOM = "VendorAndPurchasesPrefs.UseCustomTxnNumbers"
FIRST = 1001


def is_set(work: Work, name: str, *, usual: bool) -> bool:
    """One of the flags among the company's OtherPrefs."""
    for pair in work.preference("OtherPrefs", "NameValue", []):
        if pair.get("Name") == name:
            return str(pair.get("Value")).lower() == "true"
    return usual


def refuse_duplicate(
    work: Work, draft: Draft, entity: str, alike: Callable[[Body], bool]
) -> None:
    """6140 if another form has the number, among those that `alike` takes for rivals."""
    wanted = draft.new.get("DocNumber")
    held = (draft.old or {}).get("DocNumber")
    if not wanted or wanted == held or "allowduplicatedocnum" in draft.options:
        return
    rows = work.db.execute(
        "SELECT id FROM entity WHERE realm = ? AND kind = ? AND doc_number = ? "
        "AND deleted = 0 AND id <> ? ORDER BY id",
        (work.realm, entity, wanted, draft.id),
    ).fetchall()
    for row in rows:
        other = work.fetch(entity, int(row["id"]))
        if other is not None and alike(other):
            raise duplicate_number(wanted, entity, row["id"])


def give_next(work: Work, draft: Draft, sequence: str) -> None:
    """Give a form without a number the next one of its own kind's sequence."""
    new, key = draft.new, f"{sequence}_number:{work.realm}"
    held = (draft.old or {}).get("DocNumber")
    if not new.get("DocNumber"):
        new.pop("DocNumber", None)
        if held is not None:
            new["DocNumber"] = held
        elif not is_set(work, CUSTOM, usual=False):
            new["DocNumber"] = work.store.setting(key, str(FIRST))
    given = new.get("DocNumber", "")
    if given != held and given.isascii() and given.isdecimal():
        work.store.set_setting(key, f"{int(given) + 1:0{len(given)}d}"[:21])
