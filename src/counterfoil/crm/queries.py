"""Reading records: one, pages of many, counts and totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.http import Http404
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.core.errors import Invalid
from counterfoil.core.money import Money
from counterfoil.crm import ageing, keyset
from counterfoil.crm.catalogue import ObjectType, Property, object_types, properties_of
from counterfoil.crm.filters import alias_of, path_of, resolve
from counterfoil.crm.models import Record
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.reference import ReferenceType
from counterfoil.crm.property_types.text import Text
from counterfoil.workspaces.models import Workspace

COUNT_CAP = 10_000
# A shorter text would find nothing by three-letter groups: it is taken as a beginning.
SHORTEST_SUBSTRING = 3
TIMEOUT_MILLISECONDS = 8_000
CANCELLED = "57014"
# Adding up what is open must not keep a list waiting.
OWED_MILLISECONDS = 2_000
TITLE = Property("title", Text(max_length=600), gettext_lazy("Name"))


@dataclass(frozen=True)
class Page:
    """Rows of a list; ``next`` and ``previous`` are given to ``page(after=...)``.

    ``count`` is of all that match, at most ``COUNT_CAP``.
    """

    rows: list[Any]
    next: str
    previous: str
    count: int
    count_is_capped: bool


@dataclass(frozen=True)
class Owed:
    """What is open in one currency, by age."""

    currency: str
    total: Money
    by_age: dict[ageing.Age, Money]


def get(workspace: Workspace, object_type: str, record_id: int) -> Record:
    """The record, archived or not; 404 when it is absent or another workspace's."""
    noun = object_types[object_type]
    rows = noun.model._default_manager.select_related(*_references(noun))
    record = rows.filter(workspace=workspace, pk=record_id).first()
    if record is None:
        raise Http404
    return record


def page(  # noqa: PLR0913  a list has that many sides
    *,
    workspace: Workspace,
    object_type: str,
    filters: Sequence[tuple[Any, ...]] = (),
    search: str = "",
    sort: str = "",
    after: str = "",
    size: int = 50,
    only: Sequence[int] | None = None,
    now: datetime | None = None,
) -> Page:
    """A page of the records that are not archived, or of those ``only``.

    ``filters`` are triples of property, operator and value; ``sort`` is a property or
    ``title``, with ``-`` for descending; what is not known comes last either way. An
    unreadable ``after`` starts at the first page. ``now`` is needed by filters that are
    relative to today. Raises :class:`Invalid` with sentences by property.
    """
    noun, properties = object_types[object_type], properties_of(object_type, workspace)
    rows = _matching(
        workspace, noun, _conditions(noun, filters, properties, workspace, now), search
    )
    if only is not None:
        rows = rows.filter(pk__in=only)
    name = (sort or noun.sort).removeprefix("-")
    prop = TITLE if name == TITLE.name else properties.get(name)
    if prop is None or not prop.type.is_sortable:
        raise Invalid({"sort": [_("This list cannot be sorted in this way.")]})
    if prop.custom:
        rows = rows.alias(**{path_of(prop): alias_of(prop)})
    order = keyset.Order(
        prop, path_of(prop), is_descending=(sort or noun.sort).startswith("-")
    )
    shown = rows.select_related(*_references(noun))
    if now is not None:
        shown = shown.annotate(**ageing.shown(noun.key, workspace.today(now)))
    with limited():
        found = keyset.window(shown, order, after=after, size=size)
        count = rows.order_by()[: COUNT_CAP + 1].count()
    return Page(
        found.rows,
        found.next,
        found.previous,
        min(count, COUNT_CAP),
        count_is_capped=count > COUNT_CAP,
    )


