"""The embedded PostgreSQL: made, started, adopted and stopped for one state folder.

It listens on a socket in a folder that only its owner may enter, never on the network,
and knows the caller by the operating system's user (peer), so there is no password.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import errors as pg_errors

from counterfoil.config.embedded_files import (
    Layout,
    current_user,
    layout,
    major_version,
    programs,
)
from counterfoil.config.problems import Problem, full_disk, plainly

ROLE = "counterfoil"
ADMIN = "postgres"
NEEDED_BYTES = 300 * 1024 * 1024
# Back-ends of a killed server hold its shared memory for a moment.
START_PATIENCE = 15.0
PASSING = ("is still in use", "already exists")


def running_database_url(home: Path) -> str:
    """Work out the address of ``home``'s server; starts nothing, touches nothing."""
    return _url(layout(home))


def is_running(home: Path) -> bool:
    """Say whether the server of ``home`` answers."""
    with plainly(home):
        return _answers(layout(home))


def ensure(home: Path, *, durable: bool = True) -> str:
    """Make, start or adopt the server of ``home`` and return its address.

    With ``durable=False`` a newly started server does not wait for the disk, which is
    for tests only. Raises :class:`Problem` with a sentence for a person.
    """
    with plainly(home):
        where = layout(home)
        if not _answers(where):
            _open_folders(where)
            with _locked(where):
                if not _answers(where):
                    _start(where, durable=durable)
        return _url(where)


def stop(home: Path) -> bool:
    """Stop the server of ``home`` cleanly; returns whether one was running."""
    with plainly(home):
        where = layout(home)
        if not (where.data / "postmaster.pid").exists():
            return False
        command: list[str | Path] = [
            programs(where) / "pg_ctl",
            "stop",
            "-D",
            where.data,
        ]
        options = ["-m", "fast", "-w", "-t", "60"]
        done = where.run([*command, *options], timeout=90)
        return done.returncode == 0


def destroy(home: Path) -> None:
    """Stop the server of ``home`` and delete its data for good."""
    stop(home)
    with plainly(home):
        where = layout(home)
        for folder in (where.place, where.sockets):
            if folder.exists():
                shutil.rmtree(folder)


def _url(where: Layout, *, role: str = ROLE, database: str = ROLE) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(where.sockets), safe='')}"


def _admin_url(where: Layout) -> str:
    return _url(where, role=ADMIN, database="postgres")


def _answers(where: Layout) -> bool:
    """Say whether our own server, set up completely, answers at the socket.

    Without its note in the data folder it is the leftover of a deleted one.
    """
    if not (where.data / "postmaster.pid").exists():
        return False
    return _accepts(_url(where))


def _accepts(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _open_folders(where: Layout) -> None:
    """Make the folders; those above the server's own are open for its user to pass."""
    missing = [where.home, *where.home.parents]
    for folder in reversed([path for path in missing if not path.exists()]):
        folder.mkdir()
        folder.chmod(0o755)
    token = where.home / "postgres.token"
    if where.place.parent != where.home:
        _set_aside_if_forgotten(where, token)
    where.place.mkdir(parents=True, exist_ok=True)
    where.place.chmod(0o755 if where.account else 0o700)
    if not where.sockets.exists():
        where.sockets.mkdir(mode=0o700)
        where.give(where.sockets)
    where.log.touch(mode=0o600)
    where.give(where.log)
    owner = where.account.pw_uid if where.account else os.geteuid()
    found = where.sockets.stat()
    if where.sockets.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
        raise Problem(
            f"{where.sockets} belongs to somebody else or is open to others: "
            "remove it and try again."
        )


def _set_aside_if_forgotten(where: Layout, token: Path) -> None:
    """A state folder that was deleted and made anew must not find its old data."""
    if token.exists():
        return
    if where.place.exists():
        old = where.place.with_suffix(".old")
        shutil.rmtree(old, ignore_errors=True)
        where.place.rename(old)
    token.write_text(f"{where.place}\n")


@contextmanager
def _locked(where: Layout) -> Iterator[None]:
    with where.lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _start(where: Layout, *, durable: bool) -> None:
    user = current_user()
    folder = programs(where)
    major = major_version(folder, where)
    if not where.data.exists():
        _initialise(where, folder, major)
    _check_major(where, major)
    _configure(where, user, durable=durable)
    _launch(where, folder)
    _create_database(where)


def _initialise(where: Layout, folder: Path, major: int) -> None:
    """Make the data folder under another name first: half of one is never found."""
    if shutil.disk_usage(where.place).free < NEEDED_BYTES:
        raise Problem(full_disk(where.place))
    draft = where.draft("data")
    draft.mkdir(mode=0o700)
    where.give(draft)
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if major >= 17  # the built-in provider came with 17
        else ["--locale=C"]
    )
    command: list[str | Path] = [
        folder / "initdb",
        "-D",
        draft,
        "-U",
        ADMIN,
        "--auth=peer",
    ]
    options = ["--encoding=UTF8", "--data-checksums", *locale]
    done = where.run([*command, *options], timeout=300)
    if done.returncode:
        raise Problem(_explanation(where, done.stdout))
    draft.rename(where.data)


