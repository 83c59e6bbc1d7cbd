from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from counterfoil.web import formats
from counterfoil.web.place import Place, entered, locale_of

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def in_place(language: str, country: str = "", zone: str = "America/New_York"):
    return entered(Place(locale_of(language, country), ZoneInfo(zone), NOW))


@pytest.mark.parametrize(
    ("language", "country", "money", "day"),
    [
        ("en", "US", "$1,234.50", "Dec 12, 2026"),
        ("en", "GB", "US$1,234.50", "12 Dec 2026"),
        ("pl", "PL", "1\xa0234,50\xa0USD", "12 gru 2026"),
        ("pt-br", "BR", "US$\xa01.234,50", "12 de dez. de 2026"),
        ("ko", "KR", "US$1,234.50", "2026. 12. 12."),
    ],
)
def test_money_and_days_read_as_the_locale_writes_them(language, country, money, day):
    with in_place(language, country):
        assert formats.money(Decimal("1234.5"), "USD") == money
        assert formats.day(date(2026, 12, 12)) == day


def test_every_currency_has_its_own_number_of_places():
    with in_place("en", "US"):
        assert formats.money(Decimal(1200), "JPY") == "¥1,200"
        assert formats.money(Decimal("1.5"), "KWD") == "KWD\xa01.500"
        assert formats.money("-3", "USD") == "-$3.00"


def test_a_price_keeps_the_places_it_has():
    with in_place("en", "US"):
        assert formats.price(Decimal("95.1234567"), "USD") == "$95.1234567"
        assert formats.price(Decimal(95), "USD") == "$95.00"
        assert formats.price(Decimal("0.0012345"), "USD") == "$0.0012345"
        assert formats.price(Decimal(100), "USD") == "$100.00"


def test_what_is_not_known_is_a_dash():
    assert formats.money(None, "USD") == formats.day(None) == formats.ago(None)


def test_zero_is_not_what_is_not_known():
    with in_place("en", "US"):
        assert formats.money(Decimal(0), "USD") == "$0.00"
        assert formats.number(0) == "0"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(seconds=40), "40 seconds ago"),
        (timedelta(minutes=61), "1 hour ago"),
        (timedelta(hours=25), "1 day ago"),
        (timedelta(days=8), "Nov 14, 2026"),
        (-timedelta(minutes=2), "in 2 minutes"),
    ],
)
def test_times_are_relative_until_they_are_old(passed, text):
    with in_place("en", "US"):
        assert formats.ago(NOW - passed) == text


def test_a_moment_is_shown_in_the_zone_of_the_workspace():
    with in_place("en", "US", "Asia/Seoul"):
        assert formats.day(NOW) == "Nov 23, 2026"
        assert formats.heading(date(2026, 11, 23)) == "Today"
        assert formats.heading(date(2026, 11, 22)) == "Yesterday"


@pytest.mark.parametrize(
    ("language", "country", "shown"),
    [
        ("en", "US", "Nov 22, 2026, 1:00\u202fPM"),
        ("en", "GB", "22 Nov 2026, 13:00"),
        ("pl", "PL", "22 lis 2026, 13:00"),
    ],
)
def test_what_people_plan_by_has_no_seconds(language, country, shown):
    with in_place(language, country):
        assert formats.minute(NOW) == shown
        assert formats.minute(None) == formats.NOTHING


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Okafor", "AO"),
        ("Harbour Bakery Services", "HB"),
        ("한빛 베이커리", "한"),
        ("bo@harbour.example", "BH"),
        ("O", "O"),
        ("", "?"),
        ("***", "?"),
    ],
)
def test_initials_are_at_most_two_letters(name, letters):
    assert formats.initials(name) == letters


@given(st.text())
def test_any_name_has_initials(name):
    assert formats.initials(name)


@given(
    st.decimals(
        allow_nan=False,
        allow_infinity=False,
        places=4,
        min_value=-(10**12),
        max_value=10**12,
    ),
    st.sampled_from(["USD", "EUR", "JPY", "KRW", "CHF", "KWD"]),
    st.sampled_from(["en", "ko", "pt-br", "pl"]),
)
def test_any_amount_can_be_shown(amount, currency, language):
    with in_place(language):
        assert any(letter.isdigit() for letter in formats.money(amount, currency))
        assert any(letter.isdigit() for letter in formats.price(amount, currency))
