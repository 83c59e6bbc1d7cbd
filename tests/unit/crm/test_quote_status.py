"""Line amounts and a quote's status on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from counterfoil.core.money import exponent
from counterfoil.core.pricing import price_after
from counterfoil.crm import line_items
from counterfoil.crm.models import LineItem, Quote, QuoteStatus
from counterfoil.crm.quotes import effective_status

# A busy machine is no reason to fail.
lines = st.builds(
    LineItem,
    quantity=st.decimals(min_value=0, max_value=10_000, places=5),
    unit_price=st.decimals(min_value=-10_000, max_value=10_000, places=7),
    discount_percent=st.decimals(min_value=0, max_value=100, places=4),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)


@given(lines)
def test_a_line_comes_to_whole_units_of_its_currency(line: LineItem) -> None:
    amount = line_items.amount(line)
    exact = line.quantity * price_after(line.unit_price, line.discount_percent)
    assert abs(amount.amount - exact) <= exponent(line.currency) / 2
    assert amount.rounded() == amount


@given(st.lists(lines, max_size=6))
def test_the_total_is_the_sum_of_what_is_shown(found: list[LineItem]) -> None:
    for line in found:
        line.currency = "USD"
    total = line_items.total(found, "USD")
    assert total.amount == sum(
        (line_items.amount(line).amount for line in found), Decimal(0)
    )


DAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("status", "expires_on", "expected"),
    [
        ("published", None, QuoteStatus.PUBLISHED),
        ("published", date(2026, 3, 4), QuoteStatus.PUBLISHED),
        ("published", date(2026, 3, 3), QuoteStatus.EXPIRED),
        ("draft", date(2026, 3, 3), QuoteStatus.DRAFT),
        ("signed", date(2026, 3, 3), QuoteStatus.SIGNED),
        ("expired", None, QuoteStatus.EXPIRED),
    ],
)
def test_only_a_published_quote_expires_after_its_last_day(
    status: str, expires_on: date | None, expected: QuoteStatus
) -> None:
    quote = Quote(status=status, expires_on=expires_on)
    assert effective_status(quote, DAY) is expected
