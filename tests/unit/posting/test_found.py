"""What is kept of the names of a search's answers."""

from __future__ import annotations

from counterfoil.posting.ports import LONGEST_NAMES, Found

NAME = "1-65f1a2b3-0123456789abcdef0123456"


def test_the_names_of_all_answers_are_kept_where_there_is_room() -> None:
    assert Found([], ["1-number", "", "1-day"]).correlation_id == "1-number 1-day"
    assert Found([]).correlation_id == ""


def test_of_many_answers_the_last_are_kept_whole() -> None:
    names = [f"{NAME}{count}" for count in range(9)]
    kept = Found([], names).correlation_id
    assert kept.split() == names[-2:]
    assert len(kept) <= LONGEST_NAMES
