"""What a currency is worth on a day, and which accounts are kept in it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

ONE = Decimal(1)
NAMES = {
    "USD": "United States Dollar",
    "GBP": "British Pound Sterling",
    "EUR": "Euro",
    "CAD": "Canadian Dollar",
    "AUD": "Australian Dollar",
    "BRL": "Brazilian Real",
    "CHF": "Swiss Franc",
    "CNY": "Chinese Yuan",
    "DKK": "Danish Krone",
    "HKD": "Hong Kong Dollar",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "KRW": "South Korean Won",
    "MXN": "Mexican Peso",
    "NOK": "Norwegian Krone",
    "NZD": "New Zealand Dollar",
    "PLN": "Polish Zloty",
    "SEK": "Swedish Krona",
    "SGD": "Singapore Dollar",
    "ZAR": "South African Rand",
}


def currency_name(code: str) -> str:
    """A currency's name as references carry it; its code where it has none here."""
    return NAMES.get(code, code)


def rate_on(work: Work, currency: str, on: str) -> Decimal | None:
    """Units of the home currency for one unit of a currency, by the latest rate.

    The home currency is worth 1; None if no rate was ever entered up to that day.
    """
    if currency == work.home_currency:
        return ONE
    row = work.db.execute(
        "SELECT rate FROM exchange_rate WHERE realm = ? AND currency = ? "
        "AND as_of <= ? ORDER BY as_of DESC LIMIT 1",
        (work.realm, currency, on),
    ).fetchone()
    return Decimal(row[0]) if row else None


def set_rate(work: Work, currency: str, as_of: str, rate: Decimal) -> None:
    """Enter what a currency is worth on a day."""
    work.db.execute(
        "INSERT INTO exchange_rate (realm, currency, as_of, rate, at) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (realm, currency, as_of) "
        "DO UPDATE SET rate = excluded.rate, at = excluded.at",
        (work.realm, currency, as_of, str(rate), work.now.timestamp()),
    )


def is_enabled(work: Work) -> bool:
    """Whether the company deals in several currencies."""
    return bool(work.preference("CurrencyPrefs", "MultiCurrencyEnabled"))
