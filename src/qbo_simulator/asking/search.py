"""A parsed query carried out: SQL whose plan is fixed here, and rows as joined bytes.

SQLite cannot know how many rows a condition leaves, so it is found out: what leaves few
is looked up by its own index and sorted; else the index of the order is walked, from
the place where an earlier page is known to have ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from qbo_simulator.asking.search_terms import (
    TIMES,
    Term,
    expression,
    property_of,
    terms_of,
)
from qbo_simulator.faults import invalid_query
from qbo_simulator.storage.ranks import Order, RankedConnection
from qbo_simulator.wire import PSEUDO_IDS, decode, encode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from qbo_simulator.asking.query import Statement
    from qbo_simulator.books.kind import Kind
    from qbo_simulator.storage.ranks import Key, Ladder

FEW_ROWS = 5000
LAST_POSITION = 1 << 53
ORDERS = {
    "id": "entity_id",
    "updated": "entity_updated",
    "created": "entity_created",
    "full_name": "entity_full_name",
    "name": "entity_name_order",
    "txn_date": "entity_txn_date",
}
OWED = {"id": "entity_owed", "full_name": "entity_owed_name"}
"""The indexes that keep an order of those names alone that owe something."""
OF_STANDING = {*ORDERS.values(), "entity_inactive"}
UNPAGED = {"Preferences"}
_BODY = "CAST(body AS BLOB)"


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that a statement is about."""

    realm: str
    kind: Kind
    terms: Sequence[Term]

    @property
    def where(self) -> str:
        """All of its terms."""
        return " AND ".join(
            ["realm = ?", "kind = ?", *(term.sql for term in self.terms)]
        )

    @property
    def values(self) -> tuple[Any, ...]:
        """What its terms compare with."""
        values = (value for term in self.terms for value in term.values)
        return (self.realm, self.kind.entity, *values)

    @property
    def columns(self) -> frozenset[str] | None:
        """The columns its terms depend on; None if the body is among them."""
        if any(term.columns is None for term in self.terms):
            return None
        return frozenset().union(*(term.columns or () for term in self.terms))


def run(
    db: sqlite3.Connection,
    realm: str,
    kinds: Mapping[str, Kind],
    statement: Statement,
    *,
    hidden_since: float | None = None,
) -> bytes:
    """The `QueryResponse` object, as bytes.

    What was created after `hidden_since` (seconds) is left out: a lagging replica.
    """
    kind = kinds.get(statement.entity.lower())
    if kind is None:
        raise invalid_query(f"invalid context declaration: {statement.entity}")
    selection = _selection(kind, realm, statement, hidden_since)
    columns = dict.fromkeys(statement.columns or ())
    paths = [_path(kind, column) for column in columns]
    if statement.counts:
        _order(kind, statement)  # which is refused as elsewhere, though it changes none
        return encode({"totalCount": _count(db, selection)})
    start, most = min(max(statement.start, 1), LAST_POSITION), statement.most
    if kind.entity in UNPAGED:
        start, most = 1, 1
    bodies = _on_page(db, selection, statement, start - 1, most)
    if not bodies:
        return b"{}"
    if statement.columns is not None:
        bodies = project(kind, bodies, paths)
    return _page(kind, bodies, start)


def _on_page(
    db: sqlite3.Connection,
    selection: Selection,
    statement: Statement,
    skip: int,
    most: int,
) -> list[bytes]:
    """The bodies of a page; the tax codes of lines come first and beyond its size."""
    if selection.kind.entity != "TaxCode" or statement.order:
        return _bodies(db, selection, statement, skip, most)
    own = replace(selection, terms=[*selection.terms, Term("id > 0")])
    bodies = _bodies(db, own, statement, skip, most)
    if skip:
        return bodies
    pseudo = replace(selection, terms=[*selection.terms, Term("id < 0")])
    by_id = replace(statement, order=(("Id", True),))
    return [*_bodies(db, pseudo, by_id, 0, most=len(PSEUDO_IDS)), *bodies]


def _page(kind: Kind, bodies: list[bytes], start: int) -> bytes:
    tail = f'],"startPosition":{start},"maxResults":{len(bodies)}'
    if kind.counts_rows:
        tail += f',"totalCount":{len(bodies)}'
    return b'{"%b":[%b%b}' % (
        kind.entity.encode(),
        b",".join(bodies),
        tail.encode(),
    )


