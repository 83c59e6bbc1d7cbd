"""A list as a file: every row that matches, streamed, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from counterfoil.crm import queries
from counterfoil.crm.catalogue import ObjectType, Property
from counterfoil.crm.models import Quote, Record
from counterfoil.crm.property_types.reference import ReferenceType
from counterfoil.web.place import Place, entered, locale_of
from counterfoil.web.records.asked import Asked
from counterfoil.web.records.cells import status_of
from counterfoil.web.records.fields import text_of
from counterfoil.web.records.owed import listed
from counterfoil.workspaces.access import Access

PAGE = 500
# Spreadsheets take a cell that begins with one of these for a formula.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class _Echo:
    """A file for the writer that gives each line back."""

    def write(self, line: str) -> str:
        return line


def safe(value: Any) -> str:
    """The value as text; text that would run as a formula begins with an apostrophe."""
    if isinstance(value, Decimal):
        return text_of(value)
    text = text_of(value)
    return f"'{text}" if text.startswith(RISKY) else text


def lines(
    access: Access,
    noun: ObjectType,
    asked: Asked,
    now: datetime,
    *,
    only: Sequence[int] | None = None,
) -> Iterator[str]:
    """The file line by line: identifier, title, then every property.

    ``only`` these records, where some were chosen.
    """
    writer = csv.writer(_Echo())
    properties = list(listed(noun, access.workspace).values())
    # The file is streamed when the page's own place has been left already.
    place = Place(locale_of(""), access.workspace.zone, now)
    yield "\ufeff"
    yield writer.writerow(["id", "title", *(prop.name for prop in properties)])
    after = ""
    while True:
        page = queries.page(
            workspace=access.workspace,
            object_type=noun.key,
            filters=asked.filters,
            search=asked.search,
            sort=asked.sort,
            after=after,
            size=PAGE,
            only=only,
            now=now,
        )
        with entered(place):
            rows = [writer.writerow(_cells(record, properties)) for record in page.rows]
        yield from rows
        after = page.next
        if not after:
            return


def _cells(record: Record, properties: Sequence[Property]) -> list[str]:
    return [
        str(record.pk),
        safe(record.title),
        *(safe(_value(record, prop)) for prop in properties),
    ]


def _value(record: Record, prop: Property) -> Any:
    if isinstance(prop.type, ReferenceType) and not prop.custom:
        found = getattr(record, prop.name)
        return str(found) if found else ""
    if isinstance(record, Quote) and prop.name == "status":
        return status_of(record).value
    return prop.of(record)
