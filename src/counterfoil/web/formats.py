"""Money, numbers, dates and spans of time as the reader's locale writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    format_timedelta,
    get_datetime_format,
)
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    parse_pattern,
)
from django.utils.translation import gettext as _

from counterfoil.web import typed
from counterfoil.web.place import here

NOTHING = "\N{EN DASH}"
PLAIN_PATTERN = "#,##0.##########"
AMOUNT_PATTERN = "#,##0.00"


def money(amount: Decimal | str | None, currency: str) -> str:
    """An amount with its sign; a code stands apart from the figure."""
    if amount is None or amount == "":
        return NOTHING
    locale = here().locale
    return _parted(
        format_currency(Decimal(amount), currency, locale=locale), currency, locale
    )


def price(amount: Decimal | str | None, currency: str) -> str:
    """A unit price: as many places as it has, and at least the currency's own."""
    if amount is None or amount == "":
        return NOTHING
    locale = here().locale
    value = Decimal(amount).normalize()
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    pattern = parse_pattern(locale.currency_formats["standard"])
    smallest, _most = _precision(currency)
    pattern.frac_prec = (smallest, max(smallest, places))
    text: str = pattern.apply(
        value,
        locale,
        currency=currency,
        currency_digits=False,
        decimal_quantization=True,
    )
    return _parted(text, currency, locale)


def _precision(currency: str) -> tuple[int, int]:
    from babel.numbers import get_currency_precision  # noqa: PLC0415

    digits = get_currency_precision(currency)
    return digits, digits


def _parted(text: str, currency: str, locale: Locale) -> str:
    """``CHF1,200.00`` reads badly: put a space between a code and its figure."""
    symbol = locale.currency_symbols.get(currency, currency)
    if symbol.isalpha() and text.startswith(symbol) and text[len(symbol)] != "\xa0":
        return f"{symbol}\xa0{text[len(symbol) :]}"
    return text


def number(value: Decimal | int | str | None) -> str:
    """A plain number, without needless zeros."""
    if value is None or value == "":
        return NOTHING
    return format_decimal(Decimal(value), PLAIN_PATTERN, locale=here().locale)


def amount(value: Decimal) -> str:
    """An amount whose currency is not said: always with two decimals."""
    return format_decimal(value, AMOUNT_PATTERN, locale=here().locale)


def compact(value: int | Decimal) -> str:
    """A number for small spaces: 12K."""
    return format_compact_decimal(value, locale=here().locale, fraction_digits=1)


def percent(value: Decimal | int | str) -> str:
    """``value`` in per cent, e.g. 12.5 for 12.5 %."""
    return format_percent(Decimal(value) / 100, "#,##0.####%", locale=here().locale)


def day(value: date | datetime | str | None) -> str:
    """A calendar day: 12 Dec 2026 in the reader's order."""
    found = _day_of(value)
    return format_date(found, "medium", locale=here().locale) if found else NOTHING


def short_day(value: date | datetime | str | None) -> str:
    """A day without its year while that is this year's."""
    found = _day_of(value)
    if found is None:
        return NOTHING
    place = here()
    if place.today and found.year == place.today.year:
        return format_skeleton("MMMd", found, locale=place.locale)
    return format_date(found, "medium", locale=place.locale)


def _day_of(value: date | datetime | str | None) -> date | None:
    if not value:
        return None
    if isinstance(value, str):
        value = (
            datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        )
    if isinstance(value, datetime):
        return value.astimezone(here().zone).date()
    return value


def moment(value: datetime | None) -> str:
    """Day and time of day in the workspace's zone."""
    if value is None:
        return NOTHING
    place = here()
    return format_datetime(value, "medium", tzinfo=place.zone, locale=place.locale)


def minute(value: datetime | None) -> str:
    """Day and time of day without seconds: what people plan by."""
    if value is None:
        return NOTHING
    pattern = str(get_datetime_format("medium", locale=here().locale))
    joined = pattern.replace("'", "")
    return joined.replace("{0}", clock(value)).replace("{1}", day(value))


def clock(value: datetime | time) -> str:
    """Time of day in the workspace's zone."""
    place = here()
    return format_time(value, "short", tzinfo=place.zone, locale=place.locale)


def ago(value: datetime | None) -> str:
    """How long ago (or in how long); the day once it is more than a week."""
    if value is None:
        return NOTHING
    place = here()
    if place.now is None:
        return moment(value)
    passed = place.now - value
    if abs(passed) >= timedelta(days=7):
        return day(value)
    if abs(passed) < timedelta(seconds=10):
        return _("just now")
    return format_timedelta(
        -passed, add_direction=True, threshold=1, locale=place.locale
    )


def span(value: timedelta) -> str:
    """A length of time in its largest unit."""
    return format_timedelta(value, threshold=1, locale=here().locale)


def heading(value: date) -> str:
    """A day as a heading: Today, Yesterday, or its date with the weekday."""
    place = here()
    if place.today == value:
        return _("Today")
    if place.today and place.today - value == timedelta(days=1):
        return _("Yesterday")
    if place.today and place.today.year == value.year:
        return format_skeleton("MMMEd", value, locale=place.locale)
    return format_skeleton("yMMMEd", value, locale=place.locale)


def initials(name: str) -> str:
    """At most two letters for a round badge; a Korean name gives its first."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    if not words[0][0].isascii() and words[0][0].upper() == words[0][0].lower():
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


@lru_cache
def filters() -> dict[str, Callable[..., str]]:
    """What templates call these."""
    return {
        "money": money,
        "price": price,
        "number": number,
        "amount": amount,
        "compact": compact,
        "percent": percent,
        "day": day,
        "short_day": short_day,
        "moment": moment,
        "clock": clock,
        "ago": ago,
        "span": span,
        "heading": heading,
        "initials": initials,
        "typed": typed.shown,
    }