def _selection(
    kind: Kind, realm: str, statement: Statement, hidden_since: float | None
) -> Selection:
    terms = [Term("deleted = 0", columns=frozenset({"deleted"}))]
    names = {condition.name.lower() for condition in statement.conditions}
    if "active" not in names:
        terms.append(Term("active = 1", columns=frozenset({"active"})))
    terms += terms_of(kind, statement.conditions)
    if hidden_since is not None:
        terms.append(Term("created <= ?", (hidden_since,)))
    return Selection(realm, kind, terms)


def _count(db: sqlite3.Connection, selection: Selection) -> int:
    narrow = _narrow(db, selection)
    if narrow or selection.columns is None:
        index = narrow or next((t.index for t in selection.terms if t.index), None)
        sql = f"SELECT COUNT(*) FROM entity{_by(index)} WHERE {selection.where}"  # noqa: S608
        return int(db.execute(sql, selection.values).fetchone()[0])
    columns = selection.columns
    column = next((each for each in TIMES.values() if each in columns), "id")
    order = Order(("id",) if column == "id" else (column, "id"))
    ladder = _ladder(db, selection, order)
    known, key = ladder.before() if ladder else (0, None)
    where, values = _beyond(selection, order, key)
    source = f"FROM entity INDEXED BY {ORDERS[column]} WHERE {where}"
    more = int(db.execute(f"SELECT COUNT(*) {source}", values).fetchone()[0])
    if ladder and more:
        down = Order(order.columns, descending=True)
        listed = ", ".join(order.columns)
        last = f"SELECT {listed} {source} ORDER BY {down.clause} LIMIT 1"
        ladder.note(known + more, tuple(db.execute(last, values).fetchone()))
    return known + more


def _bodies(
    db: sqlite3.Connection,
    selection: Selection,
    statement: Statement,
    skip: int,
    most: int,
) -> list[bytes]:
    clause, order = _order(selection.kind, statement)
    narrow = _narrow(db, selection)
    if narrow or order is None:
        rows = db.execute(
            f"SELECT {_BODY} FROM (SELECT rowid AS row FROM entity{_by(narrow)} "  # noqa: S608
            f"WHERE {selection.where} ORDER BY {clause} LIMIT ? OFFSET ?) "
            "CROSS JOIN entity ON entity.rowid = row",
            (*selection.values, most, skip),
        )
        return [row[0] for row in rows]
    return _walk(db, selection, order, skip, most)


def _walk(
    db: sqlite3.Connection, selection: Selection, order: Order, skip: int, most: int
) -> list[bytes]:
    """A page by the index of its order, from the nearest place that is known."""
    ladder = _ladder(db, selection, order)
    known, key = ladder.before(skip) if ladder else (0, None)
    where, values = _beyond(selection, order, key)
    index = _index_of(selection, order)
    if order.columns[0] in {"txn_date", "name"}:
        # True of every row that may be ordered so, and asked for by the index.
        where += f" AND {order.columns[0]} IS NOT NULL"
    if index in OWED.values():
        where += " AND full_name IS NOT NULL"
    rows = db.execute(
        f"SELECT {_BODY}, {', '.join(order.columns)} FROM entity "  # noqa: S608
        f"INDEXED BY {index} "
        f"WHERE {where} ORDER BY {order.clause} LIMIT ? OFFSET ?",
        (*values, most, skip - known),
    ).fetchall()
    if ladder and rows:
        ladder.note(skip + len(rows), tuple(rows[-1])[1:])
    return [row[0] for row in rows]


def _index_of(selection: Selection, order: Order) -> str:
    """The index that keeps an order; of names that owe something, if no others count."""
    column = order.columns[0]
    is_owed = any(term.index == "entity_balance" for term in selection.terms)
    if is_owed and selection.kind.default_order == "full_name":
        return OWED.get(column, ORDERS[column])
    return ORDERS[column]


def _ladder(
    db: sqlite3.Connection, selection: Selection, order: Order
) -> Ladder | None:
    if not isinstance(db, RankedConnection) or not db.ranks or db.in_transaction:
        return None
    columns = selection.columns
    return db.ranks.ladder(
        selection.realm,
        selection.kind.entity,
        (selection.where, selection.values),
        order,
        None if columns is None else columns | set(order.columns),
    )


