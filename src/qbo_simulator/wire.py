"""JSON, times and amounts in the style the real service writes them."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

PACIFIC = ZoneInfo("America/Los_Angeles")
CENT = Decimal("0.01")

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)

encode = _encoder.encode
decode = _decoder.decode
NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What `decode` raises for what is no JSON, or is nested too deeply to read."""


PSEUDO_IDS = {"TAX": -2, "NON": -3, "CustomSalesTax": -4}
"""The tax codes of lines in the United States, whose ids are words, are filed so."""
LARGEST_ID = (1 << 63) - 1
"""The largest number of an id that SQLite can keep."""


def id_of(text: str) -> int | None:
    """An id as the file keeps it; None for what can be none."""
    if text in PSEUDO_IDS:
        return PSEUDO_IDS[text]
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))):
        return None
    found = int(text)
    return found if found <= LARGEST_ID else None


def money(amount: Decimal) -> Decimal | int:
    """An amount as served: `100.0`, `87.5`, `314.28`, and a plain `0`."""
    if not amount:
        return 0
    cents = amount.quantize(CENT, ROUND_HALF_UP)
    if not cents:
        return 0
    tenths = cents.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return tenths if tenths == cents else cents


def number(value: Decimal) -> Decimal | int:
    """A quantity, price or percentage as served: trimmed, `75`, `22.5`."""
    if value == value.to_integral_value():
        return int(value)
    return value.normalize()


def round_cents(amount: Decimal) -> Decimal:
    """To whole cents, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def to_cents(amount: Decimal | int) -> int:
    """An amount as a whole number of cents."""
    return int(round_cents(Decimal(amount)) * 100)


def from_cents(cents: int) -> Decimal:
    """A whole number of cents as an amount."""
    return Decimal(cents) / 100


@lru_cache(maxsize=4096)
def _pacific(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, PACIFIC).isoformat()


def stamp(at: datetime | int) -> str:
    """A MetaData time: Pacific, whole seconds, the offset of that instant."""
    return _pacific(at if isinstance(at, int) else int(at.timestamp()))


def answer_time(at: datetime) -> str:
    """The `time` of an answer: Pacific with milliseconds."""
    return at.astimezone(PACIFIC).isoformat(timespec="milliseconds")


def today(at: datetime) -> date:
    """The server's date: Pacific."""
    return at.astimezone(PACIFIC).date()


def parse_instant(text: str) -> datetime | None:
    """A timestamp or date of a query; without an offset it is Pacific. None if neither."""
    cleaned = text.strip().replace(" ", "T", 1)
    if len(cleaned) > 5 and cleaned[-5] in "+-" and cleaned[-4:].isdigit():
        cleaned = f"{cleaned[:-2]}:{cleaned[-2:]}"
    try:
        parsed = datetime.fromisoformat(cleaned)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=PACIFIC)


def parse_date(text: str) -> date | None:
    """A date, leniently: what follows the day is ignored. None if it is no date."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def as_decimal(value: Any) -> Decimal:
    """An amount out of a served entity; what is absent counts as zero."""
    return Decimal(value) if value else Decimal(0)


def new_tid(epoch: int) -> str:
    """A trace id as recorded: a version, the second in hexadecimal, and chance."""
    return f"1-{epoch:08x}-{secrets.token_hex(12)}"
