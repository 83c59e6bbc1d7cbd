from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from counterfoil.crm.property_types.number import plain
from counterfoil.web import formats, typed
from counterfoil.web.place import Place, entered, locale_of

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
READERS = [("en", "US"), ("ko", "KR"), ("pl", "PL"), ("pt-br", "BR")]


def in_place(language: str, country: str = ""):
    return entered(Place(locale_of(language, country), ZoneInfo("UTC"), NOW))


@pytest.mark.parametrize(
    ("language", "text", "figure"),
    [
        ("pl", "1 234,50", "1234.50"),
        ("pl", "1\xa0234,50", "1234.50"),
        ("pl", "1\u202f234\u202f567", "1234567"),
        ("pl", "0,125", "0.125"),
        ("pl", "1,234", "1.234"),
        ("pl", "-12,5", "-12.5"),
        ("pl", "12.5", "12.5"),
        ("pt-br", "1.234,50", "1234.50"),
        ("pt-br", "1.234", "1234"),
        ("pt-br", "12.5", "12.5"),
        ("pt-br", "1,234", "1.234"),
        ("en", "1,234.50", "1234.50"),
        ("en", "1,234", "1234"),
        ("ko", "1,234.5", "1234.5"),
        ("en", " 7 ", "7"),
    ],
)
def test_a_figure_is_read_as_its_reader_writes_it(language, text, figure):
    with in_place(language):
        assert typed.figure(text) == figure


@pytest.mark.parametrize("language", [language for language, _country in READERS])
@pytest.mark.parametrize(
    "text", ["", "eighteen", "12 34", "1,2,3", "1.2.3", "1e5", "--"]
)
def test_what_is_no_figure_stays_as_typed(language, text):
    with in_place(language):
        assert typed.figure(text) == text


@pytest.mark.parametrize("reader", READERS)
@given(value=st.decimals("-999999999", "999999999", places=4))
def test_what_is_shown_in_a_field_or_on_a_page_is_read_back_the_same(reader, value):
    with in_place(*reader):
        for shown in (typed.shown(plain(value)), formats.number(value)):
            assert Decimal(typed.figure(shown)) == value


def test_only_a_figure_is_shown_otherwise_than_it_is_kept():
    with in_place("pl"):
        assert typed.shown("1234.50") == "1234,50"
        assert typed.shown("v1.5") == "v1.5"
        assert typed.shown("") == ""
    with in_place("en"):
        assert typed.shown("1234.50") == "1234.50"
