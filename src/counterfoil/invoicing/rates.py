"""What a currency is worth at home on a day: read from the books, kept with its time.

A document in a foreign currency needs a rate. The books' own is proposed, a person may
type another, and where nobody knows one there is no document: never the default of 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from counterfoil.connections import mirror, ports
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.core.errors import CounterfoilError
from counterfoil.invoicing import company as companies
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, day
from counterfoil.invoicing.document import text
from counterfoil.invoicing.reckoning import currency

STREAM = "exchange_rates"
FRESH = timedelta(hours=6)  # a day's rate may still be corrected in the books


@dataclass(frozen=True, slots=True)
class Rate:
    """One of ``currency`` is ``rate`` at home ``on`` a day, as the books said ``read_at``."""

    currency: str
    rate: Decimal
    on: date
    read_at: datetime


def known(connection: Connection, code: str, on: date) -> Rate | None:
    """What was read of that very day."""
    row = mirror.get(connection, STREAM, _key(code, on))
    held = Decimal(str(row.content.get("rate") or 0)) if row else Decimal(0)
    return Rate(code, held, on, row.seen_at) if row and held > 0 else None


def read(connection: Connection, code: str, on: date, *, now: datetime) -> Rate | None:
    """Ask the books unless it was read lately; when they do not answer, what is known.

    It is a call: not in a transaction.
    """
    row = mirror.get(connection, STREAM, _key(code, on))
    if row is not None and now - row.seen_at < FRESH:
        return known(connection, code, on)
    source = ports.rates.get(connection.service)
    if source is None or not connection.is_active:
        return known(connection, code, on)
    try:
        found = source.rate(connection, code, on, now=now)
    except CounterfoilError:
        return known(connection, code, on)
    RemoteObject.objects.update_or_create(
        connection=connection,
        stream=STREAM,
        remote_id=_key(code, on),
        defaults={
            "name": _key(code, on),
            "content": {"rate": "" if found is None else text(found)},
            "seen_at": now,
        },
    )
    return known(connection, code, on)


def read_ahead(
    connection: Connection, code: str, on: date | None, *, now: datetime
) -> None:
    """Read a foreign currency's rate before the work begins that needs it.

    Nothing is asked while a transaction is open: then only what is known counts.
    """
    home = connection.home_currency or connection.workspace.home_currency
    if transaction.get_connection().in_atomic_block or code in {"", home}:
        return
    on = on or companies.today_at(connection, connection.workspace, now)
    read(connection, code, on, now=now)


def read_for(
    connection: Connection, content: Content, company: Company, *, now: datetime
) -> None:
    """Read what :func:`proposed` will propose."""
    if (wanted := _wanted(content, company)) is not None:
        read_ahead(connection, *wanted, now=now)


def proposed(connection: Connection, content: Content, company: Company) -> Content:
    """The content with the rate of its day, or none where nobody knows it.

    What was proposed for another day or currency is proposed anew; what somebody typed
    stays, for as long as the currency does.
    """
    wanted = _wanted(content, company)
    if wanted is None:
        return content
    rate = of_day(connection, *wanted)
    return replace(content, exchange_rate=rate, rate_for=_key(*wanted))


def typed(content: Content, company: Company, rate: str) -> Content:
    """The content with what stands in the field: its own proposal, or a person's rate."""
    if rate == content.exchange_rate:
        return content
    code = currency(content, company)
    return replace(content, exchange_rate=rate, rate_for=code if rate else "")


def _wanted(content: Content, company: Company) -> tuple[str, date] | None:
    """The currency and the day whose rate has not been asked for, if one is needed."""
    code, on = currency(content, company), day(content.issued_on) or company.today
    is_typed = bool(content.exchange_rate) and content.rate_for in {"", code}
    is_needed = code != company.home_currency and not is_typed
    return (code, on) if is_needed and content.rate_for != _key(code, on) else None


def of_day(connection: Connection, code: str, on: date) -> str:
    """A day's rate as it would be typed, or ``""``."""
    found = known(connection, code, on)
    return text(found.rate) if found else ""


def for_page(
    connection: Connection, code: str, on: date | None, *, now: datetime
) -> str:
    """What a page proposes: the rate of a day, read if need be, or ``""``."""
    read_ahead(connection, code, on, now=now)
    on = on or companies.today_at(connection, connection.workspace, now)
    return of_day(connection, code, on)


def followed(
    connection: Connection, code: str, rate: str, *, before: str, on: str, now: datetime
) -> str | None:
    """The rate of ``on`` where that of ``before`` was proposed and stands there still.

    ``None``: it stays, for somebody typed it, or it is the same.
    """
    was, moved = day(before), day(on)
    if was is None or moved is None or was == moved:
        return None
    if rate != of_day(connection, code, was):
        return None
    found = for_page(connection, code, moved, now=now)
    return None if found == rate else found


def _key(code: str, on: date) -> str:
    return f"{code} {on.isoformat()}"
