from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from counterfoil.config import embedded
from counterfoil.config.embedded_files import layout
from counterfoil.config.problems import Problem

STARTER = """
import pathlib, sys
from counterfoil.config import embedded
print(embedded.ensure(pathlib.Path(sys.argv[1])), flush=True)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    # Not under pytest's own folder: every run of pytest closes that to others again,
    # and root's server runs as another user, who must be able to walk down to it.
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    embedded.destroy(folder)
    shutil.rmtree(folder)


def postmaster(home: Path) -> int:
    note = layout(home).data / "postmaster.pid"
    return int(note.read_text().splitlines()[0])


def one(address: str, query: str) -> object:
    with psycopg.connect(address) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return row[0]


def test_a_first_start_makes_a_checked_utf8_database_off_the_network(
    home: Path,
) -> None:
    address = embedded.ensure(home)

    assert address == embedded.running_database_url(home)
    assert one(address, "SELECT current_user") == "counterfoil"
    assert one(address, "SHOW data_checksums") == "on"
    assert one(address, "SHOW server_encoding") == "UTF8"
    assert one(address, "SHOW listen_addresses") == ""
    assert one(address, "SELECT lower('ÄÖÅ')") == "äöå"
    assert layout(home).sockets.stat().st_mode & 0o777 == 0o700


def test_the_role_may_make_what_the_app_needs_and_no_more(home: Path) -> None:
    address = embedded.ensure(home)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION unaccent")
        connection.execute("CREATE DATABASE another")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE ROLE intruder SUPERUSER")


def test_starting_again_keeps_the_data(home: Path) -> None:
    address = embedded.ensure(home)
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    assert embedded.stop(home)
    assert not embedded.is_running(home)
    assert not embedded.stop(home)

    assert one(embedded.ensure(home), "SELECT answer FROM kept") == 42


def test_a_killed_server_comes_back_though_its_children_linger(home: Path) -> None:
    address = embedded.ensure(home)
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with psycopg.connect(address) as busy:
        os.kill(postmaster(home), signal.SIGKILL)
        assert not busy.closed

        assert one(embedded.ensure(home), "SELECT answer FROM kept") == 42


def test_a_server_whose_starter_was_killed_is_adopted(home: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER + "input()", str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert starter.stdout is not None
    assert starter.stdin is not None
    starter.stdout.readline()
    starter.kill()
    starter.wait()
    starter.stdout.close()
    starter.stdin.close()
    before = postmaster(home)

    embedded.ensure(home)

    assert postmaster(home) == before


def test_a_starter_killed_half_way_leaves_nothing_that_stops_the_next(
    home: Path,
) -> None:
    for patience in (0.3, 0.5, 0.6, 0.7, 0.9):
        starter = subprocess.Popen([sys.executable, "-c", STARTER, str(home)])
        time.sleep(patience)
        starter.kill()
        starter.wait()

    assert one(embedded.ensure(home), "SELECT 1") == 1


def test_many_starters_at_once_get_the_same_server(home: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        addresses = set(pool.map(embedded.ensure, [home] * 4))

    assert len(addresses) == 1
    assert one(addresses.pop(), "SELECT 1") == 1


def test_a_note_that_names_a_stranger_does_not_stop_the_start(home: Path) -> None:
    embedded.ensure(home)
    note = layout(home).data / "postmaster.pid"
    lines = note.read_text().splitlines()
    embedded.stop(home)
    # The number of a dead server may belong to another program after a restart.
    stranger = subprocess.Popen(["sleep", "60"], user=note.parent.stat().st_uid)
    note.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    note.chmod(0o600)
    os.chown(note, note.parent.stat().st_uid, note.parent.stat().st_gid)

    assert one(embedded.ensure(home), "SELECT 1") == 1

    stranger.kill()
    stranger.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server has another user")
def test_root_in_a_closed_folder_keeps_the_data_where_the_server_may_go(
    home: Path,
) -> None:
    home.chmod(0o700)
    state = home / "state"

    address = embedded.ensure(state)
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    embedded.stop(state)

    assert not layout(state).place.is_relative_to(home)
    assert one(embedded.ensure(state), "SELECT answer FROM kept") == 42
    embedded.stop(state)

    # A state folder that was deleted and made anew starts empty.
    shutil.rmtree(state)
    assert one(embedded.ensure(state), "SELECT to_regclass('kept')") is None
    shutil.rmtree(layout(state).place.with_suffix(".old"))
    embedded.destroy(state)
    assert not layout(state).place.exists()


def test_a_long_state_folder_gets_a_short_socket_folder(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)

    address = embedded.ensure(deep)

    where = layout(deep)
    assert where.sockets != where.place / "run"
    assert one(address, "SELECT 1") == 1
    embedded.destroy(deep)
    assert not where.sockets.exists()


def test_data_of_another_major_version_is_refused_in_a_sentence(home: Path) -> None:
    embedded.ensure(home)
    embedded.stop(home)
    (layout(home).data / "PG_VERSION").write_text("14\n")

    with pytest.raises(Problem, match="was made by PostgreSQL 14"):
        embedded.ensure(home)


def test_a_broken_server_is_told_with_its_reason_and_its_log(home: Path) -> None:
    embedded.ensure(home)
    embedded.stop(home)
    (layout(home).data / "global" / "pg_control").unlink()

    with pytest.raises(Problem, match=r"did not start: .*server\.log"):
        embedded.ensure(home)


def test_a_state_folder_that_is_a_file_is_told_in_a_sentence(home: Path) -> None:
    (home / "file").write_text("")

    with pytest.raises(Problem, match="cannot be used"):
        embedded.ensure(home / "file" / "state")