def _beyond(
    selection: Selection, order: Order, key: Key | None
) -> tuple[str, tuple[Any, ...]]:
    """The rows of a selection that stand after a key.

    A limit that the key has passed is dropped: the index would begin there instead.
    """
    if key is None:
        return selection.where, selection.values
    passed = frozenset({order.columns[0]}), "<" if order.descending else ">"
    terms = [term for term in selection.terms if (term.columns, term.bound) != passed]
    rest = Selection(selection.realm, selection.kind, terms)
    return f"{rest.where} AND {order.beyond}", (*rest.values, *key)


def _by(index: str | None) -> str:
    return f" INDEXED BY {index}" if index else ""


def _narrow(db: sqlite3.Connection, selection: Selection) -> str | None:
    """The index whose conditions leave so few rows that sorting them is best."""
    by_index: dict[str, list[Term]] = {}
    for term in selection.terms:
        if term.index is not None:
            by_index.setdefault(term.index, []).append(term)
    for index, terms in by_index.items():
        asked = " AND ".join(term.sql for term in terms)
        standing = " AND deleted = 0" if index in OF_STANDING else ""
        reached = db.execute(
            f"SELECT 1 FROM entity INDEXED BY {index} "  # noqa: S608
            f"WHERE realm = ? AND kind = ? AND {asked}{standing} "
            f"LIMIT 1 OFFSET {FEW_ROWS}",
            (
                selection.realm,
                selection.kind.entity,
                *(value for term in terms for value in term.values),
            ),
        ).fetchone()
        if reached is None:
            return index
    return None


def _order(kind: Kind, statement: Statement) -> tuple[str, Order | None]:
    """What stands after ORDER BY, and its order if an index keeps it."""
    parts = _sorted_by(kind, statement)
    clause = ", ".join(f"{each} DESC" if down else each for each, down in parts)
    ways = {down for _, down in parts}
    columns = tuple(each for each, _ in parts)
    if columns in INDEXED and len(ways) == 1:
        return clause, Order(columns, ways.pop())
    return clause, None


INDEXED = {("id",), *((column, "id") for column in ORDERS if column != "id")}


def _sorted_by(kind: Kind, statement: Statement) -> list[tuple[str, bool]]:
    if not statement.order and kind.default_order == "updated":
        return [("updated", True), ("id", True)]
    parts: list[tuple[str, bool]] = []
    for name, descending in statement.order or (("", False),):
        lowered = name.lower()
        if not name:
            column = "full_name"
        elif lowered == "id":
            column = "id"
        elif lowered in TIMES:
            column = TIMES[lowered]
        else:
            column = expression(property_of(kind, name, "sortable"))
        parts.append((column, descending))
        if column == "id":
            return parts
    return [*parts, ("id", parts[-1][1])]


def project(
    kind: Kind, bodies: list[bytes], paths: Sequence[tuple[str, ...]]
) -> list[bytes]:
    """Only the Id and the columns asked for."""
    shown = []
    for body in bodies:
        whole = kind.opened(decode(body))
        part: dict[str, Any] = {"sparse": True}
        if "Id" in whole:
            part["Id"] = whole["Id"]
        for path in paths:
            _copy(whole, part, path)
        shown.append(encode(part))
    return shown


COMMON = {
    "id": ("Id",),
    "synctoken": ("SyncToken",),
    "domain": ("domain",),
    "sparse": ("sparse",),
    "metadata": ("MetaData",),
    "metadata.createtime": ("MetaData", "CreateTime"),
    "metadata.lastupdatedtime": ("MetaData", "LastUpdatedTime"),
}


def _path(kind: Kind, column: str) -> tuple[str, ...]:
    lowered = column.lower()
    if lowered in COMMON:
        return COMMON[lowered]
    first, *rest = column.split(".")
    field = kind.by_lower.get(first.lower())
    if field is None and first.lower() in {each.lower() for each in kind.tolerated}:
        return (first, *rest)
    if field is None or len(rest) > 1:
        raise invalid_query(f"Property {column} not found for Entity {kind.entity}")
    return (field.name, *rest)


def _copy(whole: dict[str, Any], part: dict[str, Any], path: tuple[str, ...]) -> None:
    name, *rest = path
    if name == "sparse" or name not in whole:
        return
    if not rest:
        part[name] = whole[name]
    elif isinstance(whole[name], dict):
        found = {
            key: each
            for key, each in whole[name].items()
            if key.lower() == rest[0].lower()
        }
        if found:
            part[name] = {**part.get(name, {}), **found}
