from __future__ import annotations

import errno
from pathlib import Path

import pytest

from counterfoil.config.problems import Problem, plainly

FOLDER = Path("/state")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_with_the_folder(number: int) -> None:
    with (
        pytest.raises(Problem, match="disk that holds /state is full"),
        plainly(FOLDER),
    ):
        raise OSError(number, "No space left on device")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_closed_folder_is_told_with_what_to_do(number: int) -> None:
    with (
        pytest.raises(
            Problem, match=r"may not read or write /state/x: .*COUNTERFOIL_HOME"
        ),
        plainly(FOLDER),
    ):
        raise OSError(number, "refused", "/state/x")


def test_another_fault_is_told_in_the_words_of_the_system() -> None:
    with (
        pytest.raises(Problem, match="/state cannot be used: Input/output error"),
        plainly(FOLDER),
    ):
        raise OSError(errno.EIO, "Input/output error")


def test_a_problem_passes_through_as_it_is() -> None:
    with pytest.raises(Problem, match=r"^said already$"), plainly(FOLDER):
        raise Problem("said already")
