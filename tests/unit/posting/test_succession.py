"""The next number keeps the style of the newest and is never one that is known."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, strategies as st

from counterfoil.posting.succession import (
    LONGEST,
    NoMoreNumbers,
    Parted,
    following,
)

digits = st.text("0123456789", min_size=1, max_size=LONGEST)
affixes = st.text(
    st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="\x00"),
    max_size=10,
)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], "1001"),
        (["1043", "1042"], "1044"),
        (["INV-0099", "7"], "INV-0100"),
        (["7", "INV-0099"], "8"),
        (["A-5", "B-900", "7-A", "A-3"], "A-6"),
        (["1042", "1050"], "1051"),
        (["2026/009-A"], "2026/010-A"),
        (["draft"], "1001"),
        (["draft", "0007"], "0008"),
        (["999"], "1000"),
        (["INV-99"], "INV-100"),
        (["0999"], "1000"),
        (["12345678901234567890"], "12345678901234567891"),
        (["9999999999999999"], "10000000000000000"),
        (["1" * 22, "5"], "6"),
        (["٣٤", "5"], "6"),
    ],
)
def test_the_next_number_keeps_the_style_of_the_newest(
    known: list[str], expected: str
) -> None:
    assert following(known) == expected


@given(affixes, digits, affixes)
def test_prefix_suffix_and_zeros_are_kept(before: str, number: str, after: str) -> None:
    whole = f"{before}{number}{after}"
    assume(len(whole) < LONGEST)
    found = Parted.of(following([whole]))
    assert found is not None
    assert (found.before, found.after) == (before, after)
    assert int(found.digits) == int(number) + 1
    has_overflown = set(number) == {"9"}
    assert len(found.digits) == len(number) + has_overflown


@given(st.lists(st.from_regex(r"(INV-)?[0-9]{1,6}", fullmatch=True), min_size=1))
def test_the_next_number_is_never_one_that_is_known(known: list[str]) -> None:
    assert following(known) not in known


@given(st.lists(digits, min_size=1, max_size=5))
def test_no_number_is_longer_than_the_books_allow(known: list[str]) -> None:
    assume(max(map(int, known)) + 1 < 10**LONGEST)
    assert len(following(known)) <= LONGEST


def test_a_style_that_is_used_up_is_said_so_and_not_begun_anew() -> None:
    with pytest.raises(NoMoreNumbers, match=r"^A10{20}$"):
        following(["A" + "9" * 20])
    with pytest.raises(NoMoreNumbers):
        following(["9" * LONGEST])
