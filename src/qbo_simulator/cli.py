"""The command line: serve the simulator, start it afresh, print credentials for it."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from qbo_simulator import cli_companies
from qbo_simulator.clock import Clock
from qbo_simulator.conformance import command as conformance
from qbo_simulator.credentials import (
    DEFAULT_PORT,
    SERVED_AT,
    NoSuchCompanyError,
    issue,
)
from qbo_simulator.scaling.growing import Wanted, grow
from qbo_simulator.seeds.companies import seed
from qbo_simulator.server import create_app
from qbo_simulator.storage.home import (
    RefusedError,
    alone,
    make_folder,
    open_store,
    remove,
)
from qbo_simulator.storage.pruning import prune
from qbo_simulator.storage.store import Store
from qbo_simulator.switches import Switches
from qbo_simulator.webhooks.log import WebhookLog


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    """Take the port at once, so that a taken one is said before anything else is done."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns the delay of small packets off.
    listener = socket.socket(family, proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise RefusedError(
            f"Port {port} on {host} cannot be used ({error.strerror or error}). Choose "
            "another one with --port."
        ) from error
    return listener


def _address(host: str, listener: socket.socket) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104
    if ":" in shown:
        shown = f"[{shown}]"
    return f"http://{shown}:{listener.getsockname()[1]}"


def _fill(store: Store, options: argparse.Namespace) -> None:
    """Seed a new file; what the seed does is old news that no webhook tells of."""
    now = Clock(store).now()
    companies = seed(store, now=now, empty=options.empty)
    WebhookLog(store).clear()
    if options.scale is not None:
        began = time.monotonic()
        grow(companies[0], options.scale, now=now)
        _say(
            f"Made the first company larger in {time.monotonic() - began:.0f} seconds."
        )


def serve(options: argparse.Namespace) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    listener = _listen(options.host, options.port)
    try:
        store = open_store(options.data)
        with alone(options.data, f"Another simulator already serves {options.data}."):
            _serve(store, listener, options)
    finally:
        listener.close()


def _serve(store: Store, listener: socket.socket, options: argparse.Namespace) -> None:
    if not store.realms():
        _fill(store, options)
    elif options.empty or options.scale:
        again = " --empty" if options.empty else " --scale …"
        sys.stderr.write(
            f"The books in {options.data} are kept as they are. To begin afresh: "
            f"qbo-simulator reset{again} --data {options.data}\n"
        )
    prune(store, Clock(store).now())
    address = _address(options.host, listener)
    store.set_setting(SERVED_AT, address)
    if options.webhook is not None:
        try:
            WebhookLog(store).set_manner(url=options.webhook)
        except ValueError as error:
            raise RefusedError(f"--webhook: {error}") from error
    app = create_app(store, Switches(throttle=not options.unlimited))
    listener.listen(128)  # whoever reads the address may connect at once
    _say(
        f"QuickBooks Online simulator: {address}\n"
        f"  {len(store.realms())} companies in {options.data}\n"
        f"  credentials: qbo-simulator credentials --data {options.data}\n"
        "  Ctrl-C stops it; the books are kept."
    )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=3,
        )
    )
    # uvicorn raises the signal again once it has stopped: ending is no failure.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        store.close()
    _say("The simulator has stopped.")


def reset(options: argparse.Namespace) -> None:
    """Throw everything away and seed afresh."""
    refusal = f"A simulator is serving {options.data}. Stop it first, or POST /_sim/reset to it."
    make_folder(options.data)
    with alone(options.data, refusal):
        remove(options.data)
        fresh = open_store(options.data)
        _fill(fresh, options)
        companies = len(fresh.realms())
        fresh.close()
    _say(f"Started afresh: {companies} companies in {options.data}.")


def credentials(options: argparse.Namespace) -> None:
    """Print one JSON object with everything a client needs."""
    store = open_store(options.data, must_exist=True)
    try:
        issued = issue(store, company=options.company, base=options.base)
    except NoSuchCompanyError as error:
        raise RefusedError(str(error)) from error
    finally:
        store.close()
    _say(json.dumps(issued, indent=2))


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to 65535")
    return int(text)


