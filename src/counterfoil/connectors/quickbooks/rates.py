"""What a currency is worth on a day, as a company's books have it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks import wire
from counterfoil.connectors.quickbooks.client import Client, unreadable

UNKNOWN = Decimal(1)


class _Rate(Struct, rename="pascal"):
    source_currency_code: str = ""
    rate: Decimal = UNKNOWN


class QuickBooksRates:
    """Reads the list of exchange rates of one company."""

    key = "quickbooks"

    def rate(
        self, connection: Connection, code: str, on: date, *, now: datetime
    ) -> Decimal | None:
        """QuickBooks says 1 where it knows none, which must never be booked."""
        answer = Client(connection, now=now).get(
            "exchangerate", sourcecurrencycode=code, asofdate=on.isoformat()
        )
        raw, _time = wire.single(answer, "ExchangeRate", is_write=False)
        try:
            held = msgspec.json.decode(raw, type=_Rate, strict=False)
        except msgspec.DecodeError:
            unreadable(answer, is_write=False)
        is_known = held.source_currency_code == code and held.rate > 0
        return held.rate if is_known and held.rate != UNKNOWN else None
