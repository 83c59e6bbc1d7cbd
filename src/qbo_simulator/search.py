"""A parsed query carried out: one SQL statement, whose rows are joined bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator import fields as types
from qbo_simulator.faults import bad_id, invalid_query
from qbo_simulator.wire import decode, encode, id_of, parse_date, parse_instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from qbo_simulator.kinds.base import Kind
    from qbo_simulator.query import Condition, Statement

FEW_ROWS = 5000
MOST_VALUES = 1000
LAST_POSITION = 1 << 53
TIMES = {"metadata.createtime": "created", "metadata.lastupdatedtime": "updated"}


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
    where, values = _where(kind, realm, statement, hidden_since)
    if statement.counts:
        row = db.execute(f"SELECT COUNT(*) FROM entity WHERE {where}", values)  # noqa: S608
        return encode({"totalCount": row.fetchone()[0]})
    start = min(max(statement.start, 1), LAST_POSITION)
    order = _order(kind, statement)
    if _is_narrow(db, realm, kind, statement):
        order = [f"+{part}" for part in order]
    rows = db.execute(
        f"SELECT CAST(body AS BLOB) FROM entity WHERE {where} "  # noqa: S608
        f"ORDER BY {', '.join(order)} LIMIT ? OFFSET ?",
        (*values, statement.most, start - 1),
    ).fetchall()
    if not rows:
        return b"{}"
    bodies = [row[0] for row in rows]
    if statement.columns is not None:
        bodies = project(kind, bodies, statement.columns)
    return _page(kind, bodies, start)


def _page(kind: Kind, bodies: list[bytes], start: int) -> bytes:
    tail = f'],"startPosition":{start},"maxResults":{len(bodies)}'
    if kind.counts_rows:
        tail += f',"totalCount":{len(bodies)}'
    return b'{"%b":[%b%b}' % (
        kind.entity.encode(),
        b",".join(bodies),
        tail.encode(),
    )


def _is_narrow(
    db: sqlite3.Connection, realm: str, kind: Kind, statement: Statement
) -> bool:
    """Whether a lower bound in time leaves so few rows that sorting them is best.

    SQLite cannot know it: it would walk the whole index of the order. The plus signs
    that follow keep it from that index.
    """
    for condition in statement.conditions:
        column = TIMES.get(condition.name.lower())
        if column is None or condition.operator not in {">", ">="}:
            continue
        row = db.execute(
            f"SELECT 1 FROM entity WHERE realm = ? AND kind = ? AND deleted = 0 "  # noqa: S608
            f"AND {column} >= ? LIMIT 1 OFFSET {FEW_ROWS}",
            (realm, kind.entity, _instant(condition.name, condition.values[0])),
        ).fetchone()
        if row is None:
            return True
    return False


def _where(
    kind: Kind, realm: str, statement: Statement, hidden_since: float | None
) -> tuple[str, list[Any]]:
    parts = ["realm = ?", "kind = ?", "deleted = 0"]
    values: list[Any] = [realm, kind.entity]
    names = {condition.name.lower() for condition in statement.conditions}
    if "active" not in names:
        parts.append("active = 1")
    for condition in statement.conditions:
        part, more = _condition(kind, condition)
        parts.append(part)
        values.extend(more)
    if hidden_since is not None:
        parts.append("created <= ?")
        values.append(hidden_since)
    return " AND ".join(parts), values


def _property(kind: Kind, name: str, use: str) -> types.Field:
    field = kind.by_lower.get(name.lower())
    if field is None:
        raise invalid_query(f"Property {name} not found for Entity {kind.entity}")
    if not getattr(field, use):
        raise invalid_query(f"property '{name}' is not queryable")
    return field


def _condition(kind: Kind, condition: Condition) -> tuple[str, list[Any]]:
    lowered = condition.name.lower()
    if lowered == "id":
        return _by_id(condition)
    if lowered in TIMES:
        moments = [_instant(condition.name, value) for value in condition.values]
        return _compare(TIMES[lowered], condition, moments)
    field = _property(kind, condition.name, "filterable")
    if isinstance(field.type, types.Day) and condition.operator != "like":
        _check_days(field.name, condition.values)
    values = [_value(field, text) for text in condition.values]
    return _compare(_expression(field), condition, values)


def _check_days(name: str, texts: Sequence[str]) -> None:
    for text in texts:
        if parse_date(text) is None:
            raise invalid_query(f"Invalid date format for property {name}: {text}")


def _by_id(condition: Condition) -> tuple[str, list[Any]]:
    if condition.operator not in {"=", "in"}:
        raise invalid_query(f"Operator {condition.operator} is not supported for Id")
    for value in condition.values:
        if not (value.isascii() and value.isdecimal()):
            raise bad_id(value)
    return _compare("id", condition, [row_id(value) for value in condition.values])


def row_id(text: str) -> int:
    """An id as SQLite holds it; -1, which no row has, for what can be none."""
    found = id_of(text)
    return -1 if found is None else found


def _instant(name: str, text: str) -> float:
    moment = parse_instant(text)
    if moment is None:
        raise invalid_query(f"Invalid date format for property {name}: {text}")
    return moment.timestamp()


def _expression(field: types.Field) -> str:
    return field.column or f"json_extract(body, '{field.type.path(field.name)}')"


def _value(field: types.Field, text: str) -> Any:
    if isinstance(field.type, types.Amount | types.Number | types.Whole):
        try:
            return float(text)
        except ValueError:
            raise invalid_query(f"Invalid number for {field.name}: {text}") from None
    if isinstance(field.type, types.Flag):
        if text.lower() not in {"true", "false"}:
            raise invalid_query(f"Invalid boolean for {field.name}: {text}")
        return int(text.lower() == "true")
    if field.column == "party":
        return row_id(text)
    if isinstance(field.type, types.Day):
        return text[:10]
    return text


def _compare(
    expression: str, condition: Condition, values: Sequence[Any]
) -> tuple[str, list[Any]]:
    if len(values) > MOST_VALUES:
        raise invalid_query(f"IN takes at most {MOST_VALUES} values")
    if condition.operator == "in":
        marks = ", ".join("?" * len(values))
        return f"{expression} IN ({marks})", list(values)
    if condition.operator == "like":
        pattern = str(values[0]).replace("\\", "\\\\").replace("_", "\\_")
        return f"{expression} LIKE ? ESCAPE '\\'", [pattern]
    return f"{expression} {condition.operator} ?", [values[0]]


def _order(kind: Kind, statement: Statement) -> list[str]:
    if not statement.order:
        if kind.default_order == "updated":
            return ["updated DESC", "id DESC"]
        return ["full_name", "id"]
    parts = []
    for name, descending in statement.order:
        lowered = name.lower()
        if lowered == "id":
            expression = "id"
        elif lowered in TIMES:
            expression = TIMES[lowered]
        else:
            expression = _expression(_property(kind, name, "sortable"))
        parts.append(f"{expression} DESC" if descending else expression)
    names = {name.lower() for name, _ in statement.order}
    if "id" not in names:
        parts.append("id DESC" if statement.order[-1][1] else "id")
    return parts


def project(kind: Kind, bodies: list[bytes], columns: Sequence[str]) -> list[bytes]:
    """Only the Id and the columns asked for."""
    paths = [_path(kind, column) for column in columns]
    shown = []
    for body in bodies:
        whole = decode(body)
        part: dict[str, Any] = {"sparse": True, "Id": whole["Id"]}
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