def _url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise argparse.ArgumentTypeError(f"{text} is not an http(s) address")
    return text


def _scale(text: str) -> Wanted:
    """`customers=1000000,items=50000` as what is wanted."""
    known = {each.name for each in fields(Wanted)}
    counts: dict[str, int] = {}
    for part in text.split(","):
        name, _, count = part.strip().partition("=")
        if name not in known or name in counts or not re.fullmatch("[0-9]{1,8}", count):
            raise argparse.ArgumentTypeError(
                f"{part!r} is not a count such as customers=1000; what can be counted: "
                f"{', '.join(sorted(known))}"
            )
        counts[name] = int(count)
    return Wanted(**counts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qbo-simulator",
        description="A QuickBooks Online that runs on this machine: the accounting API, "
        "OAuth, webhooks and a bookkeeper's pages over a real ledger.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path(os.environ.get("QBO_SIMULATOR_DATA", "var/simulator")),
        help="folder that keeps the books (default: $QBO_SIMULATOR_DATA or %(default)s)",
    )
    _add_serve(commands, data)
    command = commands.add_parser(
        "reset",
        parents=[data],
        help="throw the books away and seed them afresh",
        description="Throws the books, keys and tokens away and seeds them afresh.",
    )
    command.add_argument("--empty", action="store_true", help="without business in it")
    _add_scale(command)
    command.set_defaults(run=reset)
    _add_credentials(commands, data)
    cli_companies.add_commands(commands, data)
    conformance.add_to(commands)
    return parser


def _add_scale(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--scale",
        type=_scale,
        metavar="WHAT=COUNT,...",
        help="make the first company larger as it is seeded, such as "
        "customers=1000000,items=50000,invoices=500000; also vendors and payments "
        "(default: for three invoices of five)",
    )


def _add_credentials(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    data: argparse.ArgumentParser,
) -> None:
    command = commands.add_parser(
        "credentials",
        parents=[data],
        help="print addresses, keys and fresh tokens as one JSON object",
        description="Prints addresses, keys and a fresh pair of tokens as one JSON "
        "object. They work at once, also while the simulator is being served.",
    )
    command.add_argument(
        "--company",
        type=int,
        default=1,
        metavar="N",
        help="which company, counted from 1 (default: 1)",
    )
    command.add_argument(
        "--base",
        type=_url,
        default="",
        metavar="URL",
        help="address of the simulator (default: where it was last served)",
    )
    command.set_defaults(run=credentials)


def _add_serve(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    data: argparse.ArgumentParser,
) -> None:
    command = commands.add_parser(
        "serve",
        parents=[data],
        help="serve the simulator until Ctrl-C",
        description="Serves the simulator until Ctrl-C or SIGTERM. The first start in a "
        "folder seeds companies that look like real small businesses.",
    )
    command.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        help="default: %(default)s; 0: a free one",
    )
    command.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    command.add_argument(
        "--empty", action="store_true", help="seed companies without business in them"
    )
    _add_scale(command)
    command.add_argument(
        "--webhook",
        metavar="URL",
        default=os.environ.get("QBO_SIMULATOR_WEBHOOK"),
        help="where webhooks are posted (default: $QBO_SIMULATOR_WEBHOOK, else as before)",
    )
    command.add_argument(
        "--unlimited",
        action="store_true",
        help="keep no limits of calls: this machine answers faster than they allow",
    )
    command.set_defaults(run=serve)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code, 1 after one sentence on the error output."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except RefusedError as refusal:
        sys.stderr.write(f"qbo-simulator: {refusal}\n")
    except sqlite3.DatabaseError as error:
        # A full disk, or another process that writes for longer than is waited.
        sys.stderr.write(f"qbo-simulator: The books cannot be used ({error}).\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
