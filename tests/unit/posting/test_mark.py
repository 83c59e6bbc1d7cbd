"""The mark outside the database only ever rises."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from counterfoil.posting import mark
from counterfoil.posting.mark import Mark

OURS = UUID(int=7)
AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "var" / "posting.json"
    for kept in (Mark(OURS, 0, None), Mark(OURS, 3, AT)):
        assert mark.keep(path, kept)
        assert mark.read(path) == kept


def test_it_never_falls(tmp_path: Path) -> None:
    path = tmp_path / "posting.json"
    mark.keep(path, Mark(OURS, 9, AT))
    assert mark.keep(path, Mark(OURS, 4, AT))
    assert mark.read(path) == Mark(OURS, 9, AT)


def test_another_installation_begins_its_own(tmp_path: Path) -> None:
    path, other = tmp_path / "posting.json", uuid4()
    mark.keep(path, Mark(OURS, 9, AT))
    mark.keep(path, Mark(other, 0, None))
    assert mark.read(path) == Mark(other, 0, None)


def test_many_at_once_leave_the_highest(tmp_path: Path) -> None:
    path = tmp_path / "posting.json"
    counts = list(range(1, 101))
    random.Random(3).shuffle(counts)  # noqa: S311  repeatable
    with ThreadPoolExecutor(8) as pool:
        kept = pool.map(lambda count: mark.keep(path, Mark(OURS, count, AT)), counts)
        assert all(kept)
    assert mark.read(path) == Mark(OURS, 100, AT)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"count": "many"}', "\x00"])
def test_what_cannot_be_understood_is_no_mark(tmp_path: Path, text: str) -> None:
    path = tmp_path / "posting.json"
    path.write_text(text)
    assert mark.read(path) is None


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not mark.keep(tmp_path / "file" / "posting.json", Mark(OURS, 1, AT))
