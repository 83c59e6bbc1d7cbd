from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, strategies as st

from counterfoil.invoicing.headline import NOTHING, Candidate, headline

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
FIRST = Candidate(
    record_id=1,
    currency="USD",
    remote_updated_at=NOON,
    is_in_books=True,
    total=Decimal("3420.00"),
    recipient="accounts@marbella.example",
    number="1043",
    stage="sent",
    due_on=date(2026, 4, 3),
)


def of(*candidates: Candidate, deal_currency: str = "USD"):
    return headline(candidates, home_currency="USD", deal_currency=deal_currency)


def test_the_invoice_most_recently_updated_in_quickbooks_wins():
    newer = replace(
        FIRST, record_id=2, number="1044", remote_updated_at=NOON + timedelta(seconds=1)
    )
    assert of(newer, FIRST).invoice_number == "1044"
    assert of(FIRST, newer).invoice_number == "1044"


def test_an_invoice_in_another_currency_does_not_touch_the_deal():
    foreign = replace(FIRST, currency="EUR", remote_updated_at=NOON + timedelta(1))
    assert of(FIRST, foreign).invoice_number == "1043"
    assert of(foreign) == NOTHING


def test_an_invoice_that_is_not_in_the_books_does_not_speak_for_the_deal():
    assert of(replace(FIRST, is_in_books=False)) == NOTHING


def test_no_invoice_leaves_nothing():
    assert of() == NOTHING


def test_an_amount_is_never_shown_in_a_currency_that_is_not_its_own():
    found = of(FIRST, deal_currency="EUR")
    assert found.invoiced_amount is None
    assert found.invoice_number == "1043"


@given(
    st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1, unique=True),
    st.randoms(),
)
def test_the_order_of_arrival_does_not_matter(moments, random):
    candidates = [
        replace(FIRST, record_id=index, number=str(index), remote_updated_at=moment)
        for index, moment in enumerate(moments)
    ]
    expected = of(*candidates)
    random.shuffle(candidates)
    assert of(*candidates) == expected
