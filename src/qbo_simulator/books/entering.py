"""How an entity gets into the books, sent by a client or made by the books themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books import intake
from qbo_simulator.books.kind import Body, Draft, Kind
from qbo_simulator.wire import stamp

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work


def enter(
    work: Work, entity: str, body: Body, *, options: frozenset[str] = frozenset()
) -> Body:
    """Create an entity as a side effect of another; gives it as served."""
    kind = work.kinds[entity]
    sent, _ = intake.clean(kind, body)
    draft = Draft(
        id=work.next_number(kind.sequence),
        new=intake.writable(kind, sent),
        sent=sent,
        options=options,
    )
    prepare(work, kind, draft)
    served = store(work, kind, draft)
    work.tell(kind.entity, served["Id"], "Create")
    kind.settle(work, draft)
    return served


def prepare(work: Work, kind: Kind, draft: Draft) -> None:
    """Look up what a draft refers to, then have its kind complete and check it."""
    for field in kind.refs:
        ref = draft.new.get(field.name)
        if ref is None:
            continue
        before = (draft.old or {}).get(field.name)
        if before is not None and before["value"] == ref["value"]:
            draft.new[field.name] = before
        else:
            draft.new[field.name] = work.resolve(field, ref)
    kind.prepare(work, draft)


def store(work: Work, kind: Kind, draft: Draft) -> Body:
    """Give a draft its head and put it into the books; `draft.new` is then as served."""
    old = draft.old
    token = int(old["SyncToken"]) + 1 if old else 0
    at = stamp(work.now)
    head = {
        "Id": str(draft.id),
        "SyncToken": str(token),
        "MetaData": {
            "CreateTime": old["MetaData"]["CreateTime"] if old else at,
            "LastUpdatedTime": at,
        },
    }
    draft.new = kind.served({**draft.new, **head})
    work.put(kind, draft.new)
    return draft.new
