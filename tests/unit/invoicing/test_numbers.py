from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from counterfoil.invoicing.content import (
    Content,
    DraftLine,
    NewCustomer,
    from_json,
    number,
    plain,
    to_json,
)

words = st.text(max_size=20)
contents = st.builds(
    Content,
    source=words,
    lines=st.lists(
        st.builds(
            DraftLine, key=words, quantity=words, product_id=st.none() | st.integers()
        ),
        max_size=4,
    ).map(tuple),
    new_customer=st.builds(NewCustomer, display_name=words),
    prices_include_tax=st.booleans(),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,5", "1234.5"),
        ("12", "12"),
        ("0,5", "0.5"),
        ("eighteen", None),
        ("1e5", None),
        ("NaN", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, meant):
    found = number(typed)
    assert (None if found is None else str(found)) == meant


@given(st.decimals("-99999", "99999", places=5))
def test_a_number_is_read_back_as_it_was_written(value):
    assert number(plain(value)) == value


@given(contents)
def test_a_draft_is_read_back_as_it_was_kept(content):
    assert from_json(to_json(content)) == content


def test_a_draft_kept_by_another_version_can_be_read():
    assert from_json(
        {"source": "lines", "gone": 1, "lines": [{"key": "1", "old": 2}]}
    ) == Content(source="lines", lines=(DraftLine("1"),))
