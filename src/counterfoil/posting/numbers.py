"""Numbers for companies that number their documents by hand (row C5).

A number is reserved in the transaction that asks for the document and is never given
out again, whatever becomes of it. What the books hold already is read from the records,
so that numbers which people give in QuickBooks meanwhile are passed by; the one that
still collides is refused by the books (6140), and replaced here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import object_types
from counterfoil.posting.models import Intent, NumberSeries, NumberTaken
from counterfoil.posting.state import EXISTING, State
from counterfoil.posting.succession import (
    LONGEST,
    NoMoreNumbers,
    Parted,
    following,
)

SALES, ESTIMATES, PURCHASES = "sales", "estimates", "purchases"
# Sales forms share one sequence in QuickBooks; payments have none of their own.
SERIES = {
    "invoice": SALES,
    "sales_receipt": SALES,
    "credit_memo": SALES,
    "refund_receipt": SALES,
    "estimate": ESTIMATES,
    "expense": PURCHASES,
}
# What the company says of its numbers, per series (see ``Connection.facts``).
BY_HAND = {
    SALES: "custom_numbers",
    ESTIMATES: "custom_numbers",
    PURCHASES: "custom_expense_numbers",
}
TAKEN = "6140"
MOST_REPLACED = 20
RECENT = 200


@dataclass(frozen=True)
class Reserved:
    """A number for a document; ``series`` when it may be replaced by the next one."""

    number: str
    series: str


@dataclass(frozen=True)
class Gap:
    """A number that was reserved here and that no document of ours bears."""

    number: str
    taken_at: datetime
    is_rivals: bool


def numbers_by_hand(connection: Connection, kind: str) -> bool:
    """Whether the company leaves the numbers of such documents to whoever makes them."""
    series = SERIES.get(kind)
    return series is not None and bool(connection.facts.get(BY_HAND[series]))


def reserve(
    connection: Connection, kind: str, *, now: datetime, wanted: str = ""
) -> Reserved:
    """Take the next number, in the caller's transaction; none where the books number.

    ``wanted`` is a person's own: ``Invalid`` when a document has it, and never replaced
    by another.
    """
    wanted = wanted.strip()
    if len(wanted) > LONGEST:
        sentence = _("A number has at most %(most)s characters.")
        raise Invalid({"number": [sentence % {"most": LONGEST}]})
    if not numbers_by_hand(connection, kind):
        return Reserved(wanted, "")
    series = _locked(connection, SERIES[kind])
    if wanted:
        _take_wanted(series, wanted, now)
        return Reserved(wanted, "")
    return Reserved(_take(series, now), series.name)


def peek(connection: Connection, kind: str) -> str:
    """What would come next; empty where the books number, or no number is left."""
    if not numbers_by_hand(connection, kind):
        return ""
    try:
        return _next(NumberSeries(connection=connection, name=SERIES[kind]))
    except NoMoreNumbers:
        return ""


def replacement(intent: Intent, now: datetime) -> dict[str, object] | None:
    """The same document under the next number, when its own was found to be taken.

    ``None`` when that is not ours to decide: a person chose the number, or none is free
    after so many tries.
    """
    document = dict(intent.document)
    if not document.get("number_series") or intent.renumbered >= MOST_REPLACED:
        return None
    series = _locked(intent.connection, str(document["number_series"]))
    lost = str(document.get("number") or "")
    series.taken.update_or_create(
        number__iexact=lost,
        defaults={"is_rivals": True},
        create_defaults={"number": lost, "is_rivals": True, "taken_at": now},
    )
    try:
        return {**document, "number": _take(series, now)}
    except Invalid:
        return None


def exhausted(intent: Intent) -> str:
    """Why the number was not replaced any more."""
    sentence = _(
        "%(company)s has documents under this number and the %(count)s after it. Choose"
        " a number that is free there."
    )
    return sentence % {"company": intent.connection.name, "count": MOST_REPLACED}


def gaps(connection: Connection, kind: str) -> list[Gap]:
    """Reserved numbers that no document of ours bears, nor will; oldest first."""
    name = SERIES[kind]
    kinds = [each for each, series in SERIES.items() if series == name]
    intents = Intent.objects.filter(connection=connection, kind__in=kinds).exclude(
        state__in=[State.REJECTED, State.CANCELLED]
    )
    borne = {
        (number if state in EXISTING else asked).upper()
        for number, asked, state in intents.values_list(
            "number", "document__number", "state"
        )
        if number or asked
    }
    taken = NumberTaken.objects.filter(
        series__connection=connection, series__name=name
    ).order_by("id")
    return [
        Gap(each.number, each.taken_at, each.is_rivals)
        for each in taken
        if each.number.upper() not in borne
    ]


def _locked(connection: Connection, name: str) -> NumberSeries:
    """The row that whoever takes a number holds until the end of the transaction."""
    NumberSeries.objects.bulk_create(
        [NumberSeries(connection=connection, name=name)], ignore_conflicts=True
    )
    rows = NumberSeries.objects.select_for_update(of=("self",))
    return rows.select_related("connection").get(connection=connection, name=name)


def _take(series: NumberSeries, now: datetime) -> str:
    try:
        number = _next(series)
    except NoMoreNumbers as error:
        sentence = _(
            "The next number, %(number)s, has more than %(most)s characters. Type a"
            " number of your own."
        )
        names = {"number": str(error), "most": LONGEST}
        raise Invalid({"number": [sentence % names]}) from error
    series.taken.create(number=number, taken_at=now)
    return number


def _take_wanted(series: NumberSeries, wanted: str, now: datetime) -> None:
    if _is_used(series, wanted):
        sentence = _(
            "%(company)s has a document %(number)s already. Leave the number empty to"
            " take the next one."
        )
        names = {"company": series.connection.name, "number": wanted}
        raise Invalid({"number": [sentence % names]})
    if not series.taken.filter(number__iexact=wanted).exists():
        series.taken.create(number=wanted, taken_at=now)


def _is_used(series: NumberSeries, number: str) -> bool:
    """Whether a document bears it, or one that bears it is on its way."""
    for rows in _records(series):
        if rows.filter(number__iexact=number, posting_state__in=["", "confirmed"]):
            return True
    row = series.taken.filter(number__iexact=number).first()
    if row is None or row.is_rivals:
        return row is not None
    asked = Intent.objects.filter(
        connection=series.connection,
        kind__in=_kinds(series),
        document__number__iexact=number,
    )
    return asked.exclude(state__in=[State.REJECTED, State.CANCELLED]).exists()


def _next(series: NumberSeries) -> str:
    number = following(_known(series))
    while _is_known(series, number):
        number = following([number])
    return number


def _known(series: NumberSeries) -> list[str]:
    """Numbers newest first, and after them the longest of the newest one's style."""
    pools = [_taken(series), *_records(series)]
    numbers = list(_newest_first(pools))
    newest = next(filter(None, map(Parted.of, numbers)), None)
    if newest is None:
        return numbers
    for rows in pools:
        longest = (
            rows.filter(number__startswith=newest.before, number__endswith=newest.after)
            .annotate(length=Length("number"))
            .filter(length__lte=LONGEST)
            .order_by("-length", "-number")
        )
        numbers += longest.values_list("number", flat=True)[:RECENT]
    return numbers


def _newest_first(pools: Sequence[QuerySet[Any]]) -> Iterator[str]:
    recent = [
        rows.order_by("-id").values_list(moment, "number")[:RECENT]
        for rows, moment in zip(
            pools,
            ["taken_at", *["created_at"] * (len(pools) - 1)],
            strict=True,
        )
    ]
    for _moment, number in heapq.merge(*recent, key=lambda row: row[0], reverse=True):
        yield number


def _is_known(series: NumberSeries, number: str) -> bool:
    pools = [_taken(series), *_records(series)]
    return any(rows.filter(number__iexact=number).exists() for rows in pools)


def _taken(series: NumberSeries) -> QuerySet[Any]:
    return NumberTaken.objects.filter(
        series__connection=series.connection, series__name=series.name
    )


def _records(series: NumberSeries) -> Iterator[QuerySet[Any]]:
    """The documents of the series as they are known here, by kind."""
    for kind in _kinds(series):
        if kind in object_types:
            model = cast("Any", object_types[kind].model)
            rows: QuerySet[Any] = model.objects.filter(connection=series.connection)
            yield rows.exclude(number="")


def _kinds(series: NumberSeries) -> list[str]:
    return [kind for kind, name in SERIES.items() if name == series.name]
