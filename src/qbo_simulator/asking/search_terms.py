"""The conditions of a query as terms of SQL, each with the index that may serve it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from qbo_simulator.books import fields as types
from qbo_simulator.faults import bad_id, invalid_query
from qbo_simulator.storage.search_columns import COLUMNS
from qbo_simulator.wire import id_of, parse_date, parse_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbo_simulator.asking.query import Condition
    from qbo_simulator.books.kind import Kind

MOST_VALUES = 1000
MOST_CONDITIONS = 300
MOST_VALUES_IN_ALL = 10_000
LONGEST_PATTERN = 4000
TIMES = {"metadata.createtime": "created", "metadata.lastupdatedtime": "updated"}
INDEXES = {
    "created": "entity_created",
    "updated": "entity_updated",
    "name": "entity_name",
    "party": "entity_party",
    "doc_number": "entity_doc_number",
    "txn_date": "entity_txn_date",
    "email": "entity_email",
}
EXACT = {"doc_number"}
NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})")
PARTS = "json_tree(CASE entry.type WHEN 'object' THEN entry.value ELSE '{}' END)"


@dataclass(frozen=True, slots=True)
class Term:
    """A condition in SQL; `columns` is what it depends on, None: the body.

    `bound` is ">" or "<" for a limit of its one column, which a row that stands beyond
    one that keeps to it keeps to as well.
    """

    sql: str
    values: tuple[Any, ...] = ()
    index: str | None = None
    columns: frozenset[str] | None = None
    bound: str = ""


def terms_of(kind: Kind, conditions: Sequence[Condition]) -> list[Term]:
    """The terms of a WHERE clause; raises 4001 where it makes no sense."""
    _check_size(conditions)
    found = []
    lists: dict[str, list[tuple[str, Condition]]] = {}
    for condition in conditions:
        field, rest = _split(kind, condition.name)
        if rest and field is not None:
            lists.setdefault(field.name, []).append((rest, condition))
        else:
            found.append(_term(kind, condition))
    found.extend(_inside(kind, name, each) for name, each in lists.items())
    return found


def _check_size(conditions: Sequence[Condition]) -> None:
    """4001 for more than SQLite can be asked at once."""
    if len(conditions) > MOST_CONDITIONS:
        raise invalid_query(f"WHERE takes at most {MOST_CONDITIONS} conditions")
    if sum(len(each.values) for each in conditions) > MOST_VALUES_IN_ALL:
        raise invalid_query(f"WHERE takes at most {MOST_VALUES_IN_ALL} values")
    for each in conditions:
        if each.operator == "like" and len(each.values[0]) > LONGEST_PATTERN:
            raise invalid_query(f"LIKE takes at most {LONGEST_PATTERN} characters")


def _split(kind: Kind, name: str) -> tuple[types.Field | None, str]:
    """The property a dotted name begins with, and what follows the first dot.

    `CustomerRef.value` is what the property itself is compared by. What holds one
    word, as `PrimaryEmailAddr` does, has no parts to be asked for.
    """
    first, _, rest = name.partition(".")
    field = kind.by_lower.get(first.lower())
    if not rest or field is None:
        return field, ""
    if isinstance(field.type, types.Holder):
        raise invalid_query(f"Property {name} not found for Entity {kind.entity}")
    own = field.type.path(field.name).rpartition(".")[2]
    return field, "" if own.lower() == rest.lower() else rest


def property_of(kind: Kind, name: str, use: str) -> types.Field:
    """The field of that name if it may be used so; otherwise 4001 as recorded."""
    field, _ = _split(kind, name)
    known = {each.lower() for each in kind.tolerated}
    if field is None and name.partition(".")[0].lower() not in known:
        raise invalid_query(f"Property {name} not found for Entity {kind.entity}")
    if field is None or not getattr(field, use):
        raise invalid_query(f"property '{name}' is not queryable")
    return field


def _term(kind: Kind, condition: Condition) -> Term:
    lowered = condition.name.lower()
    if lowered == "id":
        return _by_id(kind, condition)
    if lowered in TIMES:
        column = TIMES[lowered]
        moments = [_instant(condition.name, value) for value in condition.values]
        return _compare(column, condition, moments, frozenset({column}))
    field = property_of(kind, condition.name, "filterable")
    values = [_value(field, text, condition.operator) for text in condition.values]
    if isinstance(field.type, types.Flag):
        return _flag(field, condition, values)
    if field.column == "full_name" and condition.operator in {"=", "in"}:
        return _by_full_name(condition, values)
    return _compare(expression(field), condition, values)


def _by_id(kind: Kind, condition: Condition) -> Term:
    if condition.operator not in {"=", "in"}:
        raise invalid_query(f"Operator {condition.operator} is not supported for Id")
    numbers = [value.isascii() and value.isdecimal() for value in condition.values]
    if kind.entity == "TaxCode" and not all(numbers) and all(condition.values):
        # Those of a line in the United States are called TAX and NON.
        return _compare("json_extract(body, '$.Id')", condition, condition.values)
    if not all(numbers):
        raise bad_id(condition.values[numbers.index(False)])
    found = _compare("id", condition, [row_id(value) for value in condition.values])
    return replace(found, index="sqlite_autoindex_entity_1")


def row_id(text: str) -> int:
    """An id as SQLite holds it; -1, which no row has, for what can be none."""
    found = id_of(text)
    return -1 if found is None else found


def _by_full_name(condition: Condition, values: Sequence[str]) -> Term:
    marks = ", ".join("?" * _counted(values))
    keys = tuple(each.casefold() for each in values)
    return Term(f"name_key IN ({marks})", keys, "entity_name_key")


def _flag(field: types.Field, condition: Condition, values: Sequence[int]) -> Term:
    if condition.operator not in {"=", "in"}:
        return _compare(expression(field), condition, values)
    listed = ", ".join(str(each) for each in sorted(set(values)))
    is_active = field.column == "active"
    index = "entity_inactive" if is_active and set(values) == {0} else None
    columns = frozenset({"active"}) if is_active else None
    sign = f"= {listed}" if len(set(values)) == 1 else f"IN ({listed})"
    return Term(f"{expression(field)} {sign}", (), index, columns)


def _instant(name: str, text: str) -> float:
    moment = parse_instant(text)
    if moment is None:
        raise invalid_query(f"Invalid date format for property {name}: {text}")
    return moment.timestamp()


def expression(field: types.Field) -> str:
    """Where a field's comparable value is: a column, or a place in the body."""
    column = field.column or COLUMNS.get(field.name)
    return column or f"json_extract(body, '{field.type.path(field.name)}')"


