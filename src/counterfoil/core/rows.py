"""Rows, many at once: keys taken beforehand, rows copied in, joined to be changed.

Django's own bulk methods quote every value in Python, which is most of what a large
import would cost. Here a row is a tuple in the order of the named fields, and what the
database must convert goes there as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection, models

Row = Sequence[Any]
_json = msgspec.json.Encoder()


def take_keys(model: type[models.Model], count: int) -> list[int]:
    """Keys for rows that are about to be inserted, ascending; nobody else gets them."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(source.name) FROM generate_series(1, %s), LATERAL"
            " (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0)"
            " AS source",
            [count, model._meta.db_table, _key(model).column],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Row]
) -> None:
    """Copy rows in; a key that is not named is the next of its sequence."""
    if not rows:
        return
    fields = [field_of(model, name) for name in names]
    statement = f"COPY {_quoted(model._meta.db_table)} ({_listed(fields)}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in _prepared(fields, rows):
            copy.write_row(row)


def insert_missing(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert in one statement the rows that break no constraint of being unique."""
    if not rows:
        return
    fields = [field_of(model, name) for name in names]
    statement = (
        # Nothing but names and types of our own models is put into the text.
        f"INSERT INTO {_quoted(model._meta.db_table)} ({_listed(fields)})"  # noqa: S608
        f" SELECT * FROM unnest({_arrays(fields)}) ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _columns(fields, rows))


def update(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Row],
    *,
    within: tuple[str, Any] | None = None,
) -> int:
    """Write the named fields in one statement; a row begins with its key.

    ``within`` names a field and what it must hold (the connection, the workspace), or
    else the row stays as it is. Returns how many rows there were.

    Django's ``bulk_update`` writes one CASE per row and column, which takes seconds for
    a thousand rows; joining arrays takes milliseconds.
    """
    if not rows:
        return 0
    fields = [_key(model), *(field_of(model, name) for name in names)]
    quoted = [_quoted(field.column) for field in fields]
    assignments = ", ".join(f"{name} = source.{name}" for name in quoted[1:])
    statement = (
        f"UPDATE {_quoted(model._meta.db_table)} AS target SET {assignments}"  # noqa: S608
        f" FROM unnest({_arrays(fields)}) AS source({', '.join(quoted)})"
        f" WHERE target.{quoted[0]} = source.{quoted[0]}"
    )
    values: list[Any] = [*_columns(fields, rows)]
    if within is not None:
        statement += f" AND target.{_quoted(field_of(model, within[0]).column)} = %s"
        values.append(within[1])
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def field_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The field that is a column of this name."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__}.{name} is not a column")
    return field


def _key(model: type[models.Model]) -> models.Field[Any, Any]:
    return field_of(model, model._meta.pk.name)


def _quoted(name: object) -> str:
    return connection.ops.quote_name(str(name))


def _listed(fields: Sequence[models.Field[Any, Any]]) -> str:
    return ", ".join(_quoted(field.column) for field in fields)


def _prepared(
    fields: Sequence[models.Field[Any, Any]], rows: Iterable[Row]
) -> Iterable[Row]:
    """The rows with JSON and moments as text; ``None`` is NULL, as it is for Django."""
    encoders: list[tuple[int, Callable[[Any], str]]] = []
    for place, field in enumerate(fields):
        if isinstance(field, models.JSONField):
            encoders.append((place, _json_text))
        elif isinstance(field, models.DateTimeField):
            encoders.append((place, _Moments().__getitem__))
    return _encoded(rows, encoders) if encoders else rows


def _encoded(
    rows: Iterable[Row], encoders: Sequence[tuple[int, Callable[[Any], str]]]
) -> Iterable[Row]:
    for row in rows:
        values = list(row)
        for place, encode in encoders:
            value = values[place]
            if value is not None:
                values[place] = encode(value)
        yield values


def _json_text(value: Any) -> str:
    return _json.encode(value).decode()


class _Moments(dict[datetime, str]):
    """Moments as text, each worked out once: most rows of a call have the same."""

    def __missing__(self, at: datetime) -> str:
        text = self[at] = at.isoformat()
        return text


def _columns(
    fields: Sequence[models.Field[Any, Any]], rows: Sequence[Row]
) -> list[str]:
    """The rows turned on their side, each column as the text of an array."""
    return [array(column) for column in zip(*_prepared(fields, rows), strict=True)]


def array(values: Iterable[Any]) -> str:
    """Values as the text of an array: one parameter, quoted once and not by element."""
    given = list(values)
    kinds = set(map(type, given))
    if kinds == {int}:
        return "{" + ",".join(map(str, given)) + "}"
    if kinds == {str}:
        joined = '","'.join(given)
        if "\\" not in joined and joined.count('"') == 2 * (len(given) - 1):
            return '{"' + joined + '"}'
    return "{" + ",".join(map(_element, given)) + "}"


def _element(value: Any) -> str:
    """One value in the text of an array."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, date):  # a moment is one too
        return f'"{value.isoformat()}"'
    if isinstance(value, bytes | memoryview):
        return f'"\\\\x{value.hex()}"'
    raise TypeError(f"{type(value).__name__} cannot be put into an array")


def _arrays(fields: Sequence[models.Field[Any, Any]]) -> str:
    """The arrays' places; of types without a length, which would cut what is longer."""
    types = [str(field.rel_db_type(connection)).split("(", 1)[0] for field in fields]
    return ", ".join(f"%s::{kind}[]" for kind in types)
