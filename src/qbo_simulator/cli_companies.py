"""The commands about companies: list them, add one, export one, import one."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from qbo_simulator.clock import Clock
from qbo_simulator.credentials import NoSuchCompanyError, chosen_realm
from qbo_simulator.seeds.companies import PROFILES, add
from qbo_simulator.server import create_app
from qbo_simulator.storage import export
from qbo_simulator.storage.home import RefusedError, open_store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qbo_simulator.storage.store import Store

Commands = argparse._SubParsersAction


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show_companies(options: argparse.Namespace) -> None:
    """Print one line per company: its number, id, currency and name."""
    store = open_store(options.data, must_exist=True)
    try:
        for number, realm in enumerate(store.realms(), start=1):
            _say(f"{number}\t{told(store, realm)}")
    finally:
        store.close()


def told(store: Store, realm: str) -> str:
    """A company in a line."""
    with store.read() as db:
        row = db.execute(
            "SELECT realm, country, currency, name FROM company WHERE realm = ?",
            (realm,),
        ).fetchone()
    return "\t".join(str(each) for each in row)


def add_company(options: argparse.Namespace) -> None:
    """Found one more company by a profile."""
    store = open_store(options.data)
    try:
        company = add(
            store,
            options.profile,
            now=Clock(store).now(),
            name=options.name,
            empty=options.empty,
        )
        number = len(store.realms())
        _say(f"{number}\t{told(store, company.realm)}")
    finally:
        store.close()


def export_company(options: argparse.Namespace) -> None:
    """Write a company to a file; the file is there whole, or not at all."""
    store = open_store(options.data, must_exist=True)
    try:
        realm = chosen_realm(store, options.company)
        if options.out == "-":
            _print(export.lines_of(store, realm))
            return
        out = Path(options.out)
        _write_whole(out, store, realm)
        _say(f"Exported to {out}: {told(store, realm)}")
    except NoSuchCompanyError as error:
        raise RefusedError(str(error)) from error
    finally:
        store.close()


def _print(lines: Iterable[bytes]) -> None:
    try:
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read it had enough, as `head` has; nor is there anyone to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_whole(out: Path, store: Store, realm: str) -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, delete=False) as file:
            try:
                file.writelines(export.lines_of(store, realm))
                file.flush()
                Path(file.name).replace(out)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise RefusedError(f"{out} cannot be written ({error.strerror}).") from error


def import_company(options: argparse.Namespace) -> None:
    """Enter a company out of a file."""
    try:
        file = options.file.open("rb")
    except OSError as error:
        raise RefusedError(
            f"{options.file} cannot be read ({error.strerror})."
        ) from error
    with file:
        store = open_store(options.data)
        create_app(store)  # tables that only a served simulator makes
        try:
            realm = export.take_in(store, file, realm=options.realm)
            _say(f"Imported as company {len(store.realms())}: {told(store, realm)}")
        except export.NotImportableError as error:
            raise RefusedError(str(error)) from error
        finally:
            store.close()


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("a name is a word or more")
    return text


def _realm(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise argparse.ArgumentTypeError(f"{text} is not a company id, a number")
    return text


def add_commands(
    commands: Commands[argparse.ArgumentParser], data: argparse.ArgumentParser
) -> None:
    """Add the commands to the parser."""
    command = commands.add_parser(
        "companies",
        parents=[data],
        help="list the companies",
        description="Prints a line per company: number, id, country, currency, name.",
    )
    command.set_defaults(run=show_companies)
    _add_adding(commands, data)
    command = commands.add_parser(
        "export",
        parents=[data],
        help="write a company to a file of JSON lines",
        description="Writes everything a company has to a file of JSON lines: entities, "
        "ledger, numbers, settings, attachments. It can be done while it is served.",
    )
    command.add_argument(
        "--company",
        type=int,
        default=1,
        metavar="N",
        help="which company, counted from 1 (default: 1)",
    )
    command.add_argument(
        "--out", required=True, metavar="FILE", help="the file; - is standard output"
    )
    command.set_defaults(run=export_company)
    command = commands.add_parser(
        "import",
        parents=[data],
        help="enter a company out of such a file",
        description="Enters a company out of a file that `export` wrote, wholly or not "
        "at all. It keeps its ids, tokens and numbers.",
    )
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument(
        "--realm",
        type=_realm,
        metavar="ID",
        help="give the company this id (default: the one that it was exported with)",
    )
    command.set_defaults(run=import_company)


def _add_adding(
    commands: Commands[argparse.ArgumentParser], data: argparse.ArgumentParser
) -> None:
    profiles = "".join(f"\n  {key:14}{each.title}" for key, each in PROFILES.items())
    command = commands.add_parser(
        "add-company",
        parents=[data],
        help="found one more company",
        description=f"Founds one more company. Profiles:{profiles}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--profile",
        choices=tuple(PROFILES),
        default="us",
        help="where it trades and how it is taxed (default: us)",
    )
    command.add_argument("--name", type=_name, help="its name (default: the profile's)")
    command.add_argument("--empty", action="store_true", help="without business in it")
    command.set_defaults(run=add_company)
