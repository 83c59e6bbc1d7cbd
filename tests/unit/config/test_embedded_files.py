from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.config import embedded
from counterfoil.config.embedded_files import (
    SOCKET_NAME,
    SOCKET_PATH_LIMIT,
    current_user,
    enterable,
    layout,
)

SOMEBODY = pwd.struct_passwd(("somebody", "x", 54321, 54321, "", "/", "/bin/sh"))


@pytest.fixture
def open_home() -> Iterator[Path]:
    # Not under pytest's own folder, which is closed to everybody else.
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_the_address_names_the_role_the_database_and_the_socket_folder(
    open_home: Path,
) -> None:
    address = embedded.running_database_url(open_home)

    assert address.startswith("postgresql://counterfoil@/counterfoil?host=%2F")
    assert not any(open_home.iterdir()), "asking for the address makes nothing"


def test_the_same_state_folder_has_the_same_sockets_however_it_is_named(
    open_home: Path,
) -> None:
    (open_home / "real").mkdir()
    (open_home / "link").symlink_to("real")

    assert layout(open_home / "link") == layout(open_home / "real")


@pytest.mark.parametrize("length", [1, 40, 80, 200])
def test_a_socket_never_has_too_long_a_path(open_home: Path, length: int) -> None:
    where = layout(open_home / ("x" * length))

    assert len(os.fsencode(where.sockets)) + len(SOCKET_NAME) < SOCKET_PATH_LIMIT


def test_two_long_state_folders_do_not_share_sockets(open_home: Path) -> None:
    one, other = (layout(open_home / ("x" * 100) / name) for name in "ab")

    assert one.sockets != other.sockets


@pytest.mark.parametrize(
    ("mode", "expected"), [(0o755, True), (0o711, True), (0o750, False), (0o700, False)]
)
def test_a_stranger_passes_only_where_the_folder_lets_everybody_pass(
    open_home: Path, mode: int, *, expected: bool
) -> None:
    folder = open_home / "middle"
    folder.mkdir()
    folder.chmod(mode)

    assert enterable(folder / "not" / "yet" / "there", SOMEBODY) is expected


def test_the_owner_of_a_folder_passes_by_the_bit_of_the_owner(open_home: Path) -> None:
    me = pwd.getpwuid(os.geteuid())
    folder = open_home / "mine"
    folder.mkdir()
    folder.chmod(0o700)
    open_home.chmod(0o700)

    # As far up as the folders are mine; above them everybody may pass.
    assert enterable(folder, me) == enterable(open_home.parent, me)


def test_this_user_has_a_name() -> None:
    assert current_user() == pwd.getpwuid(os.geteuid()).pw_name
