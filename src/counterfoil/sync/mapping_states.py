"""How the mappings of an object are doing: in step, or on how many records not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection as database
from django.db.models import Count, QuerySet

from counterfoil.connections.models import Connection, Link, LinkState, RemoteObject
from counterfoil.crm.catalogue import Property
from counterfoil.sync.engine.canon import canon
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.models import UNSETTLED, Conflict, Quarantine
from counterfoil.sync.pairs import values
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import Pairing

# Pairs that may differ are compared exactly up to so many; beyond it is "or more".
MOST_COMPARED = 2000


@dataclass(frozen=True)
class Standing:
    """``differing`` are linked records whose two sides do not hold the same value.

    ``is_more``: there are more than were compared. ``conflicts`` wait for a person,
    ``stopped`` went to and fro.
    """

    differing: int = 0
    is_more: bool = False
    conflicts: int = 0
    stopped: int = 0


def standing(
    connection: Connection, pairing: Pairing, settings: Settings, *, now: datetime
) -> dict[Rule, Standing]:
    """How every mapping in force is doing, in a handful of statements."""
    ground = Ground(connection, pairing, settings, now=now)
    rules = [
        rule for rule in settings.effective_rules if rule.local in ground.properties
    ]
    differing, is_more = _differing(ground, rules)
    conflicts = _by_field(
        Conflict.objects.filter(UNSETTLED, connection=connection),
        pairing,
        "local_field",
    )
    stopped = _by_field(
        Quarantine.objects.filter(connection=connection), pairing, "field"
    )
    by_pair = {(rule.local, rule.remote): rule for rule in rules}
    return {
        rule: Standing(
            differing[rule.local, rule.remote],
            is_more,
            conflicts.get(rule.local, 0),
            stopped.get(rule.local, 0),
        )
        for rule in settings.rules
        if (rule.local, rule.remote) in by_pair
    }


def _by_field(rows: QuerySet[Any], pairing: Pairing, column: str) -> dict[str, int]:
    counted = (
        rows.filter(link__stream=pairing.stream, link__object_type=pairing.object_type)
        .order_by()
        .values_list(column)
        .annotate(n=Count("pk"))
    )
    return dict(counted)


def _differing(
    ground: Ground, rules: list[Rule]
) -> tuple[Counter[tuple[str, str]], bool]:
    """How many pairs differ, by mapping; the database leaves out those that do not."""
    found: Counter[tuple[str, str]] = Counter()
    pairs = _candidates(ground, rules) if rules else []
    records = ground.model._default_manager.in_bulk([pair[0] for pair in pairs])
    objects = RemoteObject.objects.in_bulk([pair[1] for pair in pairs])
    for record_id, object_id in pairs[:MOST_COMPARED]:
        record, row = records.get(record_id), objects.get(object_id)
        if record is None or row is None:
            continue
        counted = ground.rules_for(row.content)
        here = values.of_record(record, counted, ground.properties)
        there = values.of_content(row.content, counted)
        found.update(
            (rule.local, rule.remote)
            for rule in counted
            if canon(rule, here.get(rule.local)) != canon(rule, there[rule.remote])
        )
    return found, len(pairs) > MOST_COMPARED


def _candidates(ground: Ground, rules: Iterable[Rule]) -> list[tuple[int, int]]:
    """Linked pairs of which some value is spelled differently; one more than is used."""
    conditions: list[str] = []
    parameters: list[str | list[str]] = []
    for rule in rules:
        here, given = _here(ground.properties[rule.local])
        there = "held.content #>> %s"
        path = rule.remote.split(".")
        forms = _form(rule.kind)
        conditions.append(
            f"(coalesce({here}, '') <> coalesce({there}, '')"
            f" AND {forms % here} <> {forms % there})"
        )
        parameters += [*given, path, *given, path]
    table = database.ops.quote_name(ground.model._meta.db_table)
    # Only names of our own columns are put into the text.
    statement = (
        "SELECT record.id, held.id"  # noqa: S608
        f" FROM {Link._meta.db_table} AS link"
        f" JOIN {table} AS record ON record.id = link.record_id"
        f" JOIN {RemoteObject._meta.db_table} AS held"
        " ON held.connection_id = link.connection_id AND held.stream = link.stream"
        " AND held.remote_id = link.remote_id"
        " WHERE link.connection_id = %s AND link.stream = %s"
        " AND link.object_type = %s AND link.state = %s AND held.active"
        " AND record.archived_at IS NULL"
        f" AND ({' OR '.join(conditions)}) ORDER BY link.id LIMIT %s"
    )
    pairing = ground.pairing
    with database.cursor() as cursor:
        cursor.execute(
            statement,
            [
                ground.connection.pk,
                pairing.stream,
                pairing.object_type,
                LinkState.OK,
                *parameters,
                MOST_COMPARED + 1,
            ],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _here(prop: Property) -> tuple[str, list[str]]:
    """A property's value as text, and the parameters that the expression takes."""
    if prop.custom:
        return "record.custom ->> %s", [prop.name]
    return f"record.{database.ops.quote_name(prop.column)}::text", []


def _form(kind: FieldKind) -> str:
    """What leaves out most of what is only spelled differently: equal means equal."""
    return _FORMS.get(kind, r"btrim(regexp_replace(coalesce(%s, ''), '\s+', ' ', 'g'))")


_NUMBER = (
    "(SELECT CASE WHEN given ~ '^-?[0-9]+([.][0-9]+)?$'"
    " THEN trim_scale(given::numeric)::text ELSE given END"
    " FROM (SELECT coalesce(%s, '') AS given) AS plain)"
)
_FORMS = {
    FieldKind.LONG_TEXT: "btrim(coalesce(%s, ''))",
    FieldKind.EMAIL: "lower(btrim(coalesce(%s, '')))",
    FieldKind.PHONE: "regexp_replace(lower(coalesce(%s, '')), '[^0-9a-z+,;#*]', '', 'g')",
    FieldKind.URL: (
        "rtrim(regexp_replace(lower(coalesce(%s, '')), '^https?://(www[.])?', ''), '/')"
    ),
    FieldKind.NUMBER: _NUMBER,
    FieldKind.MONEY: _NUMBER,
}
