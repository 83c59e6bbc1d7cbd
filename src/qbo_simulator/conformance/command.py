"""The command `qbo-simulator conformance`: against a simulator, or a real sandbox."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from qbo_simulator.conformance.running import Outcome, chosen, run, table
from qbo_simulator.conformance.service import Service
from qbo_simulator.credentials import issue
from qbo_simulator.seeds.companies import PROFILES
from qbo_simulator.storage.home import RefusedError
from qbo_simulator.testing import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

SANDBOX = "https://sandbox-quickbooks.api.intuit.com/v3/company"
ENVIRONMENT = """environment for --sandbox:
  QBO_REALM_ID       realm id of a sandbox company
  QBO_ACCESS_TOKEN   an access token for it (an hour's is enough)
  QBO_BASE_URL       default: {sandbox}

The checks create customers, invoices and the like, all named "Conformance …". Use a
sandbox company, never real books.
"""


def add_to(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "conformance",
        help="check single behaviours here, or the same ones in a real sandbox",
        description="Tries every behaviour of CONFORMANCE.md that has a check, against "
        "a fresh simulator or a real sandbox, and prints what differs. Exit code 1 if "
        "anything does.",
        epilog=ENVIRONMENT.format(sandbox=SANDBOX),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "checks",
        nargs="*",
        metavar="KEY",
        help='only checks whose key begins so, such as "names" or "sales.void"',
    )
    command.add_argument(
        "--sandbox", action="store_true", help="ask a real sandbox company"
    )
    command.add_argument(
        "--profile",
        choices=[*PROFILES],
        default="us",
        help="which of the simulator's companies to ask (default: %(default)s)",
    )
    command.add_argument(
        "--list", action="store_true", help="list the checks and run none"
    )
    command.add_argument(
        "--table", action="store_true", help="print the table of CONFORMANCE.md"
    )
    command.set_defaults(run=conformance)


def conformance(options: argparse.Namespace) -> int:
    """Run the chosen checks; the number that differ decides the exit code."""
    checks = chosen(options.checks)
    if not checks:
        raise RefusedError(
            f"No check begins with {', '.join(options.checks)}. "
            "`qbo-simulator conformance --list` shows them."
        )
    if options.table:
        sys.stdout.write(table(checks))
        return 0
    if options.list:
        for each in checks:
            sys.stdout.write(f"{each.key}  ({each.evidence.value}: {each.source})\n")
            sys.stdout.write(f"    {each.behaviour}\n")
        return 0
    with _service(options) as service:
        differing = sum(_tell(outcome) for outcome in run(service, checks))
    sys.stdout.write(f"{len(checks)} checked, {differing} differ.\n")
    return 1 if differing else 0


def _tell(outcome: Outcome) -> int:
    verdict = "differs" if outcome.difference else "as stated"
    sys.stdout.write(f"{verdict:10} {outcome.check.key}\n")
    if outcome.difference:
        sys.stdout.write(f"    stated: {outcome.check.behaviour}\n")
        sys.stdout.write(f"    {outcome.difference}\n")
    sys.stdout.flush()
    return int(bool(outcome.difference))


@contextmanager
def _service(options: argparse.Namespace) -> Iterator[Service]:
    if options.sandbox:
        service = _sandbox()
        try:
            yield service
        finally:
            service.close()
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), empty=True, profiles=(options.profile,)) as running,
    ):
        running.state.switches.throttle = False
        issued = issue(running.state.store, base=running.base_url)
        service = Service(
            issued["base_url"], issued["realm_id"], issued["access_token"]
        )
        try:
            yield service
        finally:
            service.close()


def _sandbox() -> Service:
    missing = [
        name
        for name in ("QBO_REALM_ID", "QBO_ACCESS_TOKEN")
        if not os.environ.get(name)
    ]
    if missing:
        raise RefusedError(
            f"Set {' and '.join(missing)} to ask a sandbox. See "
            "`qbo-simulator conformance --help`."
        )
    service = Service(
        os.environ.get("QBO_BASE_URL", SANDBOX),
        os.environ["QBO_REALM_ID"],
        os.environ["QBO_ACCESS_TOKEN"],
    )
    try:
        answer = service.query("select * from CompanyInfo")
    except httpx.HTTPError as error:
        raise RefusedError(f"The sandbox cannot be reached: {error}") from error
    if answer.status != httpx.codes.OK:
        raise RefusedError(
            f"The sandbox refuses these credentials: {answer.status} {answer.body}"
        )
    return service
