"""Money: exact, rounded as the books round, split without losing a cent."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from counterfoil.core.money import (
    Money,
    exponent,
    known_currencies,
    lasting_currencies,
    rounded,
)

# A busy machine is no reason to fail.
CURRENCIES = ("USD", "JPY", "KWD")
weights = st.lists(
    st.one_of(
        st.integers(min_value=0, max_value=10**6),
        st.decimals(min_value=0, max_value=10**6, places=5),
    ),
    min_size=1,
    max_size=12,
).filter(any)


@st.composite
def amounts(draw: st.DrawFn) -> Money:
    """Any sum of smallest units, of currencies with two, none and three decimals."""
    currency = draw(st.sampled_from(CURRENCIES))
    units = draw(st.integers(min_value=-(10**12), max_value=10**12))
    return Money(units * exponent(currency), currency)


@given(amounts(), weights)
def test_the_parts_of_a_split_add_up_exactly(
    money: Money, shares: list[Decimal | int]
) -> None:
    parts = money.split(shares)
    assert Money.total(parts, money.currency) == money
    assert len(parts) == len(shares)


@given(amounts(), weights)
def test_a_part_is_within_one_unit_of_its_share(
    money: Money, shares: list[Decimal | int]
) -> None:
    whole = sum(map(Decimal, shares), Decimal(0))
    for part, share in zip(money.split(shares), shares, strict=True):
        exact = money.amount * Decimal(share) / whole
        assert abs(part.amount - exact) < exponent(money.currency)
        assert part.rounded() == part


@given(amounts(), weights)
def test_a_larger_weight_never_gets_less_and_a_zero_weight_gets_nothing(
    money: Money, shares: list[Decimal | int]
) -> None:
    parts = [abs(part.amount) for part in money.split(shares)]
    pairs = sorted(zip(map(Decimal, shares), parts, strict=True))
    by_weight: dict[Decimal, list[Decimal]] = {}
    for share, part in pairs:
        by_weight.setdefault(share, []).append(part)
    groups = list(by_weight.values())
    for smaller, larger in pairwise(groups):
        assert max(smaller) <= max(larger)
    assert all(part == 0 for part in by_weight.get(Decimal(0), []))


@given(amounts(), weights)
def test_a_split_of_the_opposite_is_the_opposite(
    money: Money, shares: list[Decimal | int]
) -> None:
    assert (-money).split(shares) == [-part for part in money.split(shares)]


@pytest.mark.parametrize(
    ("amount", "currency", "parts"),
    [
        ("100.00", "USD", ["33.34", "33.33", "33.33"]),
        ("100", "JPY", ["34", "33", "33"]),
        ("1.000", "KWD", ["0.334", "0.333", "0.333"]),
        ("-0.01", "USD", ["-0.01", "0", "0"]),
        ("0", "USD", ["0", "0", "0"]),
    ],
)
def test_what_is_left_over_goes_to_the_first_of_equals(
    amount: str, currency: str, parts: list[str]
) -> None:
    found = Money(Decimal(amount), currency).split([1, 1, 1])
    assert [part.amount for part in found] == [Decimal(part) for part in parts]


@pytest.mark.parametrize("shares", [[], [0], [0, 0], [1, -1], [3, -1]])
def test_a_split_needs_weights(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(Decimal(1), "USD").split(shares)


def test_an_amount_is_rounded_before_it_is_split() -> None:
    with pytest.raises(ValueError, match="round"):
        Money(Decimal("0.001"), "USD").split([1])


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.125", "USD", "0.13"),
        ("-0.125", "USD", "-0.13"),
        ("0.124999", "USD", "0.12"),
        ("2.5", "JPY", "3"),
        ("1.0005", "KWD", "1.001"),
    ],
)
def test_halves_are_rounded_away_from_zero(
    amount: str, currency: str, expected: str
) -> None:
    assert rounded(Decimal(amount), currency) == Decimal(expected)


@given(amounts(), amounts())
def test_sums_stay_within_a_currency(left: Money, right: Money) -> None:
    if left.currency == right.currency:
        assert (left + right) - right == left
        assert (left < right) is (left.amount < right.amount)
        assert (left <= right) is not (right < left)
    else:
        for refused in (
            lambda: left + right,
            lambda: left - right,
            lambda: left < right,
            lambda: left <= right,
        ):
            with pytest.raises(ValueError, match="do not mix"):
                refused()


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        (1.5, TypeError),
        (1, TypeError),
        (Decimal("NaN"), ValueError),
        (Decimal("Infinity"), ValueError),
    ],
)
def test_money_is_exact_or_nothing(amount: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        Money(amount, "USD")  # type: ignore[arg-type]


def test_a_currency_is_a_known_code() -> None:
    assert {"USD", "JPY", "KWD", "PLN"} <= known_currencies()
    for code in ("", "usd", "US", "XQX"):
        with pytest.raises(ValueError, match="currency"):
            Money(Decimal(1), code)


def test_a_currency_that_has_ended_is_known_but_does_not_last() -> None:
    ended = {"DEM", "FRF", "HRK", "ANG", "XXX", "XTS"}
    assert ended <= known_currencies()
    assert not ended & lasting_currencies()
    assert lasting_currencies() <= known_currencies()
    assert {"USD", "EUR", "JPY", "KRW", "BRL", "PLN", "XCD"} <= lasting_currencies()


def test_money_is_multiplied_exactly_and_never_by_a_float() -> None:
    money = Money(Decimal("0.1"), "USD")
    assert money * 3 == Money(Decimal("0.3"), "USD")
    assert money * Decimal("1.5") == Money(Decimal("0.15"), "USD")
    with pytest.raises(TypeError):
        money * 1.5  # type: ignore[operator]
    assert bool(money)
    assert not Money.zero("USD")
