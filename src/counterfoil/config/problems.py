"""What can be wrong with the machine, in one sentence for the person at the terminal."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counterfoil.core.errors import CounterfoilError


class Problem(CounterfoilError):
    """The command cannot go on; its text says why and what to do about it."""


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """Turn a failure of the file system around ``folder`` into a :class:`Problem`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem(full_disk(folder)) from error
        where = error.filename or folder
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise Problem(unreadable(Path(where))) from error
        raise Problem(
            f"{where} cannot be used: {error.strerror or error}. "
            "Set COUNTERFOIL_HOME to another folder."
        ) from error


def full_disk(folder: Path) -> str:
    return f"The disk that holds {folder} is full: free some space and try again."


def unreadable(path: Path) -> str:
    return (
        f"This user may not read or write {path}: change its owner, or set "
        "COUNTERFOIL_HOME to a folder of your own."
    )
