"""The folder a simulator lives in: opened, locked, or refused with a sentence."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qbo_simulator.storage.store import OtherVersionError, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE = "simulator.sqlite3"
LOCK = "serving.lock"


class RefusedError(Exception):
    """The command cannot be carried out; the message is one sentence for a person."""


def open_store(folder: Path, *, must_exist: bool = False) -> Store:
    """Open the simulator's file in a folder, or refuse with a sentence."""
    path = folder / DATABASE
    if must_exist and not path.exists():
        raise RefusedError(
            f"There is no simulator in {folder}. Start one there with "
            f"`qbo-simulator serve --data {folder}`."
        )
    make_folder(folder)
    try:
        return Store(path)
    except OtherVersionError as error:
        raise RefusedError(
            f"{error} Start afresh with `qbo-simulator reset --data {folder}`, or name "
            "another folder with --data."
        ) from error
    except sqlite3.DatabaseError as error:
        raise RefusedError(
            f"{path} cannot be used ({error}). Name another folder with --data, or "
            "remove the file to start afresh."
        ) from error


def make_folder(folder: Path) -> None:
    """Make the folder, or refuse with a sentence."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise RefusedError(f"{folder} is a file. Name a folder with --data.") from error
    except OSError as error:
        raise RefusedError(
            f"The folder {folder} cannot be made ({error.strerror}). Choose another one "
            "with --data."
        ) from error


def remove(folder: Path) -> None:
    """Remove the file, of whatever version; what no simulator made is left alone."""
    try:
        open_store(folder).close()
    except RefusedError as refusal:
        if not isinstance(refusal.__cause__, OtherVersionError):
            raise
    for ending in ("", "-wal", "-shm", "-journal"):
        (folder / f"{DATABASE}{ending}").unlink(missing_ok=True)


@contextmanager
def alone(folder: Path, refusal: str) -> Iterator[None]:
    """Hold the folder's lock, so that one simulator at a time serves it."""
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:  # a system without it relies on SQLite's own locks
        yield
        return
    with (folder / LOCK).open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RefusedError(refusal) from error
        yield
