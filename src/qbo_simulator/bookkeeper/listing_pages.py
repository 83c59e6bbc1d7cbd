"""The pages of every list: names, products, accounts, classes, terms, currencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from qbo_simulator.bookkeeper.desk import Room, Visit, back_to
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    amount_in,
    at,
    problem_of,
    quoted,
)
from qbo_simulator.bookkeeper.showing import as_json, dealings_of
from qbo_simulator.faults import Fault
from qbo_simulator.kinds.bundles import ADMINISTRATOR

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.listings import Entry, Listing

REFUSALS = (Fault, UnreadableError)
BY_HAND = frozenset({ADMINISTRATOR})
NEEDED_TO_CHANGE = {"Account": ("AccountType", "AccountSubType"), "Item": ("Name",)}
"""What even a sparse update has to say."""


def list_conditions(name: str, search: str, *, inactive: bool) -> str:
    """Write the where clause of a list of names."""
    parts = []
    if search and name:
        parts.append(f"{name} like {quoted(f'%{search}%')}")
    if inactive:
        parts.append("Active = false")
    return f"where {' and '.join(parts)}" if parts else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of a form as it is rendered."""

    entry: Entry
    value: str
    options: list[tuple[str, str]]


SUB = {
    "Customer": "Job",
    "Class": "SubClass",
    "Department": "SubDepartment",
    "Item": "SubItem",
}
"""The flag that an entry below another one carries."""


