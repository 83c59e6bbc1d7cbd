"""What a line comes to after its discounts, to the last of seven decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.core.pricing import after_discounts, price_after


@pytest.mark.parametrize(
    ("quantity", "price", "percent", "off", "expected"),
    [
        ("3", "10", "0", "0", ("10", "30")),
        ("3", "10", "10", "0", ("9", "27")),
        ("3", "0.335", "0", "0", ("0.335", "1.01")),  # the price stays as it is
        ("3", "10", "0", "1", ("9.6666667", "29")),
        ("3", "10", "10", "1", ("8.6666667", "26")),
        ("3", "10", "0", "1.005", ("9.6633333", "28.99")),
        ("3", "10", "0", "30", ("0", "0")),
        ("0", "10", "0", "1", ("10", "0")),
        ("-2", "10", "0", "1", ("10.5", "-21")),
        # Half of the last decimal goes up.
        ("1", "0.0000001", "50", "0", ("0.0000001", "0")),
        ("200000", "0.0000001", "0", "0.01", ("0.0000001", "0.01")),
    ],
)
def test_the_amount_leads_and_the_price_follows_it(
    quantity: str, price: str, percent: str, off: str, expected: tuple[str, str]
) -> None:
    found = after_discounts(
        Decimal(quantity),
        Decimal(price),
        percent=Decimal(percent),
        off=Decimal(off),
        currency="USD",
    )
    assert found == tuple(map(Decimal, expected))


def test_an_amount_off_is_rounded_to_the_currency_first() -> None:
    _price, amount = after_discounts(
        Decimal(1),
        Decimal(100),
        percent=Decimal(0),
        off=Decimal("0.5"),
        currency="JPY",
    )
    assert amount == 99


def test_a_price_keeps_seven_decimals() -> None:
    assert price_after(Decimal("0.3333333"), Decimal("33.33")) == Decimal("0.2222333")
