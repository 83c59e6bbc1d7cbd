"""Parents, levels and full names: how customers, items, accounts and classes nest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_simulator.books import references
from qbo_simulator.books.kind import Body, Draft, number_of
from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Tree:
    """One kind of entity that may stand below another of its kind.

    `flag` says on an entity that it has a parent, and where `shows_flag` also that it
    has none; `name` is the name that is unique below one parent.
    """

    entity: str
    name: str
    flag: str
    shows_level: bool = False
    shows_flag: bool = True

    def place(self, work: Work, draft: Draft) -> Body | None:
        """Set what follows from the parent, and give the parent if there is one."""
        new = draft.new
        said = str(draft.sent.get(self.flag, "")).lower()
        if said == "false":
            new.pop("ParentRef", None)
        parent_id = number_of(new.get("ParentRef"))
        if parent_id is None and said == "true":
            raise parent_required()
        new[self.flag] = parent_id is not None
        if parent_id is None and not self.shows_flag:
            new.pop(self.flag)
        if parent_id is None:
            new["FullyQualifiedName"] = new[self.name]
            new.pop("Level", None)
            return None
        parent = work.refer(self.entity, new["ParentRef"], "ParentRef")
        self._check_no_circle(work, draft.id, parent)
        self._check_depth(work, draft.id, parent)
        self._stand_below(parent, new)
        return parent

    def carry_down(self, work: Work, draft: Draft) -> None:
        """Give all that stands below an entity its new full name."""
        if draft.old is not None and draft.changed("FullyQualifiedName"):
            self._requalify(work, draft.new)

    def hang(self, work: Work, parent: Body, child: Body) -> None:
        """Have an entity, with all that stands below it, show who is above it."""
        before = dict(child)
        self._stand_below(parent, child)
        work.rewrite(self.entity, child, renamed=True)
        references.rename(work, work.kinds[self.entity], before, child)
        self._requalify(work, child)

    def _requalify(self, work: Work, parent: Body) -> None:
        for child_id in work.children(int(parent["Id"]), self.entity):
            child = work.fetch(self.entity, child_id)
            if child is not None:
                self.hang(work, parent, child)

    def _stand_below(self, parent: Body, body: Body) -> None:
        body["FullyQualifiedName"] = f"{parent['FullyQualifiedName']}:{body[self.name]}"
        if self.shows_level:
            body["Level"] = depth(body)

    def _check_no_circle(self, work: Work, id: int, parent: Body) -> None:  # noqa: A002
        above: Body | None = parent
        while above is not None:
            if int(above["Id"]) == id:
                raise Fault(900, "Parent cannot be child", "Parent cannot be child")
            next_id = number_of(above.get("ParentRef"))
            above = work.fetch(self.entity, next_id) if next_id else None

    def _check_depth(self, work: Work, id: int, parent: Body) -> None:  # noqa: A002
        if depth(parent) + 1 + self._height(work, id) > DEEPEST:
            raise Fault(
                6180,
                "Sub Level Limit",
                "You can't go deeper than 5 levels",
                "ParentRef",
            )

    def _height(self, work: Work, id: int) -> int:  # noqa: A002
        children = work.children(id, self.entity)
        return max((1 + self._height(work, child) for child in children), default=0)


def depth(body: Body) -> int:
    """How many stand above an entity; no name has a colon in it."""
    return str(body["FullyQualifiedName"]).count(":")


def parent_required() -> Fault:
    """6150: what is said to have a parent names none."""
    return Fault(
        6150,
        "ParentRef Required Error",
        "ParentRef Required Error : Sub entities must have a ParentRef",
        "ParentRef",
    )
