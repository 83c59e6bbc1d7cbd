"""Names that somebody there has already, and the next one that is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models.functions import Upper

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.core.errors import Rejected
from counterfoil.posting import documents
from counterfoil.posting.models import Intent
from counterfoil.posting.state import UNCERTAIN, State
from counterfoil.sync import categories
from counterfoil.sync.engine.settings import NameTaken
from counterfoil.sync.outgoing.likeness import uppers
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import Pairing, RemoteField

# Customers share their names with vendors and employees.
SHARED = {"customers": ("customers", "vendors", "employees")}
MOST = 99
ON_THEIR_WAY = (State.INTENDED, *UNCERTAIN)


def form(name: str) -> str:
    """How names are compared: in any case, whatever the spaces."""
    return " ".join(name.split()).casefold()


def holders(
    ground: Ground, names: Iterable[str], *, like: str = ""
) -> dict[str, list[RemoteObject]]:
    """Who has these names by their forms, or had them before it was made inactive.

    What is part of something else (a sub-customer, an item in a category) has its name
    to itself there. ``like`` is in all of the names: an index finds it.
    """
    stream = ground.pairing.stream
    rows = RemoteObject.objects.filter(
        connection=ground.connection, stream__in=SHARED.get(stream, (stream,))
    )
    if like.strip():
        rows = rows.filter(lookup__contains=like.strip().upper())
    rows = rows.alias(upper_name=Upper("name")).filter(upper_name__in=uppers(names))
    found: dict[str, list[RemoteObject]] = defaultdict(list)
    for row in rows.order_by("id"):
        if not row.content.get("parent_id"):
            found[form(row.name)].append(row)
    return found


def on_their_way(connection: Connection, kind: str, names: Iterable[str]) -> set[str]:
    """The forms of these names for which something is about to be created.

    Documents of one name have one lane, which is how they are found.
    """
    lanes = {documents.lane(kind, {"name": name}): form(name) for name in names}
    rows = Intent.objects.filter(
        connection=connection,
        kind=kind,
        confirmed_at=None,
        state__in=ON_THEIR_WAY,
        lane__in=list(lanes),
    )
    return {lanes[lane] for lane in rows.values_list("lane", flat=True)}


def numbered(name: str, number: int, longest: int = 0) -> str:
    """``Acme``, then ``Acme (2)``, ``Acme (3)``…, within what the field keeps."""
    ending = f" ({number})" if number > 1 else ""
    return f"{name[: longest - len(ending)].rstrip() if longest else name}{ending}"


def free(
    ground: Ground,
    name: str,
    *,
    besides: Collection[str] = (),
    own: str = "",
    first: int = 1,
) -> str:
    """The first of the name's forms that nobody has; ``own`` is who may have it.

    ``besides`` are taken, too. What was made inactive there is called otherwise since.
    """
    longest = longest_name(ground.pairing)
    taken = set(besides)
    like = numbered(name, MOST, longest).removesuffix(f" ({MOST})")
    for start in range(first, MOST, 10):
        wanted = [numbered(name, i, longest) for i in range(start, start + 10)]
        for held, rows in holders(ground, wanted, like=like).items():
            if any(row.active and row.remote_id != own for row in rows):
                taken.add(held)
        taken |= on_their_way(ground.connection, ground.pairing.kind, wanted)
        for each in wanted:
            if form(each) not in taken:
                return each
    return numbered(name, MOST + 1, longest)


def gives_way(ground: Ground, name: str) -> bool:
    """Whether a number is added to the name of what exists if somebody has that name.

    Also where it shall be linked instead: to a vendor, or to an employee, it cannot be.
    """
    if ground.settings.name_taken is NameTaken.SUFFIX:
        return True
    rows = holders(ground, [name]).get(form(name), ())
    streams = {row.stream for row in rows if row.active}
    return bool(streams) and ground.pairing.stream not in streams


def was_left(ground: Ground, name: str) -> bool:
    """Whether somebody had this name before it was made inactive."""
    rows = holders(ground, [name]).get(form(name), ())
    return any(not row.active for row in rows)


def longest_name(pairing: Pairing) -> int:
    """How long the name of such an object may be; 0: as long as you like."""
    field = name_field(pairing)
    return field.longest if field is not None else 0


def name_field(pairing: Pairing) -> RemoteField | None:
    """The field that such an object is called by."""
    needed = (field for field in pairing.fields if field.needed and not field.stream)
    return next(needed, None)


def is_taken(ground: Ground, error: Rejected) -> bool:
    """Whether it was refused because somebody has the name."""
    found = categories.of(error, service=ground.connection.service)
    return found.key == categories.NAME_TAKEN