class ListingPages:
    """Views of one list and of its entries."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing

    def index(self, visit: Visit) -> Response:
        """List the entries by name."""
        listing, room = self.listing, visit.room
        search, inactive = visit.asked("q"), visit.asked("inactive") == "1"
        where = list_conditions(listing.search, search, inactive=inactive)
        order = f" orderby {listing.search}" if listing.search else ""
        rows, total = room.listed(listing.entity, where + order, visit.page_number)
        return visit.show(
            "listing.html",
            listing.slug,
            listing=listing,
            rows=[
                (row, [at(row, column.path) for column in listing.columns])
                for row in rows
            ],
            total=total,
            number=visit.page_number,
            search=search,
            inactive=inactive,
            is_usable=is_usable(room, listing.needs),
        )

    def new(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show the form for a new entry."""
        return visit.show(
            "entry_new.html",
            self.listing.slug,
            problem=problem_of(error) if error else None,
            listing=self.listing,
            fields=self._fields(visit, None),
        )

    def create(self, visit: Visit) -> Response:
        """Create the entry that was typed."""
        room, listing = visit.room, self.listing
        try:
            body = {
                name: value
                for name, value in self._body(visit, is_new=True).items()
                if value not in ("", {}, None)
            }
            if listing.entity == "Item":
                _complete_item(visit, body)
            if "ParentRef" in body and listing.entity in SUB:
                body[SUB[listing.entity]] = True
            kept = room.company.create(listing.entity, body, now=room.now)
        except REFUSALS as error:
            return self.new(visit, error)
        return back_to(room.path(listing.slug, kept["Id"]), "created")

    def show(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show one entry, what was done with it, and the form to change it."""
        room, listing = visit.room, self.listing
        entity = room.read(listing.entity, visit.number)
        return visit.show(
            "entry.html",
            listing.slug,
            problem=problem_of(error) if error else None,
            listing=listing,
            entity=entity,
            name=entity.get(listing.shown) or entity.get("Name", ""),
            fields=self._fields(visit, entity),
            facts=[
                (column, at(entity, column.path))
                for column in listing.columns
                if at(entity, column.path) not in (None, "")
            ],
            dealings=dealings_of(room, listing.party, visit.number),
            others=room.names(listing.entity) if listing.can_merge else [],
            json=as_json(entity),
        )

    def save(self, visit: Visit) -> Response:
        """Save the entry that was edited."""
        room, entity = visit.room, self.listing.entity
        current = room.read(entity, visit.number)
        kept = {
            name: current[name]
            for name in NEEDED_TO_CHANGE.get(entity, ())
            if name in current
        }
        try:
            body = {**kept, **self._body(visit, is_new=False), **_head(visit, current)}
            room.company.update(entity, body, now=room.now, include=BY_HAND)
        except REFUSALS as error:
            return self.show(visit, error)
        return back_to(room.path(self.listing.slug, visit.number), "saved")

    def activity(self, visit: Visit) -> Response:
        """Activate or deactivate an entry."""
        room, entity = visit.room, self.listing.entity
        active = visit.typed("active") == "1"
        current = room.read(entity, visit.number)
        needed = NEEDED_TO_CHANGE.get(entity, ())
        kept = {name: current[name] for name in needed if name in current}
        body: Body = {**kept, **_head(visit, current), "Active": active}
        try:
            room.company.update(entity, body, now=room.now, include=BY_HAND)
        except REFUSALS as error:
            return self.show(visit, error)
        done = "active" if active else "inactive"
        return back_to(room.path(self.listing.slug, visit.number), done)

    def merge(self, visit: Visit) -> Response:
        """Merge this entry into another one."""
        room, listing = visit.room, self.listing
        try:
            winner = room.named(listing.entity, visit.typed("winner"))
            if winner is None or winner == visit.number:
                raise UnreadableError(
                    f"Choose another active {listing.label.lower()} to merge into."
                )
            room.company.merge(listing.entity, visit.number, winner, now=room.now)
        except REFUSALS as error:
            return self.show(visit, error)
        return back_to(room.path(listing.slug, winner), "merged")

    def _fields(self, visit: Visit, entity: Body | None) -> list[Shown]:
        found = []
        for entry in self.listing.entries:
            if (entity and entry.only_new) or not is_usable(visit.room, entry.needs):
                continue
            held = at(entity, entry.path) if entity else None
            if visit.form:
                held = visit.typed(entry.name)
            elif isinstance(held, bool):
                held = "1" if held else ""
            value = "" if held is None else str(held)
            found.append(Shown(entry, value, options_of(visit.room, entry)))
        return found

    def _body(self, visit: Visit, *, is_new: bool) -> Body:
        """Write what was typed as a body of the API; an emptied field is sent empty."""
        body: Body = {}
        for entry in self.listing.entries:
            if (entry.only_new and not is_new) or not is_usable(
                visit.room, entry.needs
            ):
                continue
            if entry.kind != "check" and entry.name not in visit.form:
                continue
            top, _, below = entry.path.partition(".")
            value = _value(visit, entry)
            if not below:
                body[top] = value
            else:
                part = body.setdefault(top, {})
                if value not in ("", None):
                    part[below] = value
        return body


def _head(visit: Visit, current: Body) -> Body:
    token = visit.typed("sync_token") or current["SyncToken"]
    return {"Id": visit.number, "SyncToken": token, "sparse": True}


def _value(visit: Visit, entry: Entry) -> Any:
    typed = visit.typed(entry.name)
    if entry.kind == "check":
        return typed == "1"
    if entry.kind == "number":
        number = amount_in(typed, label=entry.label)
        return "" if number is None else number
    if entry.kind == "name" and typed:
        found = visit.room.named(entry.of, typed)
        if found is None:
            raise UnreadableError(f"{entry.label}: there is no active {typed}.")
        return found
    return typed


def _complete_item(visit: Visit, body: Body) -> None:
    """Fill in what a product of its type needs and nobody wants to type."""
    body.setdefault("Type", "Service")
    body.setdefault("UnitPrice", 0)
    if body["Type"] == "Inventory":
        body["TrackQtyOnHand"] = True
        body.setdefault("QtyOnHand", 0)
        body["InvStartDate"] = visit.room.today.isoformat()
    else:
        usual = visit.room.rows("Account", "where AccountType = 'Income' maxresults 1")
        if usual:
            body.setdefault("IncomeAccountRef", {"value": usual[0]["Id"]})
        body.pop("AssetAccountRef", None)
        body.pop("QtyOnHand", None)


def is_usable(room: Room, preference: str) -> bool:
    """Say whether what needs a preference can be used."""
    return not preference or bool(room.preference(preference))


def options_of(room: Room, entry: Entry) -> list[tuple[str, str]]:
    """List what there is to choose from, values and labels."""
    if entry.kind != "choice":
        return []
    if entry.of == "CompanyCurrency":
        foreign = room.rows(entry.of, "maxresults 1000")
        return [("", room.currency), *((row["Code"], row["Code"]) for row in foreign)]
    if "|" in entry.of:
        return [(each, worded(each)) for each in entry.of.split("|")]
    rows = room.rows(entry.of, f"{entry.where} maxresults 1000".strip())
    named = [
        (str(row["Id"]), str(row.get("FullyQualifiedName") or row["Name"]))
        for row in rows
    ]
    return [("", "None"), *named]


def worded(value: str) -> str:
    """Write an enumeration's value in words."""
    return value.replace("_", " ").capitalize() if value.isupper() else value