def totals(
    *,
    workspace: Workspace,
    object_type: str,
    filters: Sequence[tuple[Any, ...]] = (),
    search: str = "",
    now: datetime | None = None,
) -> dict[str, list[Money]]:
    """Sums of the money properties over all that match, one per currency, never mixed.

    With ``now`` those of the columns by age are among them.
    """
    noun, properties = object_types[object_type], properties_of(object_type, workspace)
    summed = [
        prop.name
        for prop in noun.properties
        if isinstance(prop.type, Currency) and not prop.type.is_unit_price
    ]
    if not summed:
        return {}
    rows = _matching(
        workspace, noun, _conditions(noun, filters, properties, workspace, now), search
    )
    aggregates: dict[str, Any] = {name: Sum(name) for name in summed}
    if now is not None:
        aggregates |= ageing.sums(noun.key, workspace.today(now))
    with limited():
        sums = list(
            rows.exclude(currency="")
            .order_by("currency")
            .values("currency")
            .annotate(**{f"sum_{name}": each for name, each in aggregates.items()})
        )
    return {
        name: [Money(row[f"sum_{name}"] or Decimal(0), row["currency"]) for row in sums]
        for name in aggregates
    }


def owed(
    *,
    workspace: Workspace,
    filters: Sequence[tuple[Any, ...]] = (),
    search: str = "",
    now: datetime,
) -> list[Owed]:
    """What customers owe of the invoices that match, by age and never across currencies.

    Reads open invoices alone, so that it costs the same however many were paid.
    """
    noun = object_types[ageing.NOUN]
    properties = properties_of(noun.key, workspace)
    conditions = _conditions(noun, filters, properties, workspace, now)
    rows = _matching(workspace, noun, conditions, search).filter(ageing.OPEN)
    sums = ageing.sums(noun.key, workspace.today(now))
    with limited(OWED_MILLISECONDS):
        found = list(
            rows.exclude(currency="")
            .order_by("currency")
            .values("currency")
            .annotate(total=Sum("balance"), **sums)
        )
    return [_owed(row) for row in found]


def _owed(row: dict[str, Any]) -> Owed:
    currency = row["currency"]
    by_age = {
        age: Money(row[prop.name] or Decimal(0), currency)
        for age, prop in ageing.AMOUNTS.items()
    }
    return Owed(currency, Money(row["total"], currency), by_age)


def _conditions(
    noun: ObjectType,
    filters: Sequence[tuple[Any, ...]],
    properties: dict[str, Property],
    workspace: Workspace,
    now: datetime | None,
) -> list[tuple[Property, Q]]:
    """What is asked of the rows; ages are counted from the day that ``now`` is."""
    if now is None:
        resolved = resolve(filters, properties, workspace, None)
        return [(asked.prop, asked.condition()) for asked in resolved]
    today = workspace.today(now)
    known = {**properties, **ageing.filterable(noun.key)}
    return [
        (
            asked.prop,
            ageing.condition(asked, today)
            if asked.prop is ageing.AGE
            else asked.condition(),
        )
        for asked in resolve(filters, known, workspace, now)
    ]


def _matching(
    workspace: Workspace,
    noun: ObjectType,
    conditions: Sequence[tuple[Property, Q]],
    search: str,
) -> QuerySet[Any]:
    rows: QuerySet[Any] = noun.model._default_manager.filter(
        workspace=workspace, archived_at__isnull=True
    )
    for prop, condition in conditions:
        if prop.custom:
            rows = rows.alias(**{path_of(prop): alias_of(prop)})
        rows = rows.filter(condition)
    text = search.strip().replace("\x00", "")
    return rows.filter(_search(noun, text)) if text else rows


def _search(noun: ObjectType, text: str) -> Q:
    if len(text) < SHORTEST_SUBSTRING:
        return Q(title__istartswith=text)
    if noun.key == "contact" and "@" in text:
        return Q(title__icontains=text) | Q(email__iexact=text)
    return Q(title__icontains=text)


def _references(noun: ObjectType) -> list[str]:
    return [
        prop.name
        for prop in noun.properties
        if isinstance(prop.type, ReferenceType) and not prop.internal
    ]


@contextmanager
def limited(milliseconds: int | None = None) -> Iterator[None]:
    """Give up on a list that takes too long, and say what helps."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'),"
                " set_config('statement_timeout', %s, true)",
                [str(milliseconds or TIMEOUT_MILLISECONDS)],
            )
            before = cursor.fetchone()[0]
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != CANCELLED:
            raise
        raise Invalid(
            {"": [_("This list takes too long. Add a filter to make it shorter.")]}
        ) from error