def _check_major(where: Layout, major: int) -> None:
    made_by = (where.data / "PG_VERSION").read_text().strip()
    if made_by != str(major):
        raise Problem(
            f"The data in {where.data} was made by PostgreSQL {made_by}, but "
            f"PostgreSQL {major} is installed: move it with pg_dump, or install "
            f"version {made_by} again."
        )


def _configure(where: Layout, user: str, *, durable: bool) -> None:
    settings = [
        "listen_addresses = ''",
        f"unix_socket_directories = '{_quoted(where.sockets)}'",
        "unix_socket_permissions = 0700",
        "max_connections = 200",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
    ]
    if sys.platform == "linux":
        # After a crash the whole file system is synced at once, not file by file.
        settings.append("recovery_init_sync_method = 'syncfs'")
    if not durable:
        settings += [
            "fsync = off",
            "synchronous_commit = off",
            "full_page_writes = off",
        ]
    users = sorted({user, where.account.pw_name} if where.account else {user})
    identities = [f'{ROLE} "{name}" {role}' for name in users for role in (ROLE, ADMIN)]
    files = {
        "postgresql.auto.conf": settings,
        "pg_hba.conf": [f"local all all peer map={ROLE}"],
        "pg_ident.conf": identities,
    }
    for name, lines in files.items():
        path = where.data / name
        path.write_text("\n".join([*lines, ""]))
        path.chmod(0o600)
        where.give(path)


def _quoted(path: Path) -> str:
    """Quote for a list of names inside a string: a comma would part it in two."""
    return '"{}"'.format(str(path).replace("'", "''").replace('"', '""'))


def _launch(where: Layout, folder: Path) -> None:
    """Start the server; a predecessor that is still dying is waited for."""
    command: list[str | Path] = [
        folder / "pg_ctl",
        "start",
        "-D",
        where.data,
        "-l",
        where.log,
    ]
    deadline = time.monotonic() + START_PATIENCE
    while True:
        before = where.log.stat().st_size if where.log.exists() else 0
        done = where.run([*command, "-w", "-t", "300"], timeout=330)
        # It may also be up by the hand of a starter that was killed half-way.
        if done.returncode == 0 or _accepts(_admin_url(where)):
            return
        with suppress(FileNotFoundError), where.log.open("rb") as log:
            log.seek(before)
            done.stdout += log.read().decode(errors="replace")
        passing = any(words in done.stdout for words in PASSING)
        if not passing or time.monotonic() > deadline:
            raise Problem(_explanation(where, done.stdout))
        _forget_recycled_process(where)
        time.sleep(0.25)


def _forget_recycled_process(where: Layout) -> None:
    """Drop the note of a dead server whose process number another program has now.

    Usual in containers, where numbers start at 1 each time, and with zombies that no
    init process collects: PostgreSQL would take either for a running server.
    """
    note = where.data / "postmaster.pid"
    with suppress(OSError, ValueError, IndexError):
        number = int(note.read_text().splitlines()[0])
        if not Path("/proc/self").exists():
            return
        command = Path(f"/proc/{number}/cmdline")
        words = command.read_bytes() if command.exists() else b""
        if b"postgres" not in words:
            note.unlink()


def _create_database(where: Layout) -> None:
    with psycopg.connect(_admin_url(where), autocommit=True) as connection:
        with suppress(pg_errors.DuplicateObject):
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        with suppress(pg_errors.DuplicateDatabase):
            connection.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")


def _explanation(where: Layout, output: str) -> str:
    """Boil the programs' output down to the sentence that matters."""
    if "No space left on device" in output:
        return full_disk(where.place)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [
        line for line in lines if any(word in line for word in ("FATAL", "error:"))
    ]
    reason = (telling or lines or ["no reason given"])[-1]
    return f"PostgreSQL did not start: {reason} (its log is {where.log})."
