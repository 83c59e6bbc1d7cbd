"""Plain text of the other side as values of ours."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal


def decimal(text: object) -> Decimal | None:
    """Money and rates come as plain text."""
    return Decimal(str(text)) if text not in {None, ""} else None


def fitting(text: object, *, places: int) -> Decimal | None:
    """Rounded to what the column keeps."""
    number = decimal(text)
    return None if number is None else round(number, places)


def day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
