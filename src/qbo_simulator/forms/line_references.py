"""What the lines of a document refer to: looked up, checked, and named.

What a stored document refers to may have become inactive since; only what is newly
referred to has to be active.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books.account_types import OWED_BY
from qbo_simulator.books.fields import CLEAR, unknown_property
from qbo_simulator.books.kind import number_of
from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qbo_simulator.books.fields import Type
    from qbo_simulator.books.kind import Body
    from qbo_simulator.books.work import Work

PARTIES = ("Customer", "Vendor", "Employee")


class References:
    """Looks up what one document refers to; `old` is what it referred to before."""

    def __init__(self, work: Work, old: Body | None) -> None:
        self.work = work
        self._held = set(_values(old)) if old else set()

    def find(self, entity: str, ref: Body, element: str) -> Body:
        """The entity referred to; 2500 if there is none, 610 if it is inactive."""
        if entity not in self.work.kinds:
            raise faults.bad_reference(entity, ref["value"], element)
        held = number_of(ref)
        if held is not None and (element, ref["value"]) in self._held:
            found = self.work.fetch(entity, held)
            if found is not None:
                return found
        return self.work.refer(entity, ref, element)

    def named(self, entity: str, ref: Body, element: str) -> Body:
        """The reference as answers show it, with the name of what it refers to."""
        found = self.find(entity, ref, element)
        return {"value": found["Id"], "name": self.work.kinds[entity].label(found)}

    def account(self, detail: Body, currency: str) -> Body:
        """The account of a line's detail, whose reference is given its name."""
        if "AccountRef" not in detail:
            raise faults.required("AccountRef")
        found = self.find("Account", detail["AccountRef"], "AccountRef")
        self.check_currency(found, currency)
        detail["AccountRef"] = {
            "value": found["Id"],
            "name": self.work.kinds["Account"].label(found),
        }
        return found

    def check_currency(self, account: Body, currency: str) -> None:
        """6000 for an account that is kept in a third currency."""
        if self.work.currency_of(account) not in (currency, self.work.home_currency):
            raise faults.other_currency("AccountRef")

    def check_party(self, account: Body, entity: str | None, party: Body) -> int | None:
        """Whose balance a line on this account moves; 6000 if nobody's is told.

        `entity` is the kind of name on the line, None where it has none.
        """
        owed_by = OWED_BY.get(account["AccountType"])
        if owed_by is None:
            return None
        if entity != owed_by:
            side = account["AccountType"].removeprefix("Accounts ")
            raise faults.business(
                f"When you use Accounts {side}, you must choose a {owed_by.lower()} "
                "in the Name field.",
                "Entity",
            )
        if self.work.currency_of(party) != self.work.currency_of(account):
            raise faults.other_currency("Entity")
        return int(party["Id"])

    def dimensions(self, detail: Body) -> None:
        """Give the class and department of a line's detail their names."""
        for name, entity in (("ClassRef", "Class"), ("DepartmentRef", "Department")):
            if name in detail:
                detail[name] = self.named(entity, detail[name], name)


def negative_amount() -> Fault:
    """2290: an amount below zero where none can be."""
    return Fault(2290, "Negative Amount", "Amount must not be negative", "Amount")


def _values(held: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(held, list):
        for each in held:
            yield from _values(each, name)
    elif isinstance(held, dict):
        if isinstance(held.get("value"), str):
            yield name, held["value"]
        for key, part in held.items():
            yield from _values(part, key)


def clean_part(raw: Body, known: Mapping[str, Type], owner: str) -> Body:
    """The parts of a line or of its detail, each checked by its type."""
    kept: Body = {}
    for name, value in raw.items():
        if name not in known:
            raise unknown_property(name, owner, tuple(known))
        if value is None:
            continue
        cleaned = known[name].clean(name, value)
        if cleaned is not CLEAR:
            kept[name] = cleaned
    return kept


def number_lines(
    lines: Sequence[Body], old: Sequence[Body] | None, first: int = 1
) -> None:
    """Give lines their Ids: what stood keeps its own, what is new gets a new one."""
    known = {line["Id"] for line in old or () if "Id" in line}
    last = max((int(each) for each in known), default=first - 1)
    for line in lines:
        if line.get("Id") in known:
            known.discard(line["Id"])
            continue
        last += 1
        line["Id"] = str(last)


def in_order(body: Body, order: Sequence[str]) -> Body:
    """A line or detail with its keys in the served order."""
    return {name: body[name] for name in order if name in body}