def _value(field: types.Field, text: str, operator: str) -> Any:
    if operator == "like":
        return text
    if isinstance(field.type, types.Amount | types.Number | types.Whole):
        return _number(field, text)
    if isinstance(field.type, types.Flag):
        if text.lower() not in {"true", "false"}:
            raise invalid_query(f"Invalid boolean for {field.name}: {text}")
        return int(text.lower() == "true")
    if field.column == "party":
        return row_id(text)
    if isinstance(field.type, types.Day):
        if parse_date(text) is None:
            problem = f"Invalid date format for property {field.name}: {text}"
            raise invalid_query(problem)
        return text.strip()[:10]
    return text


def _number(field: types.Field, text: str) -> float:
    if not NUMBER.fullmatch(text.strip()):
        raise invalid_query(f"Invalid number for {field.name}: {text}")
    return float(text)


def _compare(
    compared: str,
    condition: Condition,
    values: Sequence[Any],
    columns: frozenset[str] | None = None,
) -> Term:
    operator = condition.operator
    index = INDEXES.get(compared)
    is_text = compared not in EXACT and isinstance(values[0], str)
    if operator == "like":
        pattern = str(values[0]).replace("\\", "\\\\").replace("_", "\\_")
        sql, more = (
            f"{compared} LIKE ? ESCAPE '\\'",
            _prefixed(compared, str(values[0])),
        )
        return Term(" AND ".join((sql, *more[0])), (pattern, *more[1]), more[2])
    # Names and other words are found whatever their case.
    collated = f"{compared} COLLATE NOCASE" if is_text else compared
    if operator == "in":
        sql = f"{collated} IN ({', '.join('?' * _counted(values))})"
    elif operator == "=":
        sql = f"{collated} = ?"
    elif operator == "!=":
        sql, index = f"{collated} != ?", None
    else:
        sql = f"{compared} {operator} ?"
        index = index if index not in {"entity_name", "entity_email"} else None
    if compared == "balance" and _is_owed(operator, values):
        sql, index = f"balance > 0 AND {sql}", "entity_balance"
    bound = operator[0] if operator[0] in "<>" else ""
    return Term(sql, tuple(values), index, columns, bound)


def _counted(values: Sequence[Any]) -> int:
    if len(values) > MOST_VALUES:
        raise invalid_query(f"IN takes at most {MOST_VALUES} values")
    return len(values)


def _prefixed(
    compared: str, pattern: str
) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    """A range that holds all that begins as the pattern does, for the index of names."""
    prefix = pattern.partition("%")[0]
    if compared != "name" or not prefix:
        return (), (), None
    sql = "name COLLATE NOCASE >= ?", "name COLLATE NOCASE < ?"
    return sql, (prefix, f"{prefix}\U0010ffff"), "entity_name"


def _is_owed(operator: str, values: Sequence[Any]) -> bool:
    """Whether only amounts above zero can fulfil a condition."""
    least = min(values)
    return least >= 0 and (
        operator == ">" or (operator in {"=", ">=", "in"} and least > 0)
    )


def _inside(kind: Kind, name: str, conditions: list[tuple[str, Condition]]) -> Term:
    """Conditions on parts of a list's entries, which one entry has to fulfil together."""
    property_of(kind, conditions[0][1].name, "filterable")
    parts: list[str] = []
    values: list[Any] = []
    for rest, condition in conditions:
        # LIKE finds a part whatever the case of its name.
        found = _compare("part.atom", condition, condition.values)
        parts.append(
            f"EXISTS (SELECT 1 FROM {PARTS} part "  # noqa: S608 - our own names
            f"WHERE part.fullkey LIKE ? AND {found.sql})"
        )
        values.extend((f"$.{rest}", *found.values))
    fulfilled = " AND ".join(parts)
    sql = f"EXISTS (SELECT 1 FROM {_entries(name)} WHERE {fulfilled})"  # noqa: S608
    return Term(sql, tuple(values))


def _entries(name: str) -> str:
    """The entries of a list in the body; an object counts as a list of one."""
    held = f"json_extract(body, '$.{name}')"
    is_list = f"json_type(body, '$.{name}') = 'array'"
    return (
        f"json_each(CASE WHEN {is_list} THEN {held} ELSE json_array({held}) END) entry"
    )
